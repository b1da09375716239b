# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches that touch more than is read of one series."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.guix.changes import package_changes
from bot.limits import DEFAULT_LIMITS
from bot.patch.change import FileChange
from tests.guix.patches import MODULE, hunk_change, package_text, whole_change

_LIMITS = replace(DEFAULT_LIMITS, packages_per_series=3)
_NAMES = [f"tool-{number}" for number in range(10)] + ["wanted"]


def _text(version: str) -> str:
    return MODULE + "\n".join(
        package_text(name).replace('(version "1.0")', f'(version "{version}")') for name in _NAMES
    )


def _ranking(_whole: str) -> Callable[[str], int]:
    return lambda part: 0 if "wanted" in part else 1


@pytest.mark.parametrize("kind", [whole_change, hunk_change])
def test_reads_the_urgent_and_says_how_many_are_left_out(kind: object) -> None:
    assert callable(kind)
    change = kind(_text("1.0"), _text("2.0"))
    assert isinstance(change, FileChange)
    reading = package_changes([change], limits=_LIMITS, ranking=_ranking)
    assert [one.package.variable for one in reading.changes] == ["tool-0", "tool-1", "wanted"]
    assert {one.kind for one in reading.changes} == {"changed"}
    (problem,) = reading.problems
    assert "11 packages and other definitions are touched; 3 of them are looked at" in problem


def test_does_not_read_past_the_bound_on_text() -> None:
    limits = replace(_LIMITS, series_characters=len(MODULE + package_text("tool-1")) + 20)
    reading = package_changes([whole_change(None, _text("1.0"))], limits=limits)
    assert len(reading.changes) == 1


_DENSE = '(define-public dense\n  (package (name "dense") (inputs (list ' + "()" * 3_000 + "))))\n"


@pytest.mark.parametrize(
    "change",
    [whole_change(None, _text("2.0") + _DENSE), hunk_change(_text("1.0"), _text("2.0") + _DENSE)],
    ids=["a new file", "hunks"],
)
def test_does_not_read_past_the_bound_on_what_is_dense(change: FileChange) -> None:
    reading = package_changes([change], limits=replace(DEFAULT_LIMITS, series_words=6_000))
    assert [one.package.variable for one in reading.changes] == _NAMES
    (problem,) = reading.problems
    assert "looked at: those first whose text speaks of a model" in problem
    everything = package_changes([change])
    assert [one.package.variable for one in everything.changes] == [*_NAMES, "dense"]
    assert not everything.problems


def test_says_nothing_where_everything_is_read() -> None:
    reading = package_changes([whole_change(None, _text("1.0"))])
    assert len(reading.changes) == len(_NAMES)
    assert not reading.problems
