# SPDX-License-Identifier: GPL-3.0-or-later
"""Every hostile patch is judged, in work that grows no faster than the patch does.

Calls are counted, not seconds: how busy the machine is changes nothing.  Seconds at full size are
what ``python -m bench.hostile`` prints.
"""

from __future__ import annotations

from cProfile import Profile

import pytest

from tests.hostile.cases import CASES
from tests.hostile.judging import all_forms, report_of, series_of

_LARGEST_ANSWER = 1_000_000


def _calls(mails: list[bytes]) -> int:
    """Return how many functions, Python's own included, are called to judge mails."""
    profile = Profile()
    profile.runcall(report_of, mails)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", CASES)
def test_twice_the_patch_is_at_most_some_more_than_twice_the_work(name: str) -> None:
    case = CASES[name]
    report_of(case.make(1))  # what is made once for all is not counted
    small, large = (_calls(case.make(size)) for size in (case.small, 2 * case.small))
    assert large < 2.5 * small


@pytest.mark.parametrize("name", CASES)
def test_a_large_one_is_judged_and_answered(name: str) -> None:
    case = CASES[name]
    mails = case.make(max(case.full // 100, 2))
    report = report_of(mails)
    answer = all_forms(series_of(mails), report)
    assert f"verdict={report.verdict};".encode() in answer
    assert len(answer) < _LARGEST_ANSWER
