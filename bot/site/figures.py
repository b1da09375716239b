# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures over time, reckoned from the summaries of all series; what is not known is counted so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.checks.units import human_size
from bot.policy.model import Policy
from bot.site.charts import chart
from bot.site.overview import VERDICTS
from bot.site.page import Page
from bot.site.summary import Summary

MONTHS = 24
"""Shown at most: the newest."""
_DAYS = ((0, 0, "same day"), (1, 2, "1–2 days"), (3, 7, "3–7 days"), (8, 30, "8–30 days"))
_LONGER = "longer"


def figures_page(summaries: Sequence[Summary], policy: Policy) -> Page:
    """Return the page of figures."""
    systems = len(policy.farm.systems)
    months = _months(summaries)
    load = _load(summaries, months, systems)
    unknown = sum(one.load.unknown for one in summaries)
    return Page(
        path="figures.html",
        template="figures.html",
        title="Figures",
        section="figures",
        shows={
            "kind": "figures",
            "total": len(summaries),
            "months": months,
            "verdicts": VERDICTS,
            "kinds": sorted({one.verdict for one in summaries}),
            "per_month": chart(_per_month(summaries, months), _count),
            "systems": policy.farm.systems,
            "load": chart(load, human_size, binary=True),
            "kept_off": systems * sum(one.load.kept_off for one in summaries),
            "not_kept_off": systems * sum(one.load.not_kept_off for one in summaries),
            "unknown_sizes": unknown,
            "days": chart(_days(summaries), _count),
            "passed": sum(one.days_to_pass is not None for one in summaries),
            "median_days": _median([d for one in summaries if (d := one.days_to_pass) is not None]),
        },
    )


def _count(value: int) -> str:
    return f"{value:,}"


def _months(summaries: Sequence[Summary]) -> list[str]:
    """The newest months up to the last that has a series, months without any among them."""
    newest = max((one.began_at[:7] for one in summaries), default="")
    oldest = min((one.began_at[:7] for one in summaries), default="")
    found: list[str] = []
    month = newest
    while month and month >= oldest and len(found) < MONTHS:
        found.append(month)
        month = _before(month)
    return found


def _before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year - 1:04}-12" if number == 1 else f"{year:04}-{number - 1:02}"


def _per_month(
    summaries: Sequence[Summary], months: Sequence[str]
) -> list[tuple[str, dict[str, int]]]:
    counts = {month: Counter[str]() for month in months}
    for one in summaries:
        if one.began_at[:7] in counts:
            counts[one.began_at[:7]][one.verdict] += 1
    return [(month, {verdict: counts[month][verdict] for verdict in VERDICTS}) for month in months]


def _load(
    summaries: Sequence[Summary], months: Sequence[str], systems: int
) -> list[tuple[str, dict[str, int]]]:
    off, on = Counter[str](), Counter[str]()
    for one in summaries:
        off[one.began_at[:7]] += one.load.kept_off
        on[one.began_at[:7]] += one.load.not_kept_off
    return [(month, {"off": systems * off[month], "on": systems * on[month]}) for month in months]


def _days(summaries: Sequence[Summary]) -> list[tuple[str, dict[str, int]]]:
    passed = [one.days_to_pass for one in summaries if one.days_to_pass is not None]
    rows = [
        (label, {"pass": sum(first <= days <= last for days in passed)})
        for first, last, label in _DAYS
    ]
    longest = _DAYS[-1][1]
    rows.append((_LONGER, {"pass": sum(days > longest for days in passed)}))
    rows.append(("not yet", {"none": len(summaries) - len(passed)}))
    return rows


def _median(days: list[int]) -> str:
    """Within which time half of them are, in words; empty where there are none."""
    if not days:
        return ""
    ordered = sorted(days)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    if middle < 1:
        return "within a day of the first mail"
    return f"within {middle:g} {'day' if middle == 1 else 'days'} of the first mail"
