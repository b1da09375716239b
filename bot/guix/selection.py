# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the definitions that patches touch are read, where they are more than the bound.

Told from the text alone, before anything is read: a parenthesis in column 0 begins a definition.
Those that a ranking calls urgent come first, then the order of the patches.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.guix.sides import Key
from bot.limits import Limits
from bot.patch.change import Basis, FileChange, FileText, Region

Ranking = Callable[[str], int]
"""Tells from a definition's text how urgent it is to read it; 0 comes first."""

_NAMED: Final = re.compile(r"\(define[^\s()\[\]]*[ \t\n]+\(*([^\s()\[\];\"]+)")
_BORDER: Final = re.compile(r"^\(", re.MULTILINE)


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
                lines = sorted({*region.changed, *region.touched})
                for part in _parts(region, index):
                    last = part.first + part.text.count("\n")
                    at = bisect_left(lines, part.first)
                    if at < len(lines) and lines[at] <= last:
                        yield part


def _parts(region: Region, index: int) -> Iterator[_Part]:
    """Cut a region where definitions begin."""
    text = region.text
    starts = [match.start() for match in _BORDER.finditer(text)]
    if not starts or starts[0]:
        starts.insert(0, 0)
    line = region.start
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        heading = "" if text.startswith("(", start) else region.heading
        match = _NAMED.match(heading) if heading else _NAMED.match(text, start, end)
        key = match[1] if match else f"*{index}"
        piece = text[start:end]
        yield _Part(key, line, piece, heading)
        line += piece.count("\n")


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
        for part in _parts(region, index)
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
