# SPDX-License-Identifier: GPL-3.0-or-later
"""How far each source has been read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.store.database import insert_if_absent
from bot.store.schema import cursors, messages

_BOUNDS = (
    select(cursors.c.since)
    .join(messages, messages.c.source == cursors.c.source)
    .where(messages.c.series_key == bindparam("series"))
    .distinct()
)


class CursorMovedError(RuntimeError):
    """Another process has read the same source meanwhile: roll back, it is done already."""


@dataclass(frozen=True, slots=True)
class StoredCursor:
    """Where a source stands."""

    source: str
    cursor: str | None
    """Opaque; None where nothing has been read yet."""
    since: datetime | None
    """Older mail is not answered; None: there is no such bound."""
    updated_at: datetime
    polled_at: datetime | None = None
    """When the last complete poll of it began."""


def open_cursor(
    connection: Connection, source: str, since: datetime | None, now: datetime
) -> StoredCursor:
    """Return the cursor of ``source``; on the very first call one that begins at ``since``."""
    values = {"source": source, "cursor": None, "since": since, "updated_at": now}
    insert_if_absent(connection, cursors, values)
    row = connection.execute(select(cursors).where(cursors.c.source == source)).one()
    return StoredCursor(row.source, row.cursor, row.since, row.updated_at, row.polled_at)


def note_polled(connection: Connection, source: str, began: datetime) -> None:
    """Note that ``source`` was read to its end by a poll that began at ``began``."""
    statement = update(cursors).where(cursors.c.source == source)
    connection.execute(statement.values(polled_at=began))


def polled_until(connection: Connection, sources: Collection[str]) -> datetime | None:
    """Return until when all of ``sources`` have been read; None where one never was."""
    rows = connection.execute(
        select(cursors.c.source, cursors.c.polled_at).where(cursors.c.source.in_(sources))
    )
    polled = {row.source: row.polled_at for row in rows if row.polled_at is not None}
    return min(polled.values()) if sources and set(sources) == set(polled) else None


def move_cursor(
    connection: Connection, source: str, before: str | None, after: str, now: datetime
) -> None:
    """Move the cursor from ``before`` to ``after``; raises ``CursorMovedError`` if it left there.

    Called in the transaction that stores what was read.
    """
    statement = (
        update(cursors)
        .where(cursors.c.source == source, cursors.c.cursor.is_not_distinct_from(before))
        .values(cursor=after, updated_at=now)
    )
    if connection.execute(statement).rowcount != 1:
        raise CursorMovedError(source)


def all_cursors(connection: Connection) -> tuple[StoredCursor, ...]:
    """Return the cursors of all sources ever read, by name."""
    rows = connection.execute(select(cursors).order_by(cursors.c.source))
    return tuple(
        StoredCursor(row.source, row.cursor, row.since, row.updated_at, row.polled_at)
        for row in rows
    )


def since_of_series(connection: Connection, series_key: str) -> datetime | None:
    """Return the bound of the sources that a series came from: the lowest of them.

    None where one of the sources has no bound.
    """
    found = connection.execute(_BOUNDS, {"series": series_key}).scalars().all()
    return None if None in found else min((one for one in found if one is not None), default=None)
