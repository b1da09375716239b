# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the definitions that patches touch are read, where they are more than the bound.

Told from the text alone, before anything is read: a parenthesis in column 0 begins a definition.
Those that a ranking calls urgent come first, then the order of the patches.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from bot.guix.ranking import Ranking
from bot.guix.sides import Key
from bot.limits import Limits
from bot.patch.change import Basis, FileChange, FileText, Region
from bot.scheme.nodes import Positions

_Place = tuple[str, Key]
"""Path after the patches, and key."""

_NAMED: Final = re.compile(r"\(define[^\s()\[\]]*[ \t\n]+\(*([^\s()\[\];\"]+)")
_BESIDE: Final = "([\"'`,#"
"""What can begin a datum without a space in front of it."""
_LISTS: Final = "(['`,"
"""What begins a list, which takes as long as two other data."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of changes that touch more than is read of one series."""

    keys: frozenset[_Place]
    starts: Mapping[int, Sequence[int]]
    """By the identity of a whole file's region, where those of its definitions begin."""
    parts: int
    """So many of a region's parts are looked at."""
    problem: str

    def holds(self, path: str, key: Key) -> bool:
        """Tell whether a definition is among those that are read."""
        return (path, key) in self.keys


def select(
    chains: Sequence[Sequence[FileChange]], ranking: Ranking, limits: Limits
) -> Selection | None:
    """Return what to read, or None where that is everything."""
    if _is_small(chains, limits):
        return None
    survey = _Survey(ranking, limits)
    for chain in chains:
        for change in chain:
            for side in (change.before, change.after):
                if side is None:
                    continue
                for index, region in enumerate(side.regions):
                    survey.add(chain[-1].path, _Cutter(region, index, side))
    return survey.selection()


def _is_small(chains: Sequence[Sequence[FileChange]], limits: Limits) -> bool:
    """Tell, without looking at the text, that no bound can be reached."""
    changes = [change for chain in chains for change in chain]
    lines = sum(
        len(region.changed) + len(region.touched)
        for change in changes
        for region in _regions(change)
    )
    size = sum(_shown(change, len) for change in changes)
    if lines > limits.packages_per_series or size > limits.series_characters:
        return False
    if 3 * size <= limits.series_words:
        return True
    return sum(_shown(change, _words) for change in changes) <= limits.series_words


def _shown(change: FileChange, measure: Callable[[str], int]) -> int:
    """Return how much a patch shows of a file, where it is not the tree that does."""
    before, after = (
        0 if side is None else sum(measure(region.text) for region in side.regions)
        for side in (change.before, change.after)
    )
    return before + after if change.basis in {Basis.HUNKS, Basis.WHOLE} else abs(after - before)


def _words(text: str) -> int:
    """Return about how much is to be read of a text: at most three for each character."""
    return len(text.split()) + sum(map(text.count, _BESIDE)) + sum(map(text.count, _LISTS))


def _regions(change: FileChange) -> Iterator[Region]:
    for side in (change.before, change.after):
        if side is not None:
            yield from side.regions


@dataclass(slots=True)
class _Definition:
    """One definition that is touched."""

    rank: int
    size: int = 0
    """Characters, of all its parts on both sides."""
    words: int = 0
    starts: list[tuple[int, int]] = field(default_factory=list)
    """(identity of the region, offset) of its parts in whole files."""


