# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports in their JSON form, and the decisions what to do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.store.schema import decisions, reports

_ADD_REPORT = insert(reports).returning(reports.c.report_id)


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What was found in one series at one time."""

    report_id: int
    series_key: str
    thread_key: str
    made_at: datetime
    verdict: str
    document: Mapping[str, Any]
    """The JSON form of one series, as ``weighbridge check`` prints it."""
    text: str | None = None
    """As a mail says it; None where it says nothing, or an older version has stored it."""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """Whether a report was answered, and why."""

    at: datetime
    series_key: str
    thread_key: str
    issue: int | None
    subject: str
    mode: str
    answer: bool
    hold: bool
    reason: str


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report that is about to be stored."""

    series_key: str
    thread_key: str
    made_at: datetime
    verdict: str
    document: Mapping[str, Any]
    text: str | None = None


def add_report(connection: Connection, report: NewReport) -> int:
    """Store a report; return its number."""
    values = {name: getattr(report, name) for name in NewReport.__slots__}
    return int(connection.execute(_ADD_REPORT, values).scalar_one())


def report_by_id(connection: Connection, report_id: int) -> StoredReport | None:
    """Return a report by its number."""
    statement = select(reports).where(reports.c.report_id == report_id)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else StoredReport(**row)


def latest_report(connection: Connection, series_key: str) -> StoredReport | None:
    """Return the newest report of a series."""
    statement = (
        select(reports)
        .where(reports.c.series_key == series_key)
        .order_by(reports.c.report_id.desc())
        .limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else StoredReport(**row)


def report_before(connection: Connection, thread_key: str, report_id: int) -> StoredReport | None:
    """Return the newest report on any revision of a thread that is older than ``report_id``."""
    statement = (
        select(reports)
        .where(reports.c.thread_key == thread_key, reports.c.report_id < report_id)
        .order_by(reports.c.report_id.desc())
        .limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else StoredReport(**row)


def add_decision(connection: Connection, decision: StoredDecision) -> None:
    """Write a decision down."""
    add_decisions(connection, [decision])


def add_decisions(connection: Connection, made: Sequence[StoredDecision]) -> None:
    """Write decisions down."""
    names = StoredDecision.__slots__
    if made:
        rows = [{name: getattr(decision, name) for name in names} for decision in made]
        connection.execute(insert(decisions), rows)


def decisions_of_issue(connection: Connection, issue: int) -> tuple[StoredDecision, ...]:
    """Return what was decided about one issue, oldest first."""
    statement = select(decisions).where(decisions.c.issue == issue)
    rows = connection.execute(statement.order_by(decisions.c.decision_id)).mappings()
    names = StoredDecision.__slots__
    return tuple(StoredDecision(**{name: row[name] for name in names}) for row in rows)


def decisions_since(connection: Connection, since: datetime) -> tuple[StoredDecision, ...]:
    """Return what was decided from ``since`` on, oldest first, at most 10,000."""
    statement = select(decisions).where(decisions.c.at >= since)
    statement = statement.order_by(decisions.c.decision_id).limit(10_000)
    names = StoredDecision.__slots__
    rows = connection.execute(statement).mappings()
    return tuple(StoredDecision(**{name: row[name] for name in names}) for row in rows)
