# SPDX-License-Identifier: GPL-3.0-or-later
"""The mails that were seen, with the bytes of those that make a series.

The bytes stay because a late member regroups its series, which is then read again as a whole.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from bot.store.database import insert_if_absent
from bot.store.schema import KEY_LENGTH, messages

_CHUNK = 500
"""Keys in one statement; SQLite before 3.32 takes 999 variables."""
_MOST_RELATED = 2_000
_WINDOW = timedelta(days=60)
"""Mails of one author further apart than this never make one series."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One mail, as far as the database must know it to find it again."""

    message_id: str
    source: str
    location: str
    subject: str
    author: str
    author_email: str
    issue: int | None
    thread_root: str | None
    """Message-ID of the thread's first mail, as far as the references tell."""
    dated_at: datetime | None
    set_aside: str
    """Why it was left alone; empty where it belongs to a series."""
    content: bytes | None
    """The whole mail; None where it was left alone."""


def message_key(message_id: str) -> str:
    """Return ``message_id``, or its hash where it is longer than a key may be."""
    if len(message_id) <= KEY_LENGTH:
        return message_id.encode("utf-8", "replace").decode().replace("\0", "")
    return "sha256:" + hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()


def add_message(connection: Connection, message: StoredMessage, now: datetime) -> bool:
    """Store ``message``; return whether that taught anything new.

    The same mail comes with and without the tracker's number (and through several sources): the
    copy that has the number replaces the one that has none.
    """
    row = _row(message)
    if insert_if_absent(connection, messages, {**row, "stored_at": now}):
        return True
    if message.issue is None or message.content is None:
        return False
    statement = (
        update(messages)
        .where(messages.c.message_key == row["message_key"], messages.c.issue.is_(None))
        .values({key: value for key, value in row.items() if key != "source"})
    )
    return connection.execute(statement).rowcount == 1


def was_seen(connection: Connection, message_id: str) -> bool:
    """Say whether a mail of that Message-ID was read from any source."""
    statement = select(messages.c.message_key).where(
        messages.c.message_key == message_key(message_id)
    )
    return connection.execute(statement).first() is not None


def related_messages(connection: Connection, added: Iterable[StoredMessage]) -> tuple[str, ...]:
    """Return the keys of all stored mails that may share a series with ``added``.

    These are the ones of the same issue, thread or author near in time, each once, at most
    2,000.
    """
    found: dict[str, None] = {}
    for message in added:
        statement = (
            select(messages.c.message_key)
            .where(messages.c.content.is_not(None), or_(*_relations(message)))
            .order_by(messages.c.dated_at, messages.c.message_key)
            .limit(_MOST_RELATED)
        )
        found.update(dict.fromkeys(connection.execute(statement).scalars()))
        if len(found) >= _MOST_RELATED:
            break
    return tuple(found)


def contents_of(connection: Connection, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (key, content) of the stored mails with these keys."""
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        statement = select(messages.c.message_key, messages.c.content).where(
            messages.c.message_key.in_(chunk), messages.c.content.is_not(None)
        )
        for row in connection.execute(statement):
            yield row.message_key, zlib.decompress(row.content)


def _relations(message: StoredMessage) -> list[ColumnElement[bool]]:
    own_key = message_key(message.message_id)
    relations: list[ColumnElement[bool]] = [
        messages.c.message_key == own_key,
        messages.c.thread_root == own_key,
    ]
    if message.issue is not None:
        relations.append(messages.c.issue == message.issue)
    if message.thread_root:
        root = message_key(message.thread_root)
        relations += [messages.c.message_key == root, messages.c.thread_root == root]
    if message.dated_at is not None:
        near = messages.c.dated_at.between(message.dated_at - _WINDOW, message.dated_at + _WINDOW)
        relations.append(and_(messages.c.author_email == message_key(message.author_email), near))
    return relations


def assign_series(connection: Connection, message_ids: Collection[str], series_key: str) -> None:
    """Say that these mails make the series ``series_key``."""
    keys = [message_key(message_id) for message_id in message_ids]
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        statement = update(messages).where(messages.c.message_key.in_(chunk))
        connection.execute(statement.values(series_key=series_key))


def contents_of_series(connection: Connection, series_key: str) -> tuple[tuple[str, bytes], ...]:
    """Return (location, content) of the mails of a series."""
    statement = (
        select(messages.c.location, messages.c.content)
        .where(messages.c.series_key == series_key, messages.c.content.is_not(None))
        .order_by(messages.c.message_key)
    )
    rows = connection.execute(statement)
    return tuple((row.location, zlib.decompress(row.content)) for row in rows)


def newest_date_of_series(connection: Connection, series_key: str) -> datetime | None:
    """Return when the last mail of a series was written, as far as known."""
    statement = (
        select(messages.c.dated_at)
        .where(messages.c.series_key == series_key, messages.c.dated_at.is_not(None))
        .order_by(messages.c.dated_at.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar()


def _row(message: StoredMessage) -> dict[str, object]:
    content = None if message.content is None else zlib.compress(message.content, 6)
    return {
        "message_key": message_key(message.message_id),
        "source": message.source,
        "location": message.location,
        "subject": message.subject,
        "author": message.author,
        "author_email": message_key(message.author_email),
        "issue": message.issue,
        "thread_root": message_key(message.thread_root) if message.thread_root else None,
        "dated_at": message.dated_at,
        "set_aside": message.set_aside,
        "content": content,
    }
