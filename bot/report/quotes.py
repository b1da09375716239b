# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's own lines that findings point at, as far as the patches show them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.patch.change import FileChange, Region

_LENGTH = 200
_AROUND = 2
_MOST_LINES = 60
_KEPT = 4 * _LENGTH
"""Characters of a line that are held: some of them may be indentation."""


def lines_around(numbers: Iterable[int]) -> set[int]:
    """Return ``numbers`` and those of the lines around them."""
    return {number + step for number in numbers for step in range(-_AROUND, _AROUND + 1)}


def shown_lines(
    changes: Sequence[FileChange], wanted: Mapping[str, Collection[int]]
) -> dict[str, dict[int, str]]:
    """Return, by file and number, the lines after the patches that are ``wanted`` of each file.

    A line that no patch shows is left out.  Where several patches show one, the last one counts.
    All files are gone through once, whatever number of packages asks.
    """
    found: dict[str, dict[int, str]] = {file: {} for file in wanted}
    numbers = {file: sorted(set(lines)) for file, lines in wanted.items()}
    for change in reversed(changes):
        if change.after is not None and change.path in found:
            for region in change.after.regions:
                _take(region, numbers[change.path], found[change.path])
    return found


def quotes_of(shown: Mapping[int, str], numbers: Iterable[int]) -> dict[int, str]:
    """Return the lines of these numbers, as a mail quotes them; not those that say nothing."""
    lines = {number: shown[number].strip()[:_LENGTH] for number in numbers if number in shown}
    return {number: line for number, line in lines.items() if _says_something(line)}


def excerpt_of(shown: Mapping[int, str], numbers: Iterable[int]) -> dict[int, str]:
    """Return those lines as they stand, with what is around them, 60 at most.

    For a page that shows them in their place; of what no patch shows there is nothing.
    """
    there = sorted(number for number in lines_around(numbers) if number in shown)
    return {number: shown[number].expandtabs()[:_LENGTH] for number in there[:_MOST_LINES]}


def _take(region: Region, numbers: Sequence[int], found: dict[int, str]) -> None:
    """Add those of ``numbers`` (in order) that the region has to ``found``."""
    first = bisect_left(numbers, region.start)
    last = bisect_left(numbers, region.start + region.text.count("\n") + 1)
    wanted = [number for number in numbers[first:last] if number not in found]
    lines = region.text.split("\n") if wanted else []
    ended = bool(lines) and lines[-1] == ""  # what follows the last line end is no line
    for number in wanted:
        place = number - region.start
        if not (ended and place == len(lines) - 1):
            found[number] = lines[place][:_KEPT]


def _says_something(line: str) -> bool:
    """A head alone (``(origin``) or the beginning of a definition is no help to a reader."""
    return " " in line and not line.startswith("(define")
