# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that patches touch, where whole files are known: only touched forms are read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import partial

from bot.guix.definition import read_definition
from bot.guix.modules import Module, Modules, Surroundings
from bot.guix.selection import Selection
from bot.guix.sides import Key, ReadPackage, Shape, Sides
from bot.guix.unread import unread_package
from bot.guix.users import dependents, public_names
from bot.guix.written import Written
from bot.limits import LimitExceededError
from bot.patch.change import FileChange, FileText, Region
from bot.scheme.definitions import definition_of
from bot.scheme.nodes import List
from bot.scheme.outline import Outline
from bot.scheme.reader import ReadError
from bot.scheme.shape import shape
from bot.scheme.values import Choice, Record, Unknown, Value

_BARE = frozenset(
    {"package", "let", "let*", "letrec", "hidden-package", "package/inherit", "begin", "list"}
)


def whole_sides(
    chains: Sequence[list[FileChange]],
    surroundings: Surroundings,
    selection: Selection | None = None,
) -> list[Sides]:
    """Return the packages before and after of files whose whole text is known.

    Of the definitions that the patches touch, only those of ``selection`` are read, if any.
    """
    heirs_left = surroundings.limits.packages_per_series
    heirs_left -= len(selection.keys) if selection else 0
    before, after = surroundings.modules(), surroundings.modules()
    sides: list[Sides] = []
    for chain in chains:
        side = Sides(chain)
        sides.append(side)
        first, last = chain[0], chain[-1]
        try:
            old = _module(before, first.old_path or first.path, first.before)
            new = _module(after, last.path, last.after)
            names = _touched(side, surroundings, selection, old, new)
        except LimitExceededError as error:
            side.problems.append(str(error))
            continue
        heirs = [name for name, own in names.items() if not own]
        for name in heirs[max(heirs_left, 0) :]:
            del names[name]
        if len(heirs) > heirs_left:
            side.problems.append("not all packages that inherit from the touched ones are read")
        heirs_left -= len(heirs)
        _SideReader(before, old, side, side.before).read(names, surroundings)
        _SideReader(after, new, side, side.after).read(names, surroundings)
        side.leave_out()
    return sides


def _module(modules: Modules, path: str, text: FileText | None) -> Module | None:
    if text is None:
        return None
    return modules.add(path, text.regions[0].text if text.regions else "")


def _touched(
    side: Sides,
    surroundings: Surroundings,
    selection: Selection | None,
    before: Module | None,
    after: Module | None,
) -> dict[Key, bool]:
    """Return the keys of the forms to look at: True where a patch touches the form itself."""
    names: dict[Key, bool] = {}
    chain = side.chain
    for index, change in enumerate(chain):
        for text, module in (
            (change.before, before if index == 0 else None),
            (change.after, after if index == len(chain) - 1 else None),
        ):
            if text is None or not text.regions:
                continue
            region = text.regions[0]
            shown = module or surroundings.modules().add(change.path, region.text)
            for key in _touched_forms(shown, region, side, selection, surroundings):
                names[key] = True
                side.touched[key] = change
    if before is None or after is None:
        # Every form of a file that is added or removed is touched itself, a macro's use too.
        _name_all(before or after, names)
        return names
    own = [name for name, own in names.items() if own]
    packages = public_names(before) | public_names(after)
    for module in (before, after):
        for key in dependents(module, own, packages):
            names.setdefault(key, False)
    return names


def _name_all(module: Module | None, names: dict[Key, bool]) -> None:
    """Add the names that the text shows for forms that are no plain definitions."""
    if module is None:
        return
    named = {start: name for name, start in module.outline.definitions().items()}
    for key in [key for key in names if key.startswith("*")]:
        index = int(key[1:])
        start = module.outline.starts[index] if index < len(module.outline.starts) else -1
        if start in named:
            names.setdefault(named[start], False)


def _touched_forms(
    module: Module,
    region: Region,
    side: Sides,
    selection: Selection | None,
    surroundings: Surroundings,
) -> list[Key]:
    """Return the keys of the forms in which a region has changed lines.

    Once the work nears its bound, only what is urgent is read to find out.
    """
    keys: list[Key] = []
    outline = module.outline
    line_of = outline.positions.line
    lines, inserts = sorted(region.changed), sorted(region.touched)
    reached = -1
    for index in (
        _near(outline, lines, inserts)
        if selection is None
        else _selected(outline, selection.starts.get(id(region), ()))
    ):
        start = outline.starts[index]
        if start < reached:
            continue
        if surroundings.is_short_of_time() and not surroundings.is_urgent(outline.text_at(start)):
            side.left_out.add(outline.defined_at(start) or f"*{index}")
            continue
        try:
            form = module.form(start)
        except (ReadError, LimitExceededError) as error:
            side.cannot_read(module.path, error)
            continue
        if form is None:
            continue
        reached = form.end
        first, last = line_of(start), line_of(form.end - 1)
        if _any_in(lines, first, last) or _any_in(inserts, first + 1, last):
            keys.append(_key(form, index))
    return keys