class _Survey:
    """All the definitions that patches touch, looked at from afar."""

    def __init__(self, ranking: Ranking, limits: Limits) -> None:
        self._ranking = ranking
        self._limits = limits
        self._found: dict[_Place, _Definition] = {}
        self._parts = 0

    def add(self, path: str, cutter: _Cutter) -> None:
        """Take the touched definitions of one region."""
        left = max(self._limits.scheme_forms - self._parts, 0)
        numbers = list(islice(cutter.touched(), left + 1))
        self._parts += len(numbers)
        texts = [cutter.part(number) for number in numbers[:left]]
        rank = self._ranking("".join(texts))
        for number, text in zip(numbers, texts, strict=False):
            known = self._found.setdefault((path, cutter.key(number)), _Definition(1 << 30))
            known.rank = min(known.rank, rank(text))
            known.size += len(text)
            known.words += _words(text)
            if cutter.is_whole:
                known.starts.append((id(cutter.region), cutter.starts[number]))

    def selection(self) -> Selection | None:
        """Return what is read; None where that is all."""
        chosen = self._chosen()
        count = str(len(self._found))
        if self._parts > self._limits.scheme_forms:
            count = f"more than {self._limits.scheme_forms}"
        elif len(chosen) == len(self._found):
            return None
        starts: dict[int, list[int]] = {}
        for place in chosen:
            for region, start in self._found[place].starts:
                starts.setdefault(region, []).append(start)
        return Selection(
            frozenset(chosen),
            {region: sorted(places) for region, places in starts.items()},
            self._limits.scheme_forms,
            f"{count} packages and other definitions are touched; {len(chosen)} of them are"
            " looked at: those first whose text speaks of a model",
        )

    def _chosen(self) -> list[_Place]:
        chosen: list[_Place] = []
        left, words_left = self._limits.series_characters, self._limits.series_words
        for place, known in sorted(self._found.items(), key=lambda one: one[1].rank):
            if known.size > left or known.words > words_left:
                continue
            if len(chosen) == self._limits.packages_per_series:
                break
            left -= known.size
            words_left -= known.words
            chosen.append(place)
        return chosen


class _Cutter:
    """Cuts a region where definitions begin; what stands before the first one is a part too."""

    def __init__(self, region: Region, index: int, side: FileText) -> None:
        self.region = region
        self.text = region.text
        self.is_whole = side.complete
        self.starts = _borders(region.text)
        self._index = index
        self._positions = Positions(region.text, region.start)

    def touched(self) -> Iterator[int]:
        """Yield the numbers of parts with changed lines; a line that begins one is next to two."""
        lines = sorted({*self.region.changed, *self.region.touched})
        reached = -1
        at = 0
        while at < len(lines):
            offset = self._positions.offset_of_line(lines[at])
            number = bisect_right(self.starts, offset) - 1
            first = number - 1 if number and self.starts[number] == offset else number
            yield from range(max(first, reached + 1), number + 1)
            reached = number
            if number + 1 == len(self.starts):
                break
            at = bisect_left(lines, self._positions.line(self.starts[number + 1]), at + 1)

    def part(self, number: int) -> str:
        """Return the text of a part."""
        return self.text[self.starts[number] : self._end(number)]

    def key(self, number: int) -> Key:
        """Return what a part is selected by: the name that it defines, else its place."""
        start = self.starts[number]
        headless = not self.text.startswith("(", start)
        if headless and self.region.heading:
            match = _NAMED.match(self.region.heading)
        else:
            match = _NAMED.match(self.text, start, self._end(number))
        if match:
            return match[1]
        return f"*{self._index}" if headless else f"*{self._index}.{start}"

    def cut_out(self, number: int) -> Region:
        """Return a part as a region of its own."""
        text = self.part(number)
        first = self._positions.line(self.starts[number])
        last = first + text.count("\n")
        headless = not text.startswith("(")
        return Region(
            first,
            text,
            self.region.heading if headless else "",
            _between(self.region.changed, first, last),
            _between(self.region.touched, first, last),
        )

    def _end(self, number: int) -> int:
        return self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)


def _borders(text: str) -> list[int]:
    """Return where lines begin with a parenthesis, and the beginning."""
    starts = [0]
    place = text.find("\n(")
    while place >= 0:
        starts.append(place + 1)
        place = text.find("\n(", place + 1)
    return starts


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
    cutters = (_Cutter(region, index, text) for index, region in enumerate(text.regions))
    regions = tuple(
        cutter.cut_out(number)
        for cutter in cutters
        for number in range(min(len(cutter.starts), selection.parts))
        if selection.holds(path, cutter.key(number))
    )
    return replace(text, regions=regions)


def _between(lines: tuple[int, ...], first: int, last: int) -> tuple[int, ...]:
    return lines[bisect_left(lines, first) : bisect_left(lines, last + 1)]
