# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that patches touch, where hunks are all that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from bot.guix.definition import read_definition
from bot.guix.fragments import FragmentModule, Piece
from bot.guix.merging import filled, with_gaps
from bot.guix.modules import Modules, Surroundings
from bot.guix.pieces import Loose, collect, package_record
from bot.guix.sides import Key, ReadPackage, Shape, Sides
from bot.guix.unread import unread_package
from bot.guix.users import uses_any
from bot.guix.whole import written_shapes
from bot.guix.written import Written
from bot.limits import LimitExceededError, Limits
from bot.patch.change import FileChange, FileText
from bot.scheme.nodes import List
from bot.scheme.shape import shape
from bot.scheme.values import Record, Scope, Unknown, Value


def hunk_sides(
    chains: Sequence[list[FileChange]],
    hunks: Sequence[list[FileChange]],
    surroundings: Surroundings,
) -> list[Sides]:
    """Return the packages before and after of files of which only hunks are known.

    ``chains`` are all files of the patches: what a patch adds whole can be imported by the others.
    """
    modules = surroundings.modules()
    in_hunks = {id(chain) for chain in hunks}
    for chain in chains:
        last = chain[-1].after
        if id(chain) not in in_hunks and last is not None and last.regions:
            with suppress(LimitExceededError):  # whoever reads the file itself says so
                modules.add(chain[-1].path, last.regions[0].text)
    sides = []
    for chain in hunks:
        side = Sides(chain)
        earlier: FragmentModule | None = None
        for change in chain:
            earlier = _add_change(side, change, earlier, modules, surroundings) or earlier
        side.leave_out()
        sides.append(side)
    return sides


def _add_change(
    side: Sides,
    change: FileChange,
    earlier: FragmentModule | None,
    modules: Modules,
    surroundings: Surroundings,
) -> FragmentModule | None:
    """Add what one patch shows of one file to what earlier patches showed; return its result."""
    old_path, limits = change.old_path or change.path, surroundings.limits
    before = _read(side, change.before, old_path, modules, limits, earlier)
    after = _read(side, change.after, change.path, modules, limits, earlier, before)
    touched = {
        piece.key
        for module in (before, after)
        if module
        for piece in module.pieces
        if piece.touched
    }
    for module in (before, after):
        if module is not None:
            touched |= _dependents(module, touched)
    touched -= _untouched(before, after, touched)
    old = _packages(side, before, touched, modules, surroundings)
    new = _packages(side, after, touched, modules, surroundings)
    for key in touched:
        if key in old or key in new:
            side.touched[key] = change
    for key, package in old.items():
        if key in side.after:
            continue  # an earlier patch shows it as it was before the series
        side.before[key] = filled(side.before[key], package) if key in side.before else package
    for key, package in new.items():
        side.after[key] = filled(package, side.after[key]) if key in side.after else package
    for key in old:
        if key not in new:
            side.after.pop(key, None)
    return after


def _untouched(
    before: FragmentModule | None, after: FragmentModule | None, keys: set[Key]
) -> set[Key]:
    """Return the keys of definitions whose own lines do not change, though a run touches them."""
    if before is None or after is None:
        return set()
    return {
        key
        for key in keys
        if before.shows(key)
        and after.shows(key)
        and before.is_touched(key) | after.is_touched(key)
        and not before.edits(key)
        and not after.edits(key)
    }


def _read(  # noqa: PLR0913, PLR0917  (the surroundings of one side)
    side: Sides,
    text: FileText | None,
    path: str,
    modules: Modules,
    limits: Limits,
    earlier: FragmentModule | None,
    before: FragmentModule | None = None,
) -> FragmentModule | None:
    if text is None:
        return None
    try:
        return FragmentModule(path, text, modules, limits, earlier, before)
    except LimitExceededError as error:
        side.problems.append(f"{path}: {error}")
        return None


