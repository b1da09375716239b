# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells the operator by mail what needs a person: each thing once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.reply.compose import Letterhead, compose_notice
from bot.reply.outbox import State
from bot.store.outbox import StoredMail, insert_mail


def tell_operator(
    connection: Connection, letterhead: Letterhead, subject: str, text: str, now: datetime
) -> bool:
    """Put a mail to the operator into the outbox; return whether this was news today.

    It counts for the limits on mail like any other, but no limit keeps it back: there are only as
    many as there are subjects.
    """
    if not letterhead.operator:
        return False
    mail = compose_notice(letterhead.operator, subject, text, letterhead, now)
    return insert_mail(
        connection,
        StoredMail(
            message_id=mail.message_id,
            kind="notice",
            thread_key="",
            series_key="",
            issue=None,
            revision=0,
            report_id=None,
            person=letterhead.operator.lower(),
            sender=mail.sender,
            recipients=mail.recipients,
            remaining=mail.recipients,
            subject=mail.subject,
            content=mail.content,
            state=State.PENDING,
            hold="",
            reason="the operator is told",
            attempts=0,
            created_at=now,
            queued_at=now,
            due_at=now,
        ),
    )
