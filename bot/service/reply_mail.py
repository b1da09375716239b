# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to a series, as the outbox keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.mail.series import Series
from bot.reply.decide import Decision
from bot.reply.outbox import State
from bot.reply.outgoing import Outgoing
from bot.store.messages import message_key
from bot.store.outbox import StoredMail


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer is about."""

    series: Series
    report_id: int
    person: str
    """Address of who gets the answer beside the tracker; empty where nobody does."""
    rehearsal: bool
    """Whether it is only written down, never to be sent."""


def reply_to_store(
    about: Answered, decision: Decision, reply: Outgoing, now: datetime
) -> StoredMail:
    """Return the row of ``reply``: it may leave, or is held as ``decision`` says."""
    series = about.series
    state = State.HELD if decision.hold else State.PENDING
    return StoredMail(
        message_id=reply.message_id,
        kind="reply",
        thread_key=message_key(series.thread_key),
        series_key=message_key(series.key),
        issue=series.issue,
        revision=series.revision,
        report_id=about.report_id,
        person=about.person,
        sender=reply.sender,
        recipients=reply.recipients,
        remaining=reply.recipients,
        subject=reply.subject,
        content=reply.content,
        state=State.REHEARSED if about.rehearsal else state,
        hold=decision.held_by,
        reason=decision.reason,
        attempts=0,
        created_at=now,
        queued_at=None if decision.hold else now,
        due_at=now,
    )
