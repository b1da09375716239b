# SPDX-License-Identifier: GPL-3.0-or-later
"""What a patch, or a series of patches, does to packages.

Where the whole text of a file is known on both sides, only the top-level forms that a patch touches
are read; where the hunks are all there is, the pieces of definitions in them are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.collecting import collect_seldom
from bot.guix.bounds import bounds_reached
from bot.guix.comparison import changed_fields
from bot.guix.hunks import hunk_sides
from bot.guix.modules import PackageLibrary, Surroundings
from bot.guix.package import PackageChange, PackageDefinition
from bot.guix.ranking import Ranking, in_order
from bot.guix.selection import reduced, select
from bot.guix.sides import Key, ReadPackage, Sides
from bot.guix.whole import whole_sides
from bot.limits import DEFAULT_LIMITS, Limits
from bot.patch.change import FileChange

_FRAMES = 6_000


@dataclass(frozen=True, slots=True)
class PackageReading:
    """The packages that patches touch, and what could not be read."""

    changes: tuple[PackageChange, ...]
    problems: tuple[str, ...]


def package_changes(
    changes: Sequence[FileChange],
    library: PackageLibrary | None = None,
    limits: Limits = DEFAULT_LIMITS,
    ranking: Ranking = in_order,
) -> PackageReading:
    """Return what patches do to packages, in the order of the files.

    ``changes`` are those of one series in order; several of one file count as one: each package as
    it was before the first and is after the last.  ``library`` gives the other files of the tree,
    as they are before the series.  Where more is touched than ``limits`` let be read, what
    ``ranking`` gives the lowest numbers goes first, and a problem says so.
    """
    _prepare_python()
    surroundings = Surroundings(library, limits, ranking)
    chains = _chains([change for change in changes if _is_scheme(change)])
    selection = select(chains, ranking, limits)
    whole, hunks = [], []
    for index, chain in enumerate(chains):
        if all(map(_is_whole, chain)) and (selection is None or not _is_large(chain, limits)):
            whole.append(chain)
        else:
            chains[index] = [reduced(one, chain[-1].path, selection) for one in chain]
            hunks.append(chains[index])
    sides = whole_sides(whole, surroundings, selection)
    sides.extend(hunk_sides(chains, hunks, surroundings))
    surroundings.keep()
    order = {id(chain[0]): index for index, chain in enumerate(chains)}
    sides.sort(key=lambda side: order.get(id(side.chain[0]), 0))
    reading = _reading(sides, limits)
    if selection is None:
        return reading
    return replace(reading, problems=(*reading.problems, selection.problem))


def _prepare_python() -> None:
    """Let Python nest as deep as the evaluator's own bound on depth needs (ten frames a level)."""
    if sys.getrecursionlimit() < _FRAMES:
        sys.setrecursionlimit(_FRAMES)
    collect_seldom()


def _is_scheme(change: FileChange) -> bool:
    return change.path.endswith(".scm") or (change.old_path or "").endswith(".scm")


def _is_whole(change: FileChange) -> bool:
    return all(
        side is None or (side.complete and len(side.regions) <= 1)
        for side in (change.before, change.after)
    )


def _is_large(chain: Iterable[FileChange], limits: Limits) -> bool:
    """Tell whether a file is too long to be read otherwise than by the definitions selected."""
    sides = (side for change in chain for side in (change.before, change.after))
    texts = (region.text for side in sides if side is not None for region in side.regions)
    return any(len(text) > limits.scheme_bytes for text in texts)


def _chains(changes: Iterable[FileChange]) -> list[list[FileChange]]:
    """Put the changes of one file together, through its renames."""
    chains: list[list[FileChange]] = []
    current: dict[str, list[FileChange]] = {}
    for change in changes:
        chain = current.pop(change.old_path or change.path, None)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(change)
        current[change.path] = chain
    return chains


