# SPDX-License-Identifier: GPL-3.0-or-later
"""The series that were seen, and which of them are due to be triaged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.store.database import insert_if_absent
from bot.store.key_lists import one_of
from bot.store.schema import decisions, messages, outbox, reports, series

_KNOWN_SERIES = select(series.c.series_key).where(one_of(series.c.series_key))
_KNOWN_THREADS = select(series.c.thread_key).where(one_of(series.c.thread_key)).distinct()
_FIRST = frozenset({"series_key", "first_seen_at", "version"})
"""What stays as it was when a series gets another member."""
WAITING = "waiting"
DONE = "done"
_DUE = (
    select(series)
    .where(
        series.c.state == WAITING,
        series.c.due_at <= bindparam("now"),
        or_(series.c.claimed_until.is_(None), series.c.claimed_until <= bindparam("now")),
    )
    .order_by(series.c.due_at, series.c.first_seen_at, series.c.series_key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CHANGE = update(series).where(series.c.series_key == bindparam("mine"))
_CHANGE_CLAIMED = _CHANGE.where(series.c.claimed_by == bindparam("worker"))
_IS_KNOWN = series.c.version == bindparam("known_version")
_SETTLE = _CHANGE_CLAIMED.values(
    claimed_by=None,
    claimed_until=None,
    state=case((_IS_KNOWN, DONE), else_=series.c.state),
    last_error=case((_IS_KNOWN, ""), else_=series.c.last_error),
)
_NEWEST_REVISION = select(func.max(series.c.revision)).where(
    series.c.thread_key == bindparam("thread")
)


@dataclass(frozen=True, slots=True)
class StoredSeries:
    """One series at one revision, as far as scheduling must know it."""

    series_key: str
    thread_key: str
    issue: int | None
    revision: int
    subject: str
    author: str
    due_at: datetime
    """When it may be triaged."""
    version: int = 0
    """Counts its changes; a triage of an older version does not settle it."""
    attempts: int = 0
    state: str = WAITING
    last_error: str = ""


def changed(connection: Connection, found: StoredSeries, now: datetime) -> None:
    """Store a series that is new or has got another member; it waits until ``due_at``."""
    row = _new_row(found, now)
    if not insert_if_absent(connection, series, row):
        news = {key: value for key, value in row.items() if key not in _FIRST}
        statement = update(series).where(series.c.series_key == found.series_key)
        connection.execute(statement.values(**news, version=series.c.version + 1))


def _new_row(found: StoredSeries, now: datetime) -> dict[str, Any]:
    return {
        "series_key": found.series_key,
        "thread_key": found.thread_key,
        "issue": found.issue,
        "revision": found.revision,
        "subject": found.subject,
        "author": found.author,
        "state": WAITING,
        "version": 1,
        "first_seen_at": now,
        "changed_at": now,
        "due_at": found.due_at,
        "attempts": 0,
        "last_error": "",
    }


def known_keys(
    connection: Connection, names: Collection[str], threads: Collection[str]
) -> frozenset[str]:
    """Return those of the keys of series and of threads under which anything is stored."""
    found: set[str] = set()
    for statement, keys in ((_KNOWN_SERIES, names), (_KNOWN_THREADS, threads)):
        if keys:
            found.update(connection.execute(statement, {"keys": list(keys)}).scalars())
    return frozenset(found)


def add_series(connection: Connection, found: Sequence[StoredSeries], now: datetime) -> None:
    """Store series of which nothing was known (see ``known_keys``), each in its own state."""
    rows = [{**_new_row(one, now), "state": one.state} for one in found]
    if not rows:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(series), rows)
    except IntegrityError:  # another process has found one of them in another source meanwhile
        for one in found:
            changed(connection, one, now)


def join_series(
    connection: Connection, names: Sequence[str], threads: Sequence[str]
) -> tuple[str, str]:
    """Return the keys under which a series and its thread are stored, making one of several.

    ``names`` and ``threads`` are all keys that they may have had while fewer mails had come, the
    preferred one first.  A key that is stored already stays: Message-IDs are derived from it.
    """
    known = connection.execute(
        select(series.c.series_key, series.c.thread_key)
        .where(or_(series.c.series_key.in_(names), series.c.thread_key.in_(threads)))
        .order_by(series.c.first_seen_at, series.c.series_key)
    ).all()
    keys = [row.series_key for row in known if row.series_key in names]
    of_same_thread = [row.thread_key for row in known]
    key = next(iter(keys), names[0])
    thread_key = next(iter(of_same_thread), threads[0])
    for old in set(keys) - {key}:
        _merge_series(connection, old, key)
    for old in set(of_same_thread) - {thread_key}:
        _merge_threads(connection, old, thread_key)
    return key, thread_key


def _merge_series(connection: Connection, old: str, new: str) -> None:
    for table in (messages, reports, decisions, outbox):
        moved = update(table).where(table.c.series_key == old).values(series_key=new)
        connection.execute(moved)
    connection.execute(delete(series).where(series.c.series_key == old))


def _merge_threads(connection: Connection, old: str, new: str) -> None:
    for table in (series, reports, decisions, outbox):
        moved = update(table).where(table.c.thread_key == old).values(thread_key=new)
        connection.execute(moved)


def claim_due(
    connection: Connection, worker: str, now: datetime, lease: timedelta, limit: int
) -> tuple[StoredSeries, ...]:
    """Take up to ``limit`` due series for ``worker``, oldest first.

    Nobody else gets them until they are settled or ``lease`` is over.
    """
    rows = connection.execute(_DUE, {"now": now, "most": limit}).all()
    claim = {"claimed_by": worker, "claimed_until": now + lease}
    for row in rows:
        values = {**claim, "attempts": row.attempts + 1}
        connection.execute(_CHANGE, {"mine": row.series_key, **values})
    return tuple(_from_row(row) for row in rows)


def settle(connection: Connection, claimed: StoredSeries, worker: str) -> bool:
    """Say that ``claimed`` is triaged; return False where the claim was lost meanwhile.

    A member that came during the triage leaves the series waiting.
    """
    mine = {"mine": claimed.series_key, "worker": worker, "known_version": claimed.version}
    return connection.execute(_SETTLE, mine).rowcount == 1


def postpone(
    connection: Connection, claimed: StoredSeries, worker: str, until: datetime, error: str
) -> None:
    """Put a series that could not be triaged back until ``until``."""
    values = {"claimed_by": None, "claimed_until": None, "due_at": until, "last_error": error}
    connection.execute(_CHANGE_CLAIMED, {"mine": claimed.series_key, "worker": worker, **values})


def newest_revision(connection: Connection, thread_key: str) -> int:
    """Return the highest revision seen in a thread; 0 where there is none."""
    return connection.execute(_NEWEST_REVISION, {"thread": thread_key}).scalar() or 0


def series_of_issue(connection: Connection, issue: int) -> tuple[StoredSeries, ...]:
    """Return the series of one issue, oldest revision first."""
    statement = select(series).where(series.c.issue == issue)
    rows = connection.execute(statement.order_by(series.c.revision, series.c.first_seen_at))
    return tuple(_from_row(row) for row in rows)


def judge_again(
    connection: Connection, issues: Collection[int], now: datetime
) -> tuple[StoredSeries, ...]:
    """Make the newest revision of ``issues`` due now; return its series, if any is known."""
    statement = select(series).where(series.c.issue.in_(issues))
    found = connection.execute(statement.order_by(series.c.revision.desc())).all()
    newest = tuple(_from_row(row) for row in found if row.revision == found[0].revision)
    connection.execute(
        update(series)
        .where(series.c.series_key.in_([one.series_key for one in newest]))
        .values(state=WAITING, due_at=now, attempts=0, version=series.c.version + 1)
    )
    return newest


def threads_of_issues(connection: Connection, issues: Collection[int]) -> tuple[str, ...]:
    """Return the keys of the threads of ``issues``, the one seen first coming first."""
    statement = select(series.c.thread_key).where(series.c.issue.in_(issues))
    rows = connection.execute(statement.order_by(series.c.first_seen_at, series.c.thread_key))
    return tuple(dict.fromkeys(rows.scalars()))


def join_threads(connection: Connection, keys: Sequence[str]) -> None:
    """Make one thread of several; the first of ``keys`` is its key from then on."""
    for old in keys[1:]:
        _merge_threads(connection, old, keys[0])


def _from_row(row: Row[Any]) -> StoredSeries:
    return StoredSeries(
        series_key=row.series_key,
        thread_key=row.thread_key,
        issue=row.issue,
        revision=row.revision,
        subject=row.subject,
        author=row.author,
        due_at=row.due_at,
        version=row.version,
        attempts=row.attempts,
        state=row.state,
        last_error=row.last_error,
    )


def count_waiting(connection: Connection) -> int:
    """Return how many series wait to be triaged."""
    statement = select(func.count()).where(series.c.state == WAITING)
    return connection.execute(statement).scalar_one()
