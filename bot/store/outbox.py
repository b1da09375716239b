# SPDX-License-Identifier: GPL-3.0-or-later
"""The outbox as rows: every mail that was ever to be sent, its state, and how it came to it.

Which change of state is allowed, and what it means, is said in ``bot.reply.outbox``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.store.database import insert_if_absent
from bot.store.schema import outbox, transitions

ASKED_FOR = frozenset({"answer", "receipt"})
"""Kinds of mail that answer a command."""
LETTERS = ASKED_FOR | {"news"}
"""Kinds of mail that strangers can have as many of as they like."""


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_ADD_TRANSITION = insert(transitions)
_OF_THREAD = (
    select(outbox)
    .where(outbox.c.thread_key == bindparam("thread"))
    .order_by(outbox.c.created_at, outbox.c.message_id)
    .with_for_update()
)
_TRAFFIC = select(
    _how_many(outbox.c.queued_at > bindparam("hour_ago")),
    func.count(),
    _how_many(outbox.c.thread_key == bindparam("thread")),
    _how_many((outbox.c.person == bindparam("to")) & outbox.c.kind.not_in(ASKED_FOR)),
).where(outbox.c.queued_at > bindparam("day_ago"))


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail of the outbox."""

    message_id: str
    kind: str
    """``reply``; ``notice`` (to the operator); ``answer`` (to a command), ``receipt`` (the same, to
    a maintainer); ``news`` (to a subscriber)."""
    thread_key: str
    series_key: str
    issue: int | None
    revision: int
    report_id: int | None
    person: str
    """Lower-case address of the submitter who gets it."""
    sender: str
    recipients: tuple[str, ...]
    remaining: tuple[str, ...]
    """Those that no server has taken it for yet."""
    subject: str
    content: bytes
    state: str
    hold: str
    """Why it is held: ``moderated``, ``limit``; empty otherwise."""
    reason: str
    """Of the last change of state."""
    attempts: int
    created_at: datetime
    queued_at: datetime | None
    """When it was let go: the limits count from here."""
    due_at: datetime
    sent_at: datetime | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of state."""

    message_id: str
    at: datetime
    state_before: str
    state_after: str
    reason: str


def insert_mail(connection: Connection, mail: StoredMail) -> bool:
    """Put a mail into the outbox; return False where its Message-ID is there already."""
    values = {name: getattr(mail, name) for name in StoredMail.__slots__}
    values |= {"recipients": list(mail.recipients), "remaining": list(mail.remaining)}
    if not insert_if_absent(connection, outbox, values):
        return False
    _note(connection, Transition(mail.message_id, mail.created_at, "", mail.state, mail.reason))
    return True


def change_state(
    connection: Connection, change: Transition, values: Mapping[str, Any] | None = None
) -> bool:
    """Make ``change`` and set further columns; return False where the mail is not in the state
    that it should have before."""
    statement = (
        update(outbox)
        .where(
            outbox.c.message_id == change.message_id,
            outbox.c.state == change.state_before,
        )
        .values(state=change.state_after, reason=change.reason, **(values or {}))
    )
    if connection.execute(statement).rowcount != 1:
        return False
    _note(connection, change)
    return True


def note(connection: Connection, mail: StoredMail, reason: str, now: datetime) -> None:
    """Add to the history of ``mail`` what does not change its state."""
    _note(connection, Transition(mail.message_id, now, mail.state, mail.state, reason))


def mail_by_id(connection: Connection, message_id: str) -> StoredMail | None:
    """Return one mail."""
    row = connection.execute(select(outbox).where(outbox.c.message_id == message_id)).one_or_none()
    return None if row is None else _from_row(row)


def due_mail(
    connection: Connection,
    state: str,
    now: datetime,
    limit: int,
    kinds: Collection[str] | None = None,
) -> tuple[StoredMail, ...]:
    """Return mails in ``state`` that are due and that no other process works on, oldest first.

    ``kinds`` are those that may leave; all where it is None.

    On PostgreSQL the rows are locked until the transaction ends; on SQLite the transaction itself
    keeps others out.
    """
    rows = connection.execute(
        select(outbox)
        .where(
            outbox.c.state == state,
            outbox.c.kind.in_(kinds) if kinds is not None else true(),
            outbox.c.due_at <= now,
            or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now),
        )
        .order_by(outbox.c.due_at, outbox.c.created_at, outbox.c.message_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return tuple(_from_row(row) for row in rows.all())


def mail_in(
    connection: Connection, states: Collection[str], limit: int = 1_000
) -> tuple[StoredMail, ...]:
    """Return mails in any of ``states``, oldest first; letters behind all others."""
    statement = select(outbox).where(outbox.c.state.in_(states))
    last = case((outbox.c.kind.in_(LETTERS), 1), else_=0)
    statement = statement.order_by(last, outbox.c.created_at, outbox.c.message_id).limit(limit)
    return tuple(_from_row(row) for row in connection.execute(statement))


def mail_of_thread(connection: Connection, thread_key: str) -> tuple[StoredMail, ...]:
    """Return all mails of one thread, oldest first, as nobody changes them in this transaction."""
    rows = connection.execute(_OF_THREAD, {"thread": thread_key})
    return tuple(_from_row(row) for row in rows)


def mail_of_issue(connection: Connection, issue: int) -> tuple[StoredMail, ...]:
    """Return all mails about one issue, oldest first."""
    statement = select(outbox).where(outbox.c.issue == issue)
    rows = connection.execute(statement.order_by(outbox.c.created_at, outbox.c.message_id))
    return tuple(_from_row(row) for row in rows)


def transitions_of(connection: Connection, message_id: str) -> tuple[Transition, ...]:
    """Return how a mail came to its state, oldest change first."""
    rows = connection.execute(
        select(transitions)
        .where(transitions.c.message_id == message_id)
        .order_by(transitions.c.transition_id)
    )
    return tuple(
        Transition(row.message_id, row.at, row.state_before, row.state_after, row.reason)
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many mails were let go lately."""

    last_hour: int
    last_day: int
    thread_last_day: int
    person_last_day: int


