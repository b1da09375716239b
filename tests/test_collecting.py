# SPDX-License-Identifier: GPL-3.0-or-later
"""The collector runs seldom, unless somebody has set it otherwise."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.collecting import collect_seldom


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((700, 10, 10), (50_000, 20, 10)),
        ((2_000, 30, 5), (50_000, 30, 5)),
        ((80_000, 10, 10), (80_000, 10, 10)),
        ((0, 10, 10), (0, 10, 10)),
    ],
    ids=["Python's own", "older ones as they are", "more seldom still", "off"],
)
def test_it_is_only_ever_made_more_seldom(
    before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    gc.set_threshold(*before)
    collect_seldom()
    assert gc.get_threshold() == after
