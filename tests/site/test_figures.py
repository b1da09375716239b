# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures are reckoned from what is known, and charts keep to their scale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.site.charts import chart
from bot.site.figures import figures_page
from bot.site.summary import Load, Summary
from tests.site.made import SETTINGS
from tests.site.test_feed import SUMMARY

SYSTEMS = len(SETTINGS.policy.farm.systems)


def _one(month: str, verdict: str = "fail", days: int | None = None, **load: int) -> Summary:
    weights = Load(load.get("off", 0), load.get("on", 0), load.get("unknown", 0))
    at = f"{month}-03T00:00:00Z"
    return replace(SUMMARY, began_at=at, verdict=verdict, days_to_pass=days, load=weights)


def test_series_per_month_and_months_without_any() -> None:
    page = figures_page(
        [_one("2025-11"), _one("2025-11", "pass"), _one("2025-11"), _one("2025-09", "warn")],
        SETTINGS.policy,
    )
    bars = page.shows["per_month"].bars
    assert [(bar.label, bar.total) for bar in bars] == [
        ("2025-11", 3),
        ("2025-10", 0),
        ("2025-09", 1),
    ]
    assert [(part.kind, part.value) for part in bars[0].parts] == [("fail", 2), ("pass", 1)]


def test_two_years_are_shown_and_years_are_passed() -> None:
    page = figures_page([_one("2026-02"), _one("1999-01")], SETTINGS.policy)
    months = page.shows["months"]
    assert len(months) == 24
    assert months[:3] == ["2026-02", "2026-01", "2025-12"]


def test_what_is_kept_off_the_farm_counts_once_for_each_system() -> None:
    page = figures_page(
        [_one("2025-11", off=100, unknown=1), _one("2025-11", on=7), _one("2025-10", off=3)],
        SETTINGS.policy,
    )
    assert page.shows["kept_off"] == 103 * SYSTEMS
    assert page.shows["not_kept_off"] == 7 * SYSTEMS
    assert page.shows["unknown_sizes"] == 1
    parts = page.shows["load"].bars[0].parts
    assert [(part.kind, part.value) for part in parts] == [
        ("off", 100 * SYSTEMS),
        ("on", 7 * SYSTEMS),
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([0, 0, 9], "within a day of the first mail"),
        ([1], "within 1 day of the first mail"),
        ([1, 2], "within 1.5 days of the first mail"),
        ([4, 40, 5], "within 5 days of the first mail"),
    ],
)
def test_the_median(days: list[int], words: str) -> None:
    page = figures_page([_one("2025-11", days=one) for one in days], SETTINGS.policy)
    assert page.shows["median_days"] == words
    assert page.shows["passed"] == len(days)


def test_days_to_pass_fall_into_spans() -> None:
    days = [0, 1, 2, 3, 7, 8, 30, 31, 400, None]
    page = figures_page([_one("2025-11", days=one) for one in days], SETTINGS.policy)
    assert [(bar.label, bar.total) for bar in page.shows["days"].bars] == [
        ("same day", 1),
        ("1–2 days", 2),
        ("3–7 days", 2),
        ("8–30 days", 2),
        ("longer", 2),
        ("not yet", 1),
    ]


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 10**15)), max_size=8),
    st.booleans(),
)
def test_bars_are_as_long_as_what_they_stand_for(rows: list[dict[str, int]], binary: bool) -> None:
    made = chart([(str(n), row) for n, row in enumerate(rows)], str, binary=binary)
    largest = max((sum(row.values()) for row in rows), default=0)
    for bar, row in zip(made.bars, rows, strict=True):
        assert bar.total == sum(row.values())
        assert 0 <= bar.end <= 100
        assert sum(part.width for part in bar.parts) == pytest.approx(bar.end, abs=0.01)
        for part in bar.parts:
            assert part.start + part.width <= 100.01
        if largest:
            longest = max(one.end for one in made.bars)
            assert bar.end == pytest.approx(longest * bar.total / largest, abs=0.01)
    assert len(made.ticks) <= 6
    if largest:
        # The scale is no longer than it must be to be round.
        assert max(bar.end for bar in made.bars) >= 39