def _reading(sides: list[Sides], limits: Limits) -> PackageReading:
    problems = [problem for side in sides for problem in side.problems]
    removed = _Pool({(side.path, key): (side, key) for side in sides for key in side.gone()})
    found: list[PackageChange] = []
    for side in sides:
        for key in side.all_keys():
            before, after = side.before.get(key), side.after.get(key)
            if before is None and after is not None:
                before = removed.take(side.path, key, after)
            if after is None and removed.is_taken(side.path, key):
                continue
            change = _change(side, key, before, after)
            if change is not None:
                found.append(change)
    # A package that a later file takes over was listed as removed before that was known.
    found = [
        change
        for change in found
        if not (change.kind == "removed" and removed.holds(change.before))
    ]
    problems += bounds_reached(sides, found)
    if len(found) > limits.packages_per_series:
        problems.append(
            f"{len(found)} packages are touched;"
            f" the first {limits.packages_per_series} are looked at"
        )
    return PackageReading(
        tuple(found[: limits.packages_per_series]), tuple(dict.fromkeys(problems))
    )


def _change(
    side: Sides, key: Key, before: ReadPackage | None, after: ReadPackage | None
) -> PackageChange | None:
    last = side.last_change(key)
    change = PackageChange(
        kind="added",
        before=before.definition if before else None,
        after=after.definition if after else None,
        file=last.path,
        basis=last.basis,
        basis_reason=last.basis_reason,
        message_id=last.message_id,
    )
    if before is None or after is None:
        return change if before is None else replace(change, kind="removed")
    fields = changed_fields(before, after)
    moved = before.definition.file != after.definition.file or before.text != after.text
    if not fields and not (moved and side.is_touched(key)):
        return None
    return replace(change, kind="changed" if fields else "moved", changed_fields=fields)


class _Pool:
    """Packages that vanish from a file: another file may have taken them over."""

    def __init__(self, gone: dict[tuple[str, Key], tuple[Sides, Key]]) -> None:
        self._places = list(gone)
        self._gone = [side.before[key] for side, key in gone.values()]
        self._taken: set[tuple[str, Key]] = set()
        self._definitions: dict[int, PackageDefinition] = {}
        self._by_variable: dict[Key, list[int]] = {}
        self._by_name: dict[tuple[str, str | None], list[int]] = {}
        for number in reversed(range(len(self._places))):  # the first in order is the last here
            self._by_variable.setdefault(self._places[number][1], []).append(number)
            if (name := _name_and_version(self._gone[number])) is not None:
                self._by_name.setdefault(name, []).append(number)

    def take(self, path: str, key: Key, after: ReadPackage) -> ReadPackage | None:
        """Return the vanished package that ``after`` was, if there is one."""
        found = [self._of_variable(path, key), self._of_name(after)]
        number = min((one for one in found if one is not None), default=None)
        if number is None:
            return None
        before = self._gone[number]
        self._taken.add(self._places[number])
        self._definitions[id(before.definition)] = before.definition
        return before

    def _of_variable(self, path: str, key: Key) -> int | None:
        if not key.strip("*"):
            return None
        for number in reversed(self._by_variable.get(key, ())):
            place = self._places[number]
            if place[0] != path and place not in self._taken:
                return number
        return None

    def _of_name(self, after: ReadPackage) -> int | None:
        name = _name_and_version(after)
        waiting = self._by_name.get(name, []) if name is not None else []
        while waiting and self._places[waiting[-1]] in self._taken:
            waiting.pop()
        return waiting[-1] if waiting else None

    def is_taken(self, path: str, key: Key) -> bool:
        """Tell whether a vanished package turned up elsewhere."""
        return (path, key) in self._taken

    def holds(self, definition: PackageDefinition | None) -> bool:
        """Tell whether a definition turned up elsewhere."""
        return id(definition) in self._definitions


def _name_and_version(package: ReadPackage) -> tuple[str, str | None] | None:
    definition = package.definition
    return None if definition.name is None else (definition.name, definition.version)