def _near(outline: Outline, lines: list[int], inserts: list[int]) -> list[int]:
    """Return the indices of the forms behind whose beginning, and before the next, lines change.

    What is inserted in front of a form does not change it.
    """
    starts, positions = outline.starts, outline.positions
    found: set[int] = set()
    for numbers in (lines, inserts):
        at = 0
        while at < len(numbers):
            offset = positions.offset_of_line(numbers[at])
            index = bisect_right(starts, offset) - 1
            at += 1
            if index < 0 or (numbers is inserts and starts[index] == offset):
                continue
            found.add(index)
            following = starts[index + 1] if index + 1 < len(starts) else None
            at = (
                len(numbers)
                if following is None
                else bisect_left(numbers, positions.line(following), at)
            )
    return sorted(found)


def _selected(outline: Outline, starts: Sequence[int]) -> list[int]:
    """Return the indices of the forms that begin at offsets."""
    places = ((bisect_left(outline.starts, start), start) for start in starts)
    return [index for index, start in places if outline.starts[index : index + 1] == [start]]


def _any_in(numbers: list[int], first: int, last: int) -> bool:
    index = bisect_left(numbers, first)
    return index < len(numbers) and numbers[index] <= last


def _key(form: List, index: int) -> Key:
    definition = definition_of(form)
    return definition.name if definition is not None else f"*{index}"


class _SideReader:
    """Reads the packages of one side."""

    def __init__(
        self, modules: Modules, module: Module | None, side: Sides, found: dict[Key, ReadPackage]
    ) -> None:
        self._modules = modules
        self._module = module
        self._side = side
        self._found = found

    def read(self, names: dict[Key, bool], surroundings: Surroundings) -> None:
        """Put the packages among ``names`` into the side, in the order of the file."""
        module = self._module
        if module is None:
            return
        definitions = module.outline.definitions()
        starts = module.outline.starts
        places: dict[Key, int] = {}
        for name in names:
            if name in definitions:
                places[name] = definitions[name]
            elif name.startswith("*") and int(name[1:]) < len(starts):
                places[name] = starts[int(name[1:])]
        for name, start in sorted(places.items(), key=lambda place: place[1]):
            text = module.outline.text_at(start)
            if surroundings.is_short_of_time() and not surroundings.is_urgent(text):
                self._side.left_out.add(name)
                continue
            package = self._package(module, name, start)
            if package is not None:
                self._found[name] = package

    def _package(self, module: Module, name: Key, start: int) -> ReadPackage | None:
        try:
            form = module.form(start)
        except (ReadError, LimitExceededError) as error:
            self._side.cannot_read(module.path, error)
            return None
        if form is None:
            return None
        self._modules.evaluator.renew()
        record = self._value(module, name, form)
        if not isinstance(record, Record) or record.kind != "package":
            if isinstance(record, Choice):
                record = Unknown(record.reason)
            if isinstance(record, Unknown) and not name.startswith("*"):
                return unread_package(Written(module, form, name), record)
            return None
        variable = None if name.startswith("*") else name
        return read_package(self._modules, module, form, variable, record)

    def _value(self, module: Module, name: Key, form: List) -> Value:
        evaluator = self._modules.evaluator
        try:
            if not name.startswith("*"):
                return evaluator.variable(name, module.scope)
            return evaluator.evaluate(form, module.scope) if form.head in _BARE else None
        except LimitExceededError as error:
            evaluator.renew()
            self._side.cut_short[name, str(error)] = None
            return Unknown(str(error))
        except RecursionError:
            return Unknown("it is nested too deep")


def read_package(
    modules: Modules, module: Module, form: List, variable: str | None, record: Record
) -> ReadPackage:
    """Return the package that a top-level form makes."""
    deprecated = form.head is not None and form.head.startswith("define-deprecated")
    written = Written(module, form, variable, deprecated)
    definition = read_definition(modules.evaluator, record, written)
    return ReadPackage(
        definition,
        partial(written_shapes, record, written),
        partial(shape, form),
        module.text[form.start : form.end],
    )


def written_shapes(record: Record, written: Written) -> dict[str, Shape]:
    """Return the shapes of the fields that a form itself writes, by field."""
    shapes: dict[str, Shape] = {}
    owner: Value = record
    seen: set[int] = set()
    while isinstance(owner, Record) and written.holds(owner) and id(owner) not in seen:
        seen.add(id(owner))
        for name, place in owner.places.items():
            shapes.setdefault(name, shape(place))
        owner = owner.parent
    return shapes
