# SPDX-License-Identifier: GPL-3.0-or-later
"""What a round of work tells is bounded, however much there was to do."""

from __future__ import annotations

from functools import reduce
from operator import add

from bot.service.outcome import LeftAlone, PollOutcome


def _left_alone(number: int) -> LeftAlone:
    return LeftAlone(f"mail {number}", "Ada", None, f"m{number}", "", "no patch in it")


def test_a_long_list_of_what_was_left_alone_is_cut_and_counted() -> None:
    batches = [
        PollOutcome(left_alone=tuple(map(_left_alone, range(200))), messages=200, waiting=number)
        for number in range(30)
    ]
    total = reduce(add, batches)
    assert len(total.left_alone) == 5_000
    assert total.untold == 1_000
    assert total.messages == 6_000
    assert total.waiting == 29