def _dependents(module: FragmentModule, names: Iterable[Key]) -> set[Key]:
    """Return the keys of visible definitions that use one of ``names`` in their text."""
    wanted = frozenset(name for name in names if not name.startswith("*"))
    if not wanted:
        return set()
    return {
        piece.key
        for piece in module.pieces
        if uses_any(module.text, piece.chunk.start, piece.chunk.end, wanted)
    }


def _packages(
    side: Sides,
    module: FragmentModule | None,
    keys: set[Key],
    modules: Modules,
    surroundings: Surroundings,
) -> dict[Key, ReadPackage]:
    """Return the packages that one side of a change shows."""
    found: dict[Key, ReadPackage] = {}
    if module is None:
        return found
    pieces: dict[Key, list[Piece]] = {}
    for piece in module.pieces:
        if piece.key in keys:
            pieces.setdefault(piece.key, []).append(piece)
    for key, parts in pieces.items():
        text = (module.text[part.chunk.start : part.chunk.end] for part in parts)
        if surroundings.is_short_of_time() and not surroundings.is_urgent("".join(text)):
            side.left_out.add(key)
            continue
        modules.evaluator.renew()
        try:
            package = _package(module, key, parts, modules)
        except LimitExceededError as error:
            side.cut_short[key, str(error)] = None
            continue
        if package is not None:
            found[key] = package
    return found


def _package(
    module: FragmentModule, key: Key, parts: list[Piece], modules: Modules
) -> ReadPackage | None:
    whole = next((part.chunk.form for part in parts if part.chunk.complete), None)
    if whole is not None:
        return _whole(module, key, whole, modules)
    return _partial(module, key, parts, modules)


def _whole(module: FragmentModule, key: Key, form: List, modules: Modules) -> ReadPackage | None:
    """Read a definition all of which is there."""
    evaluator = modules.evaluator
    value: Value = None
    if not key.startswith("*"):
        value = evaluator.variable(key, module.scope)
    elif (form.head or "") in {"package", "let", "let*", "hidden-package"}:
        value = evaluator.evaluate(form, module.scope)
    variable = None if key.startswith("*") else key
    written = Written(module, form, variable)
    if isinstance(value, Unknown):
        return unread_package(written, value)
    if not isinstance(value, Record) or value.kind != "package":
        return None
    definition = read_definition(evaluator, value, written)
    text = module.text[form.start : form.end]
    return ReadPackage(
        definition,
        partial(written_shapes, value, written),
        partial(shape, form),
        text,
        module.edits(key),
    )


def _partial(
    module: FragmentModule, key: Key, parts: list[Piece], modules: Modules
) -> ReadPackage | None:
    """Read a definition of which only pieces are there."""
    loose = Loose()
    scope = Scope({}, None, module)
    for part in parts:
        form = part.chunk.form
        items = tuple(form.items) if form is not None else ()
        levels = [items] if form is not None else part.chunk.levels()
        collect(levels, loose, scope)
    named = any(part.named for part in parts)
    if not named and not (loose.package or loose.wrapped or (loose.anything and key[0] != "%")):
        return None
    start, end = parts[0].chunk.start, parts[-1].chunk.end
    record = package_record(loose, scope, start, end)
    record.parent = None  # what is inherited may be overridden where the patch does not show it
    span = List([item for part in parts for item in part.chunk.items], start, end)
    written = Written(module, span, None if key.startswith("*") else key)
    definition = read_definition(modules.evaluator, record, written, partial=True)
    definition = with_gaps(definition, frozenset(record.fields))
    text = "".join(module.text[part.chunk.start : part.code_end] for part in parts)
    return ReadPackage(
        definition,
        partial(_partial_shapes, record, written, loose),
        partial(shape, span),
        text,
        module.edits(key),
    )


def _partial_shapes(record: Record, written: Written, loose: Loose) -> dict[str, Shape]:
    """Return the shapes of the fields, and of what is bound around them."""
    shapes = written_shapes(record, written)
    bound = [part for name, (node, _) in loose.bindings.items() for part in (name, *shape(node))]
    if loose.bindings:
        shapes["bindings"] = (*shapes.get("bindings", ()), *bound)
    return shapes
