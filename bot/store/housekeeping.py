# SPDX-License-Identifier: GPL-3.0-or-later
"""Forgets what is no longer needed, so that the database does not grow with the archive.

What was answered, and why, is kept for good: it is small, and the rule that nothing is said twice
rests on it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.store.command_mails import forget_command_mails
from bot.store.kinship import forget_names
from bot.store.schema import audit, messages, series
from bot.store.series import WAITING


def forget_contents(connection: Connection, before: datetime) -> int:
    """Drop the bytes of mails stored before ``before``; return of how many.

    Those of a series that still waits stay.
    """
    waiting = select(series.c.series_key).where(series.c.state == WAITING)
    statement = (
        update(messages)
        .where(
            messages.c.content.is_not(None),
            messages.c.stored_at < before,
            messages.c.series_key.is_(None) | messages.c.series_key.not_in(waiting),
        )
        .values(content=None)
    )
    forgotten = connection.execute(statement).rowcount
    forget_names(connection)
    return forgotten


def forget_set_aside(connection: Connection, before: datetime) -> int:
    """Drop the rows of mails that were left alone and stored before ``before``."""
    statement = delete(messages).where(messages.c.set_aside != "", messages.c.stored_at < before)
    return connection.execute(statement).rowcount


def forget_asked(connection: Connection, before: datetime) -> int:
    """Drop mails with commands that were dealt with before ``before``; return how many.

    Of the audit log stays what has changed something; all else anybody can write.
    """
    statement = delete(audit).where(audit.c.outcome != "done", audit.c.at < before)
    connection.execute(statement)
    return forget_command_mails(connection, before)
