# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets mail go that was held because of a limit, as soon as the limit allows it: oldest first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.reply.decide import Manners, Past, limit_reached
from bot.reply.outbox import State, move
from bot.store.control import current_pause, lock_delivery
from bot.store.outbox import StoredMail, mail_in, traffic


def release_held(connection: Connection, manners: Manners, now: datetime) -> tuple[str, ...]:
    """Let go what the limits allow now; return the Message-IDs.

    What waits for a person is not touched.
    """
    if current_pause(connection) is not None:
        return ()
    lock_delivery(connection, now)
    released = []
    for mail in mail_in(connection, {State.HELD}):
        if mail.hold != "limit" or _limit(connection, mail, manners, now):
            continue
        reason = "the limit allows it now"
        if move(connection, mail, State.PENDING, reason, now, hold="", queued_at=now, due_at=now):
            released.append(mail.message_id)
    return tuple(released)


def _limit(connection: Connection, mail: StoredMail, manners: Manners, now: datetime) -> str:
    counts = traffic(connection, mail.thread_key, mail.person, now)
    past = Past(
        sent_last_hour=counts.last_hour,
        sent_last_day=counts.last_day,
        sent_to_thread=counts.thread_last_day,
        sent_to_person=counts.person_last_day,
    )
    return limit_reached(past, manners)
