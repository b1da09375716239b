# SPDX-License-Identifier: GPL-3.0-or-later
"""The mails that were seen, with the bytes of those that make a series.

The bytes stay because a late member regroups its series, which is then read again as a whole.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.store.bulk import insert_new, update_each
from bot.store.key_lists import one_of
from bot.store.schema import KEY_LENGTH, messages, series

_COMPRESSION = 3
"""Of zlib: a higher level takes three times as long and saves a twentieth."""

_NUMBERS = select(messages.c.message_key, messages.c.issue).where(one_of(messages.c.message_key))
_CONTENTS = select(messages.c.message_key, messages.c.content).where(
    one_of(messages.c.message_key), messages.c.content.is_not(None)
)
_OF_SERIES = (
    select(messages.c.location, messages.c.content)
    .where(messages.c.series_key == bindparam("series"), messages.c.content.is_not(None))
    .order_by(messages.c.message_key)
)
_ASSIGN = (
    update(messages)
    .where(messages.c.message_key == bindparam("mail"))
    .values(series_key=bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One mail, as far as the database must know it to find it again."""

    message_id: str
    source: str
    location: str
    subject: str
    author: str
    author_email: str
    """In lower case."""
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
        if message_id.isascii() and "\0" not in message_id:
            return message_id  # as nearly all
        return message_id.encode("utf-8", "replace").decode().replace("\0", "")
    return "sha256:" + hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()


def add_message(connection: Connection, message: StoredMessage, now: datetime) -> bool:
    """Store ``message``; return whether that taught anything new (see ``add_messages``)."""
    return bool(add_messages(connection, [message], now))


def add_messages(
    connection: Connection, batch: Sequence[StoredMessage], now: datetime
) -> frozenset[str]:
    """Store ``batch``; return the Message-IDs of those that taught anything new.

    The same mail comes with and without the tracker's number (and through several sources): the
    copy that has the number replaces the one that has none.
    """
    wanted = _without_copies(batch)
    known = _known(connection, list(wanted))
    added = [message for key, message in wanted.items() if key not in known]
    rows = [{**_row(message), "series_key": None, "stored_at": now} for message in added]
    insert_new(connection, messages, rows)
    numbered = [
        message
        for key, message in wanted.items()
        if message.issue is not None and key in known and known[key] is None
    ]
    return frozenset(
        message.message_id
        for message in (*added, *(one for one in numbered if _number(connection, one)))
    )


def _without_copies(batch: Sequence[StoredMessage]) -> dict[str, StoredMessage]:
    """Take of each mail the first copy, or the first that has a number and bytes."""
    wanted: dict[str, StoredMessage] = {}
    for message in batch:
        first = wanted.setdefault(message_key(message.message_id), message)
        if first.issue is None and message.issue is not None and message.content is not None:
            wanted[message_key(message.message_id)] = message
    return wanted


def _known(connection: Connection, keys: Sequence[str]) -> dict[str, int | None]:
    """Return the numbers of those mails that are stored."""
    rows = connection.execute(_NUMBERS, {"keys": keys})
    return {key: issue for key, issue in rows}  # noqa: C416 - rows are no pairs to the type checker


def _number(connection: Connection, message: StoredMessage) -> bool:
    """Put the copy that has a number in the place of the one that has none; False: not so.

    Of a mail that is left alone only the number is news.
    """
    row = _row(message)
    news = {key: value for key, value in row.items() if key != "source"}
    if message.content is None:
        news = {"issue": message.issue}
    statement = (
        update(messages)
        .where(messages.c.message_key == row["message_key"], messages.c.issue.is_(None))
        .values(news)
    )
    return connection.execute(statement).rowcount == 1 and message.content is not None


def was_seen(connection: Connection, message_id: str) -> bool:
    """Say whether a mail of that Message-ID was read from any source."""
    return connection.execute(_NUMBERS, {"keys": [message_key(message_id)]}).first() is not None


def contents_of(connection: Connection, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (key, content) of the stored mails with these keys."""
    if keys:
        for key, content in connection.execute(_CONTENTS, {"keys": keys}):
            yield key, zlib.decompress(content)


def assign_series(connection: Connection, message_ids: Collection[str], series_key: str) -> None:
    """Say that these mails make the series ``series_key``."""
    assign_each(connection, dict.fromkeys(message_ids, series_key))


def assign_each(connection: Connection, series_keys: Mapping[str, str]) -> None:
    """Say of each mail, by Message-ID, which series it belongs to."""
    rows = [{"mail": message_key(name), "key": key} for name, key in series_keys.items()]
    update_each(connection, _ASSIGN, rows)


def contents_of_series(connection: Connection, series_key: str) -> tuple[tuple[str, bytes], ...]:
    """Return (location, content) of the mails of a series."""
    rows = connection.execute(_OF_SERIES, {"series": series_key})
    return tuple((row.location, zlib.decompress(row.content)) for row in rows)


def contents_before(connection: Connection, thread_key: str, revision: int) -> tuple[bytes, ...]:
    """Return the mails of the revisions of a thread before ``revision``, at most 1,000."""
    statement = (
        select(messages.c.content)
        .join(series, series.c.series_key == messages.c.series_key)
        .where(series.c.thread_key == thread_key, series.c.revision < revision)
        .where(messages.c.content.is_not(None))
        .order_by(series.c.revision.desc(), messages.c.message_key)
        .limit(1_000)
    )
    return tuple(zlib.decompress(content) for content in connection.execute(statement).scalars())


def left_alone_of_issue(connection: Connection, issue: int) -> tuple[tuple[str, str], ...]:
    """Return (subject, reason) of the mails of an issue that were left alone, at most 100."""
    statement = (
        select(messages.c.subject, messages.c.set_aside)
        .where(messages.c.issue == issue, messages.c.set_aside != "")
        .order_by(messages.c.dated_at, messages.c.message_key)
        .limit(100)
    )
    return tuple((row.subject, row.set_aside) for row in connection.execute(statement))


def newest_mail_of(connection: Connection, source: str) -> datetime | None:
    """Return when the newest mail that came from ``source`` first was written."""
    statement = select(func.max(messages.c.dated_at)).where(messages.c.source == source)
    return connection.execute(statement).scalar()


def _row(message: StoredMessage) -> dict[str, object]:
    content = None if message.content is None else zlib.compress(message.content, _COMPRESSION)
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
