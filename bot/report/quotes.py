# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's own lines that findings speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.checks.finding import Finding
from bot.patch.change import FileChange, Region

_LENGTH = 200


def quoted_lines(
    changes: Sequence[FileChange], file: str, findings: Iterable[Finding]
) -> dict[int, str]:
    """Return, by number, the lines of ``file`` after the patches that findings point at.

    A line that no patch shows, or that says nothing by itself, is left out.
    """
    regions = [
        region
        for change in reversed(changes)
        if change.path == file and change.after is not None
        for region in change.after.regions
    ]
    numbers = {finding.line for finding in findings if finding.line is not None}
    found: dict[int, str] = {}
    for region in regions:
        for number in sorted(numbers - found.keys()):
            line = _line(region, number)
            if line is not None and _says_something(line):
                found[number] = line[:_LENGTH]
    return found


def _says_something(line: str) -> bool:
    """A head alone (``(origin``) or the beginning of a definition is no help to a reader."""
    return " " in line and not line.startswith("(define")


def _line(region: Region, number: int) -> str | None:
    """Line ``number`` of the file, where the region has it and it says something."""
    if number < region.start or number - region.start > region.text.count("\n"):
        return None
    place = 0
    for _ in range(number - region.start):
        place = region.text.index("\n", place) + 1
    end = region.text.find("\n", place)
    return region.text[place : end if end >= 0 else None].strip() or None
