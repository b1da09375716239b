# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's own lines that findings speak of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from bot.patch.change import FileChange, Region

_LENGTH = 200


def quoted_lines(
    changes: Sequence[FileChange], wanted: Mapping[str, Collection[int]]
) -> dict[str, dict[int, str]]:
    """Return, by file and number, the lines after the patches that are ``wanted`` of each file.

    A line that no patch shows, or that says nothing by itself, is left out.  Where several
    patches show a line, the last one counts.
    """
    found: dict[str, dict[int, str]] = {file: {} for file in wanted}
    numbers = {file: sorted(set(lines)) for file, lines in wanted.items()}
    for change in reversed(changes):
        if change.after is not None and change.path in found:
            for region in change.after.regions:
                _take(region, numbers[change.path], found[change.path])
    return found


def _take(region: Region, numbers: Sequence[int], found: dict[int, str]) -> None:
    """Add those of ``numbers`` (in order) that the region has to ``found``."""
    first = bisect_left(numbers, region.start)
    last = bisect_left(numbers, region.start + region.text.count("\n") + 1)
    wanted = [number for number in numbers[first:last] if number not in found]
    lines = region.text.split("\n") if wanted else []
    for number in wanted:
        line = lines[number - region.start].strip()
        if _says_something(line):
            found[number] = line[:_LENGTH]


def _says_something(line: str) -> bool:
    """A head alone (``(origin``) or the beginning of a definition is no help to a reader."""
    return " " in line and not line.startswith("(define")
