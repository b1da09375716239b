# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts letters to single people into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.reply.outbox import State
from bot.reply.outgoing import Outgoing
from bot.store.messages import message_key
from bot.store.outbox import StoredMail, insert_mail


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


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in the outbox."""

    mail: Outgoing
    kind: str
    """As ``Posting`` has it."""
    held_by_limit: str = ""
    """Which limit on mail it waits for; empty where it may leave."""


def post(
    connection: Connection, posting: Posting, now: datetime, held_by_limit: str = ""
) -> Written:
    """Put a letter into the outbox, held where a limit says so; one that is there stays as it is.

    A rehearsal writes down what would happen, the limit included.
    """
    mail = posting.mail
    state = State.HELD if held_by_limit else State.PENDING
    reason = f"{posting.reason}; held: {held_by_limit}" if held_by_limit else posting.reason
    insert_mail(
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
    return Written(mail, posting.kind, held_by_limit)
