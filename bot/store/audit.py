# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log: every command that was asked for by mail, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.messages import message_key
from bot.store.schema import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One command, or one mail that was refused as a whole."""

    at: datetime
    message_id: str
    who: str
    """Name and address as far as proven; of an unproven sender what From said, marked so."""
    proof: str
    """How the sender was proven, or why not."""
    command: str
    """As it was written, on one line."""
    issue: int | None
    outcome: str
    """``done``, ``told``, ``refused``, ``mistaken`` or ``ignored``."""
    detail: str


def add_entries(connection: Connection, *entries: AuditEntry) -> None:
    """Write entries into the log, oldest first."""
    if entries:
        rows = [
            {name: getattr(entry, name) for name in AuditEntry.__slots__}
            | {"message_id": message_key(entry.message_id)}
            for entry in entries
        ]
        connection.execute(insert(audit), rows)


def entries_of(
    connection: Connection,
    issue: int | None = None,
    since: datetime | None = None,
    limit: int = 100,
) -> tuple[AuditEntry, ...]:
    """Return the newest ``limit`` entries (of ``issue``, from ``since`` on), oldest first."""
    statement = select(audit).order_by(audit.c.entry.desc()).limit(limit)
    if issue is not None:
        statement = statement.where(audit.c.issue == issue)
    if since is not None:
        statement = statement.where(audit.c.at >= since)
    rows = connection.execute(statement).all()
    names = AuditEntry.__slots__
    return tuple(AuditEntry(**{name: getattr(row, name) for name in names}) for row in rows[::-1])
