# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the definitions that patches touch are read, where they are more than the bound.

Told from the text alone, before anything is read: a parenthesis in column 0 begins a definition.
Those that a ranking calls urgent come first, then the order of the patches.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.guix.sides import Key
from bot.limits import Limits
from bot.patch.change import Basis, FileChange, FileText, Region
from bot.scheme.nodes import Positions

Ranking = Callable[[str], int]
"""Tells from a definition's text how urgent it is to read it; 0 comes first."""

_NAMED: Final = re.compile(r"\(define[^\s()\[\]]*[ \t\n]+\(*([^\s()\[\];\"]+)")


def in_order(_text: str) -> int:
    """Rank every definition alike."""
    return 0


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of changes that touch more than is read of one series."""

    keys: frozenset[tuple[str, Key]]
    """(path after, key) of each."""
    problem: str

    def holds(self, path: str, key: Key) -> bool:
        """Tell whether a definition is among those that are read."""
        return (path, key) in self.keys


@dataclass(frozen=True, slots=True)
class _Part:
    """The text of one definition in one region, as far as it is there."""

    key: Key
    first: int
    """Its first line."""
    text: str
    heading: str


def select(
    chains: Sequence[Sequence[FileChange]], ranking: Ranking, limits: Limits
) -> Selection | None:
    """Return what to read, or None where that is everything."""
    if _is_small(chains, limits):
        return None
    found: dict[tuple[str, Key], tuple[int, int]] = {}
    for chain in chains:
        path = chain[-1].path
        for part in _touched_parts(chain):
            rank, size = found.get((path, part.key), (1 << 30, 0))
            found[path, part.key] = min(rank, ranking(part.text)), size + len(part.text)
    chosen = _chosen(found, limits)
    if len(chosen) == len(found):
        return None
    return Selection(
        chosen,
        f"{len(found)} packages and other definitions are touched; {len(chosen)} of them are"
        " looked at: those first whose text speaks of a model",
    )


def _chosen(
    found: dict[tuple[str, Key], tuple[int, int]], limits: Limits
) -> frozenset[tuple[str, Key]]:
    chosen: list[tuple[str, Key]] = []
    left = limits.series_characters
    for place, (_, size) in sorted(found.items(), key=lambda one: one[1][0]):
        if size > left:
            continue
        if len(chosen) == limits.packages_per_series:
            break
        left -= size
        chosen.append(place)
    return frozenset(chosen)


def _is_small(chains: Sequence[Sequence[FileChange]], limits: Limits) -> bool:
    """Tell, without looking at the text, that no bound can be reached."""
    lines = size = 0
    for change in (change for chain in chains for change in chain):
        for region in _regions(change):
            lines += len(region.changed) + len(region.touched)
            if change.basis in {Basis.HUNKS, Basis.WHOLE}:
                size += len(region.text)
    return lines <= limits.packages_per_series and size <= limits.series_characters


def _regions(change: FileChange) -> Iterator[Region]:
    for side in (change.before, change.after):
        if side is not None:
            yield from side.regions


def _touched_parts(chain: Sequence[FileChange]) -> Iterator[_Part]:
    for change in chain:
        for side in (change.before, change.after):
            for index, region in enumerate(side.regions if side is not None else ()):
                yield from _Cutter(region, index).touched()


class _Cutter:
    """Cuts a region where definitions begin."""

    def __init__(self, region: Region, index: int) -> None:
        self._region = region
        self._index = index
        self._text = region.text
        self._starts = _starts(region.text)
        self._positions = Positions(region.text, region.start)

    def parts(self) -> Iterator[_Part]:
        """Yield every part."""
        return map(self._part, range(len(self._starts)))

    def touched(self) -> Iterator[_Part]:
        """Yield the parts with changed lines; a line that begins a part is next to two of them."""
        reached = -1
        for line in sorted({*self._region.changed, *self._region.touched}):
            offset = self._positions.offset_of_line(line)
            number = bisect_right(self._starts, offset) - 1
            first = number - 1 if number and self._starts[number] == offset else number
            for one in range(max(first, reached + 1), number + 1):
                yield self._part(one)
            reached = max(reached, number)

    def _part(self, number: int) -> _Part:
        text, start = self._text, self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(text)
        heading = "" if text.startswith("(", start) else self._region.heading
        match = _NAMED.match(heading) if heading else _NAMED.match(text, start, end)
        key = match[1] if match else f"*{self._index}"
        return _Part(key, self._positions.line(start), text[start:end], heading)


def _starts(text: str) -> list[int]:
    """Return where parts begin: at parentheses in column 0, and at the beginning."""
    starts = [0]
    place = text.find("\n(")
    while place >= 0:
        starts.append(place + 1)
        place = text.find("\n(", place + 1)
    return starts


def key_at(text: str, start: int) -> Key:
    """Return the key by which a whole file's form at an offset is selected."""
    match = _NAMED.match(text, start)
    return match[1] if match else "*0"


def reduced(change: FileChange, path: str, selection: Selection | None) -> FileChange:
    """Return a change of which only hunks are known with what is to be read of it."""
    if selection is None:
        return change
    return replace(
        change,
        before=_reduced_text(change.before, path, selection),
        after=_reduced_text(change.after, path, selection),
    )


def _reduced_text(text: FileText | None, path: str, selection: Selection) -> FileText | None:
    if text is None:
        return None
    regions = tuple(
        _cut_out(region, part)
        for index, region in enumerate(text.regions)
        for part in _Cutter(region, index).parts()
        if selection.holds(path, part.key)
    )
    return replace(text, regions=regions)


def _cut_out(region: Region, part: _Part) -> Region:
    last = part.first + part.text.count("\n")
    return Region(
        part.first,
        part.text,
        part.heading,
        _between(region.changed, part.first, last),
        _between(region.touched, part.first, last),
    )


def _between(lines: tuple[int, ...], first: int, last: int) -> tuple[int, ...]:
    return lines[bisect_left(lines, first) : bisect_left(lines, last + 1)]
