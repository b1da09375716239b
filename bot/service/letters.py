# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts letters to single people into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.reply.decide import Manners, Past, limit_reached
from bot.reply.outbox import State
from bot.reply.outgoing import Outgoing
from bot.store.messages import message_key
from bot.store.outbox import ASKED_FOR, StoredMail, count_let_go, insert_mail, traffic


@dataclass(frozen=True, slots=True)
class Posting:
    """A finished letter, and what the outbox must know of it."""

    mail: Outgoing
    kind: str
    """``answer``, ``receipt`` or ``news``."""
    issue: int | None
    reason: str
    rehearsal: bool

    @property
    def person(self) -> str:
        """Who gets it, in lower case."""
        return self.mail.recipients[0].lower()


def limit_on(connection: Connection, person: str, manners: Manners, now: datetime) -> str:
    """Return which limit on mail keeps a letter to ``person`` back now; empty: none does."""
    counts = traffic(connection, "", person, now)
    past = Past(
        sent_last_hour=counts.last_hour,
        sent_last_day=counts.last_day,
        sent_to_person=counts.person_last_day,
    )
    return limit_reached(past, manners)


def no_room_for_answers(
    connection: Connection, person: str, manners: Manners, now: datetime
) -> str:
    """Return why a command of ``person`` is not answered now; empty where it can be.

    Answers to commands take half of what may leave at most: who asks and asks must not keep the
    bot from saying something to the list.
    """
    for period, most, name in (
        (timedelta(hours=1), manners.per_hour, "hour"),
        (timedelta(days=1), manners.per_day, "day"),
    ):
        count = count_let_go(connection, ASKED_FOR, period, now)
        if count >= most // 2:
            return f"{count} answers to commands in the last {name}, half of the limit {most}"
    return limit_on(connection, person, manners, now)


def post(connection: Connection, posting: Posting, now: datetime, held_by_limit: str = "") -> bool:
    """Put a letter into the outbox, held where a limit says so; False: it is there already."""
    mail = posting.mail
    state = State.HELD if held_by_limit else State.PENDING
    reason = f"{posting.reason}; held: {held_by_limit}" if held_by_limit else posting.reason
    return insert_mail(
        connection,
        StoredMail(
            message_id=mail.message_id,
            kind=posting.kind,
            # Of its own, so that the limit on mail to one thread does not count letters together.
            thread_key=message_key(f"letter {mail.message_id}"),
            series_key="",
            issue=posting.issue,
            revision=0,
            report_id=None,
            person=posting.person,
            sender=mail.sender,
            recipients=mail.recipients,
            remaining=mail.recipients,
            subject=mail.subject,
            content=mail.content,
            state=State.REHEARSED if posting.rehearsal else state,
            hold="limit" if held_by_limit else "",
            reason=reason,
            attempts=0,
            created_at=now,
            queued_at=None if held_by_limit else now,
            due_at=now,
        ),
    )
