# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's own lines that findings speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from bot.checks.finding import Finding
from bot.patch.change import FileChange, Region

_LENGTH = 200
_AROUND = 2
"""Lines before and after one that a finding points at."""
_MOST_LINES = 60


def quoted_lines(
    changes: Sequence[FileChange], file: str, findings: Iterable[Finding]
) -> dict[int, str]:
    """Return, by number, the lines of ``file`` after the patches that findings point at.

    A line that no patch shows, or that says nothing by itself, is left out.
    """
    numbers = {finding.line for finding in findings if finding.line is not None}
    shown = _lines(_regions(changes, file), numbers)
    stripped = ((number, line.strip()) for number, line in shown.items())
    return {number: line[:_LENGTH] for number, line in stripped if _says_something(line)}


def excerpt(
    changes: Sequence[FileChange], file: str, findings: Iterable[Finding]
) -> dict[int, str]:
    """Return, by number, those lines as they stand, with what is around them, 60 at most.

    For a page that shows them in their place; of what no patch shows there is nothing.
    """
    pointed_at = sorted({finding.line for finding in findings if finding.line is not None})
    wanted = {number + step for number in pointed_at for step in range(-_AROUND, _AROUND + 1)}
    shown = _lines(_regions(changes, file), wanted)
    return {number: shown[number].expandtabs()[:_LENGTH] for number in sorted(shown)[:_MOST_LINES]}


def _regions(changes: Sequence[FileChange], file: str) -> list[Region]:
    """What the patches show of a file, the last patch first."""
    return [
        region
        for change in reversed(changes)
        if change.path == file and change.after is not None
        for region in change.after.regions
    ]


def _says_something(line: str) -> bool:
    """A head alone (``(origin``) or the beginning of a definition is no help to a reader."""
    return " " in line and not line.startswith("(define")


def _lines(regions: Iterable[Region], numbers: Set[int]) -> dict[int, str]:
    """Return the lines of these numbers, each out of the first region that has it."""
    found: dict[int, str] = {}
    for region in regions:
        for number, line in _lines_of(region, numbers):
            found.setdefault(number, line)
    return found


def _lines_of(region: Region, numbers: Set[int]) -> Iterator[tuple[int, str]]:
    """Go through a region once; whole files are long, and the numbers few."""
    number, place = region.start, 0
    for wanted in sorted(numbers):
        while number < wanted and place >= 0:
            place = region.text.find("\n", place) + 1 or -1
            number += 1
        if place < 0 or place >= len(region.text):
            return
        if number == wanted:
            end = region.text.find("\n", place)
            yield number, region.text[place : end if end >= 0 else None]
