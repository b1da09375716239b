# SPDX-License-Identifier: GPL-3.0-or-later
"""The two sides of a hunk: their text, and which of their lines the patch changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from unidiff.patch import Hunk

from bot.patch.change import Region


class _Side:
    """One side of a hunk while its lines come in."""

    def __init__(self, start: int, length: int) -> None:
        # "-5,0" is the empty run behind line 5: in front of line 6.
        self.start = start if length else start + 1
        self.line = self.start
        self.text: list[str] = []
        self.changed: list[int] = []
        self.touched: list[int] = []
        self.in_block = False

    def change(self, values: Sequence[str]) -> None:
        """Add lines that only this side has."""
        self.changed.extend(range(self.line, self.line + len(values)))
        self.in_block = True
        self.keep(values)

    def keep(self, values: Sequence[str]) -> None:
        """Add lines that both sides have."""
        self.text.extend(values)
        self.line += len(values)

    def region(self, heading: str) -> Region:
        """Return what came in."""
        return Region(
            self.start, "".join(self.text), heading, tuple(self.changed), tuple(self.touched)
        )


def hunk_regions(hunk: Hunk, heading: str) -> tuple[Region, Region]:
    """Return the text of a parsed hunk before and after; ``heading`` is what git wrote above."""
    spans = (hunk.source_start, hunk.source_length, hunk.target_start, hunk.target_length)
    return line_regions(spans, ((line.line_type, line.value) for line in hunk), heading)


def line_regions(
    spans: tuple[int, int, int, int], lines: Iterable[tuple[str, str]], heading: str
) -> tuple[Region, Region]:
    """Return the text before and after of a hunk given line by line.

    ``spans`` are the first line and the length before and after, as in a hunk's header, ``lines``
    each line's first column and the rest, line end included.
    """
    before, after = _Side(*spans[:2]), _Side(*spans[2:])
    for column, run in groupby(lines, key=itemgetter(0)):
        values = [value for _, value in run]
        if column == "+":
            after.change(values)
        elif column == "-":
            before.change(values)
        elif column == " ":
            _close_block(before, after)
            before.keep(values)
            after.keep(values)
    _close_block(before, after)
    return before.region(heading), after.region(heading)


def columns(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield first column and rest of a hunk's lines, which come without line ends."""
    return ((line[0], line[1:] + "\n") for line in lines)


def _close_block(before: _Side, after: _Side) -> None:
    """End a run of changed lines; where one side has none of it, note where it sits."""
    if after.in_block and not before.in_block:
        before.touched.append(before.line)
    if before.in_block and not after.in_block:
        after.touched.append(after.line)
    before.in_block = after.in_block = False
