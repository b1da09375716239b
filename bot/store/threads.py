# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is kept of one thread, all its revisions together, to be looked at as a whole.

Only threads in which a model was found are of note here: those of the many others that were
looked at and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.store.orders import IGNORE, Order, orders_of
from bot.store.outbox import Transition
from bot.store.reports import StoredDecision, StoredReport
from bot.store.schema import (
    closed_issues,
    decisions,
    messages,
    outbox,
    reports,
    series,
    transitions,
)
from bot.store.series import WAITING

_MOST = 500
"""Rows of one kind that are read of one thread."""
_NO_MODEL = "none"


@dataclass(frozen=True, slots=True)
class ThreadSeries:
    """One revision of a thread."""

    series_key: str
    issue: int | None
    revision: int
    subject: str
    author: str
    """``Name <address>``."""
    state: str
    due_at: datetime
    first_seen_at: datetime
    """When the bot saw it first, which may be years after it was written."""


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One mail of a thread, as far as it is kept for good."""

    message_id: str
    """Or its hash, where it is very long (``messages.message_key``)."""
    series_key: str | None
    """None for a mail that belongs to no series: a reply, say."""
    subject: str
    author: str
    """``Name <address>``."""
    dated_at: datetime | None
    set_aside: str
    """Why it was left alone; empty where it belongs to a series."""


@dataclass(frozen=True, slots=True)
class ThreadAnswer:
    """One mail that was written into the outbox for a thread, without its text."""

    message_id: str
    series_key: str
    revision: int
    subject: str
    state: str
    hold: str
    reason: str
    created_at: datetime
    sent_at: datetime | None
    history: tuple[Transition, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class StoredThread:
    """All that is kept of one thread; each tuple is oldest first, and holds at most 500."""

    thread_key: str
    series: tuple[ThreadSeries, ...]
    """By revision."""
    reports: tuple[StoredReport, ...]
    decisions: tuple[StoredDecision, ...]
    answers: tuple[ThreadAnswer, ...]
    messages: tuple[ThreadMessage, ...]
    """The mails of its series, and those of its issues that were left alone."""
    closed_at: datetime | None
    """When the bot saw that one of its issues was closed."""
    orders: tuple[Order, ...] = ()
    """What maintainers have ordered for its issues."""

    @property
    def ended_at(self) -> datetime | None:
        """When nobody had to look at it any more: closed, or ignored by order of a maintainer."""
        ignored = [order.at for order in self.orders if order.kind == IGNORE]
        return min((at for at in (self.closed_at, *ignored) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class WaitingSeries:
    """A series that is not triaged yet."""

    thread_key: str
    issue: int | None
    revision: int
    subject: str
    due_at: datetime
    last_error: str


def threads_of_note() -> Select[Any]:
    """Return the query for the keys of the threads in which a model was found."""
    return select(reports.c.thread_key).where(reports.c.verdict != _NO_MODEL).distinct()


def thread_issues(connection: Connection) -> tuple[tuple[str, int | None], ...]:
    """Return (key, issue) of each thread in which a model was found, the oldest first."""
    statement = (
        select(series.c.thread_key, series.c.issue)
        .where(series.c.thread_key.in_(threads_of_note()))
        .order_by(series.c.first_seen_at, series.c.revision, series.c.series_key)
    )
    found: dict[str, int | None] = {}
    for thread_key, issue in connection.execute(statement):
        if found.get(thread_key) is None:
            found[thread_key] = issue
    return tuple(found.items())


def read_thread(connection: Connection, thread_key: str) -> StoredThread:
    """Return what is kept of a thread; empty tuples where nothing is."""
    found = tuple(_series(connection, thread_key))
    issues = sorted({one.issue for one in found if one.issue is not None})
    return StoredThread(
        thread_key=thread_key,
        series=found,
        reports=tuple(_reports(connection, thread_key)),
        decisions=tuple(_decisions(connection, thread_key)),
        answers=tuple(_answers(connection, thread_key)),
        messages=tuple(_messages(connection, thread_key, issues)),
        closed_at=_closed_at(connection, issues),
        orders=orders_of(connection, issues),
    )


def waiting_series(connection: Connection, limit: int) -> tuple[int, tuple[WaitingSeries, ...]]:
    """Return how many series wait to be triaged, and the ``limit`` that are due first.

    Those of threads in which a model was found are not among them: they are part of their thread.
    """
    of_them = (series.c.state == WAITING) & series.c.thread_key.not_in(threads_of_note())
    count = connection.execute(select(func.count()).select_from(series).where(of_them))
    statement = select(series).where(of_them).order_by(series.c.due_at, series.c.series_key)
    names = WaitingSeries.__slots__
    rows = connection.execute(statement.limit(limit)).mappings()
    return count.scalar_one(), tuple(
        WaitingSeries(**{name: row[name] for name in names}) for row in rows
    )


def left_alone(connection: Connection, limit: int) -> tuple[StoredDecision, ...]:
    """Return the newest decisions to be silent in threads without a model, newest first."""
    statement = (
        select(decisions)
        .where(decisions.c.answer.is_(False), decisions.c.thread_key.not_in(threads_of_note()))
        .order_by(decisions.c.decision_id.desc())
        .limit(limit)
    )
    names = StoredDecision.__slots__
    rows = connection.execute(statement).mappings()
    return tuple(StoredDecision(**{name: row[name] for name in names}) for row in rows)


def _series(connection: Connection, thread_key: str) -> Iterator[ThreadSeries]:
    columns = [series.c[name] for name in ThreadSeries.__slots__]
    statement = select(*columns).where(series.c.thread_key == thread_key)
    ordered = statement.order_by(series.c.revision, series.c.first_seen_at, series.c.series_key)
    for row in connection.execute(ordered.limit(_MOST)).mappings():
        yield ThreadSeries(**row)


def _reports(connection: Connection, thread_key: str) -> Iterator[StoredReport]:
    """The newest ones, where there are too many."""
    statement = select(reports).where(reports.c.thread_key == thread_key)
    newest = statement.order_by(reports.c.report_id.desc()).limit(_MOST)
    rows = connection.execute(newest).mappings().all()
    yield from (StoredReport(**row) for row in reversed(rows))


def _decisions(connection: Connection, thread_key: str) -> Iterator[StoredDecision]:
    statement = select(decisions).where(decisions.c.thread_key == thread_key)
    newest = statement.order_by(decisions.c.decision_id.desc()).limit(_MOST)
    names = StoredDecision.__slots__
    for row in reversed(connection.execute(newest).mappings().all()):
        yield StoredDecision(**{name: row[name] for name in names})


def _answers(connection: Connection, thread_key: str) -> Iterator[ThreadAnswer]:
    names = [name for name in ThreadAnswer.__slots__ if name != "history"]
    of_thread = (outbox.c.thread_key == thread_key) & (outbox.c.kind == "reply")
    history: dict[str, list[Transition]] = {}
    changes = (
        select(transitions)
        .join(outbox, outbox.c.message_id == transitions.c.message_id)
        .where(of_thread)
        .order_by(transitions.c.transition_id)
    )
    for row in connection.execute(changes.limit(10 * _MOST)).mappings():
        change = Transition(**{name: row[name] for name in Transition.__slots__})
        history.setdefault(change.message_id, []).append(change)
    mails = select(*(outbox.c[name] for name in names)).where(of_thread)
    ordered = mails.order_by(outbox.c.created_at, outbox.c.message_id).limit(_MOST)
    for row in connection.execute(ordered).mappings():
        yield ThreadAnswer(**row, history=tuple(history.get(row["message_id"], ())))


def _messages(
    connection: Connection, thread_key: str, issues: list[int]
) -> Iterator[ThreadMessage]:
    columns = [messages.c[name] for name in ThreadMessage.__slots__ if name != "message_id"]
    own = select(series.c.series_key).where(series.c.thread_key == thread_key)
    aside = messages.c.issue.in_(issues) & (messages.c.set_aside != "")
    statement = (
        select(messages.c.message_key.label("message_id"), *columns)
        .where(messages.c.series_key.in_(own) | aside)
        .order_by(messages.c.dated_at, messages.c.message_key)
        .limit(_MOST)
    )
    for row in connection.execute(statement).mappings():
        yield ThreadMessage(**row)


def _closed_at(connection: Connection, issues: list[int]) -> datetime | None:
    statement = select(func.min(closed_issues.c.at)).where(closed_issues.c.issue.in_(issues))
    return connection.execute(statement).scalar()
