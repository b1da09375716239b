# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a change's hunks to a file's lines: where they say, or where their context is.

No fuzz: every context line and every removed line must be there, as for git-apply(1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.patch.change import FileText, Region

Hunk = tuple[Region, Region]
"""One hunk's lines before and after."""
_Placer = Callable[[list[str], list[str], int, int], int]
"""``place(lines, wanted, expected, lowest)`` returns the index of the line where a hunk goes."""
_COMPARISONS = 2_000_000
"""Lines compared in the search for one file's places before it is given up."""


class ApplyError(ValueError):
    """The hunks do not fit the text."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A whole file before and after."""

    before: FileText
    after: FileText
    offsets: tuple[int, ...]
    """For each hunk, how many lines below the place that it names it was found."""


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without their LF; a missing last LF makes no difference."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def apply_exactly(text: str, hunks: Sequence[Hunk]) -> Applied:
    """Apply hunks at the lines that they name.

    Raises ApplyError where a line there is another one.
    """
    return _apply(text, hunks, _named_place)


def apply_by_context(text: str, hunks: Sequence[Hunk]) -> Applied:
    """Apply hunks at the place nearest to the one they name that has all their lines.

    Raises ApplyError where a hunk has no such place, or no lines to find it by.
    """
    search = _Search(lines_of(text))
    return _apply(text, hunks, search.place)


def _apply(text: str, hunks: Sequence[Hunk], place: _Placer) -> Applied:
    lines = lines_of(text)
    result: list[str] = []
    before, after = _Marks(), _Marks()
    offsets: list[int] = []
    end = 0
    for old, new in hunks:
        wanted = lines_of(old.text)
        offset = offsets[-1] if offsets else 0
        start = place(lines, wanted, old.start - 1 + offset, end)
        offsets.append(start - (old.start - 1))
        result += lines[end:start]
        before.take(old, start)
        after.take(new, len(result))
        result += lines_of(new.text)
        end = start + len(wanted)
    result += lines[end:]
    whole = text if text.endswith("\n") or not text else text + "\n"
    made = "\n".join(result) + "\n" if result else ""
    return Applied(before.whole(whole), after.whole(made), tuple(offsets))


class _Marks:
    """Line numbers that the hunks mark, moved to where the hunks were found."""

    def __init__(self) -> None:
        self._changed: list[int] = []
        self._touched: list[int] = []

    def take(self, region: Region, start: int) -> None:
        shift = start + 1 - region.start
        self._changed += (line + shift for line in region.changed)
        self._touched += (line + shift for line in region.touched)

    def whole(self, text: str) -> FileText:
        region = Region(1, text, "", tuple(self._changed), tuple(self._touched))
        return FileText((region,), complete=True)


def _named_place(lines: list[str], wanted: list[str], expected: int, lowest: int) -> int:
    if expected < lowest or lines[expected : expected + len(wanted)] != wanted:
        raise ApplyError(f"the lines at {expected + 1} are others than the patch was made for")
    if expected > len(lines):
        raise ApplyError(f"the file ends before line {expected + 1}")
    return expected


class _Search:
    """Finds hunks in one file by their rarest line, within a budget of comparisons."""

    def __init__(self, lines: list[str]) -> None:
        self._places: dict[str, list[int]] = {}
        for index, line in enumerate(lines):
            self._places.setdefault(line, []).append(index)
        self._budget = _COMPARISONS

    def place(self, lines: list[str], wanted: list[str], expected: int, lowest: int) -> int:
        if not wanted:
            raise ApplyError("a hunk without any context cannot be located")
        rarest = min(range(len(wanted)), key=lambda index: len(self._found(wanted[index])))
        starts = [found - rarest for found in self._found(wanted[rarest])]
        self._spend(len(starts))
        starts.sort(key=lambda start: abs(start - expected))
        for start in starts:
            if start < lowest:
                continue
            self._spend(len(wanted))
            if lines[start : start + len(wanted)] == wanted:
                return start
        raise ApplyError(f"the lines of the hunk at {expected + 1} are not in the file")

    def _found(self, line: str) -> list[int]:
        return self._places.get(line, [])

    def _spend(self, comparisons: int) -> None:
        self._budget -= comparisons
        if self._budget < 0:
            raise ApplyError("its hunks could go to too many places")
