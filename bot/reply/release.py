# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets held mail go, as the limits on mail allow it: oldest first."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.reply.decide import Manners, Past, limit_reached
from bot.reply.outbox import State, approve, move
from bot.store.control import current_pause, lock_delivery
from bot.store.outbox import LETTERS, StoredMail, count_let_go, mail_by_id, mail_in, traffic


def release_held(connection: Connection, manners: Manners, now: datetime) -> tuple[str, ...]:
    """Let go what the limits allow now, letters to single people last; return the Message-IDs.

    What waits for a person is not touched.
    """
    if current_pause(connection) is not None:
        return ()
    lock_delivery(connection, now)
    released = []
    for mail in mail_in(connection, {State.HELD}):
        if mail.hold != "limit" or _limit(connection, mail, manners, now):
            continue
        if mail.kind in LETTERS and share_taken(connection, manners, now):
            continue
        reason = "the limit allows it now"
        if move(connection, mail, State.PENDING, reason, now, hold="", queued_at=now, due_at=now):
            released.append(mail.message_id)
    return tuple(released)


def share_taken(connection: Connection, manners: Manners, now: datetime) -> str:
    """Return why no more letters to single people may leave now; empty where they may.

    Answers to commands and news take half of the limits on mail at most: who asks and subscribes
    must not keep the bot from saying something to the list.
    """
    for period, most, name in (
        (timedelta(hours=1), manners.per_hour, "hour"),
        (timedelta(days=1), manners.per_day, "day"),
    ):
        letters = count_let_go(connection, LETTERS, period, now)
        if letters >= most // 2:
            return f"{letters} answers and news in the last {name}, half of the limit {most}"
    counts = traffic(connection, "", "", now)
    # No limit of a thread or a person is asked here: below zero none is reached.
    past = Past(
        sent_last_hour=counts.last_hour,
        sent_last_day=counts.last_day,
        sent_to_thread=-1,
        sent_to_person=-1,
    )
    return limit_reached(past, manners)


def approve_within(
    connection: Connection, message_id: str, manners: Manners, reason: str, now: datetime
) -> str:
    """Approve a held mail; return which limit on mail it still waits for, empty where it may go.

    One that waits for a limit already goes at once: that is what a second approval asks for.
    Raises ``OutboxError`` where it is not held.
    """
    lock_delivery(connection, now)
    mail = mail_by_id(connection, message_id.strip("<> "))
    asked_again = mail is None or mail.hold == "limit"
    limit = "" if mail is None or asked_again else _limit(connection, mail, manners, now)
    approve(connection, message_id, reason, now, limit)
    return limit


def _limit(connection: Connection, mail: StoredMail, manners: Manners, now: datetime) -> str:
    counts = traffic(connection, mail.thread_key, mail.person, now)
    past = Past(
        sent_last_hour=counts.last_hour,
        sent_last_day=counts.last_day,
        sent_to_thread=counts.thread_last_day,
        sent_to_person=counts.person_last_day,
    )
    return limit_reached(past, manners)