def traffic(connection: Connection, thread_key: str, person: str, now: datetime) -> Traffic:
    """Count the mails of all kinds that were let go in the last hour and day.

    A mail counts from the moment it may leave, whatever became of it then, so that a server that
    is down does not save up a flood.  Who asks by mail is not counted as mailed to: that has limits
    of its own, and must not keep back an answer to the list.
    """
    since = {"hour_ago": now - timedelta(hours=1), "day_ago": now - timedelta(days=1)}
    row = connection.execute(_TRAFFIC, {**since, "thread": thread_key, "to": person}).one()
    return Traffic(*(number or 0 for number in row))


def count_let_go(
    connection: Connection, kinds: Collection[str], period: timedelta, now: datetime
) -> int:
    """Count the mails of some kinds that were let go in the last ``period``."""
    statement = select(func.count()).where(
        outbox.c.queued_at > now - period, outbox.c.kind.in_(kinds)
    )
    return connection.execute(statement).scalar_one()


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many mails are in each state."""
    rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {row[0]: row[1] for row in rows}


def oldest_in(connection: Connection, state: str) -> datetime | None:
    """Return when the oldest mail in ``state`` was written."""
    statement = select(func.min(outbox.c.created_at)).where(outbox.c.state == state)
    return connection.execute(statement).scalar()


def _note(connection: Connection, change: Transition) -> None:
    values = {name: getattr(change, name) for name in Transition.__slots__}
    connection.execute(_ADD_TRANSITION, values)


def _from_row(row: Row[Any]) -> StoredMail:
    values = {name: getattr(row, name) for name in StoredMail.__slots__}
    values |= {"recipients": tuple(row.recipients), "remaining": tuple(row.remaining)}
    return StoredMail(**values)
