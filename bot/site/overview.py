# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that list series: the open ones by verdict, and all of them by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.site.page import Page
from bot.site.summary import Summary
from bot.site.words import machine_time, reason, subject
from bot.store.reports import StoredDecision
from bot.store.threads import WaitingSeries

ROWS = 200
"""Series on one page."""
VERDICTS = ("fail", "warn", "unknown", "pass", "none", "waiting")
"""In the order in which they are listed."""
_FIRST_FEW = 5
_WHO = ("author", "maintainer", "bot")


@dataclass(frozen=True, slots=True)
class Group:
    """The series of one verdict on one page."""

    verdict: str
    total: int
    """On all pages."""
    rows: tuple[Summary, ...]
    continued: bool
    """Whether the page before holds the first of them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What waits for one of the three."""

    who: str
    total: int
    first: tuple[tuple[Summary, str], ...]
    """(series, why), at most five, the newest first."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A series that the bot has not judged yet."""

    subject: str
    issue: int | None
    revision: int
    due_at: str
    in_trouble: bool
    """Whether judging it has failed before."""


@dataclass(frozen=True, slots=True)
class Position:
    """Which of several pages this is."""

    number: int
    last: int
    previous: str
    """Path of the page before; empty where there is none."""
    following: str


def open_pages(
    summaries: Sequence[Summary], waiting: tuple[int, tuple[WaitingSeries, ...]], *, paused: bool
) -> Iterator[Page]:
    """Yield the overview: the open series, the worst verdict first, 200 on a page."""
    rows = _newest_first(one for one in summaries if one.is_open)
    rows.sort(key=lambda one: VERDICTS.index(one.verdict))
    totals = Counter(one.verdict for one in rows)
    count, unread = waiting
    for position, part in _parts(rows, "index"):
        yield Page(
            path=_part_name("index", position.number),
            template="overview.html",
            title="Open series",
            section="open",
            shows={
                "kind": "open-series",
                "total": len(rows),
                "closed": len(summaries) - len(rows),
                "totals": {verdict: totals[verdict] for verdict in VERDICTS},
                "turns": tuple(_turns(rows)) if position.number == 1 else (),
                "groups": tuple(_groups(part, rows, totals)),
                "unread_total": count,
                "unread": tuple(map(_unread, unread)) if position.number == 1 else (),
                "paused": paused,
                "position": position,
            },
        )


def month_pages(summaries: Sequence[Summary]) -> Iterator[Page]:
    """Yield the list of months, and for each month the series whose first mail is of it."""
    rows = sorted(summaries, key=lambda one: (one.began_at, one.name))
    months = [(month, list(of)) for month, of in groupby(rows, key=lambda one: one.began_at[:7])]
    counts = [
        {"month": month, "total": len(of), "verdicts": Counter(one.verdict for one in of)}
        for month, of in reversed(months)
    ]
    yield Page(
        path="months/index.html",
        template="months.html",
        title="All series by month",
        section="months",
        shows={"kind": "months", "months": counts, "total": len(rows), "verdicts": VERDICTS},
    )
    for month, of in months:
        for position, part in _parts(of, f"months/{month}"):
            yield Page(
                path=_part_name(f"months/{month}", position.number),
                template="month.html",
                title=f"Series of {month}",
                section="months",
                shows={"kind": "month", "month": month, "rows": part, "position": position},
            )


def left_alone_page(decided: Sequence[StoredDecision]) -> Page:
    """Return the page of series in which no model was found, the newest first."""
    rows = [
        {
            "subject": subject(one.subject),
            "issue": one.issue,
            "at": machine_time(one.at),
            "reason": reason(one.reason),
        }
        for one in decided
    ]
    return Page(
        path="left-alone.html",
        template="left-alone.html",
        title="Looked at and left alone",
        section="left-alone",
        shows={"kind": "left-alone", "rows": rows},
    )


def _newest_first(summaries: Iterable[Summary]) -> list[Summary]:
    by_name = sorted(summaries, key=lambda one: one.name)
    return sorted(by_name, key=lambda one: one.changed_at, reverse=True)


def _groups(
    part: Sequence[Summary], rows: Sequence[Summary], totals: Counter[str]
) -> Iterator[Group]:
    for verdict, found in groupby(part, key=lambda one: one.verdict):
        of_verdict = tuple(found)
        first = next(one for one in rows if one.verdict == verdict)
        yield Group(verdict, totals[verdict], of_verdict, continued=first is not of_verdict[0])


def _turns(rows: Sequence[Summary]) -> Iterator[Turn]:
    newest = _newest_first(rows)
    for who in _WHO:
        of = [(one, why) for one in newest if (why := _first_reason(one, who))]
        yield Turn(who, len(of), tuple(of[:_FIRST_FEW]))


def _first_reason(one: Summary, who: str) -> str:
    return next((why for whose, why in one.waits if whose == who), "")


def _unread(one: WaitingSeries) -> Unread:
    return Unread(
        subject=subject(one.subject),
        issue=one.issue,
        revision=one.revision,
        due_at=machine_time(one.due_at),
        in_trouble=bool(one.last_error),
    )


def _parts(rows: Sequence[Summary], base: str) -> Iterator[tuple[Position, tuple[Summary, ...]]]:
    last = max(1, -(-len(rows) // ROWS))
    for number in range(1, last + 1):
        previous = _part_name(base, number - 1) if number > 1 else ""
        following = _part_name(base, number + 1) if number < last else ""
        part = tuple(rows[(number - 1) * ROWS : number * ROWS])
        yield Position(number, last, previous, following), part


def _part_name(base: str, number: int) -> str:
    return f"{base}.html" if number == 1 else f"{base}-{number}.html"
