# SPDX-License-Identifier: GPL-3.0-or-later
"""Which series are open: the newest report of each thread, with what became of its issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.orders import IGNORE
from bot.store.schema import closed_issues, orders, reports, series
from bot.store.series import WAITING

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class OpenSeries:
    """The newest revision of a change that ships a model and is not done with."""

    issue: int | None
    revision: int
    subject: str
    author: str
    verdict: str
    made_at: datetime
    """When it was judged."""
    waiting: bool
    """Whether it is about to be judged again."""


def open_series(connection: Connection) -> tuple[OpenSeries, ...]:
    """Return the open series, judged last coming first, at most 2,000.

    Neither closed nor ignored ones, nor those that ship no model.
    """
    newest = (
        select(func.max(reports.c.report_id).label("report_id"))
        .group_by(reports.c.thread_key)
        .subquery()
    )
    done = select(closed_issues.c.issue).union(
        select(orders.c.issue).where(orders.c.kind == IGNORE)
    )
    rows = connection.execute(
        select(
            series.c.issue,
            series.c.revision,
            series.c.subject,
            series.c.author,
            series.c.state,
            reports.c.verdict,
            reports.c.made_at,
        )
        .join(newest, newest.c.report_id == reports.c.report_id)
        .join(series, series.c.series_key == reports.c.series_key)
        .where(
            reports.c.verdict != "none",
            series.c.issue.is_(None) | series.c.issue.not_in(done),
        )
        .order_by(reports.c.made_at.desc(), reports.c.report_id.desc())
        .limit(_MOST)
    )
    return tuple(
        OpenSeries(
            issue=row.issue,
            revision=row.revision,
            subject=row.subject,
            author=row.author,
            verdict=row.verdict,
            made_at=row.made_at,
            waiting=row.state == WAITING,
        )
        for row in rows
    )
