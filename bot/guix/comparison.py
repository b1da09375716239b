# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of a package differ between two readings of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.guix.package import PackageDefinition, PackageOrigin
from bot.guix.sides import ReadPackage, Shape

_IGNORED: Final = frozenset({"location", "definition-location"})


def _license_key(definition: PackageDefinition) -> object:
    return definition.license_statement, [
        (one.variable, one.uri, one.name) for one in definition.licenses
    ]


def _origin_key(origin: PackageOrigin) -> PackageOrigin:
    return replace(origin, line=None, comments=(), label=None)


def _sources(definition: PackageDefinition) -> object:
    return [_origin_key(origin) for origin in definition.origins if origin.role == "source"]


def _input_origins(definition: PackageDefinition) -> object:
    return [_origin_key(origin) for origin in definition.origins if origin.role != "source"]


_VALUES: Final[dict[str, Callable[[PackageDefinition], object]]] = {
    "name": lambda definition: definition.name,
    "version": lambda definition: definition.version,
    "source": _sources,
    "build-system": lambda definition: definition.build_system,
    "substitutable?": lambda definition: definition.substitutable,
    "inputs": _input_origins,
    "home-page": lambda definition: definition.home_page,
    "synopsis": lambda definition: definition.synopsis,
    "description": lambda definition: definition.description,
    "license": _license_key,
}
VALUE_FIELDS: Final = ("name", "version", "source", "build-system", "arguments", "license")
"""Fields of which a reading says whether they are known."""
_OPENING: Final = re.compile(r"\(([^\s()]+)")
_RULED_BY_VALUE: Final = frozenset({"license", "inherit"})
"""Fields whose text may differ (``license:expat``, ``expat``) while they say the same."""


def changed_fields(before: ReadPackage, after: ReadPackage) -> tuple[str, ...]:
    """Return the fields whose value or whose text differs, in the order of ``package``.

    Where both are read in part, only what both sides show is compared, and what one side alone
    shows is what the patch adds or removes.
    """
    names = _comparable(before, after)
    found = [
        name
        for name, value in _VALUES.items()
        if (names is None or name in names) and value(before.definition) != value(after.definition)
    ]
    for name in dict.fromkeys((*before.shapes, *after.shapes)):
        if name in found or name in _IGNORED or (names is not None and name not in names):
            continue
        if name in _RULED_BY_VALUE and name in before.shapes and name in after.shapes:
            continue
        if before.shapes.get(name) != after.shapes.get(name):
            found.append(name)
    if not found and names is not None and _squeezed(before.edits) != _squeezed(after.edits):
        found.append("definition")
    if not found and names is None and _plain(before.form) != _plain(after.form):
        found.append("definition")
    return tuple(found)


def _squeezed(lines: Shape) -> str:
    """Return lines without white space: what is left when only the layout differs."""
    return "".join("".join(lines).split())


def _plain(form: Shape) -> Shape:
    """Return a shape in which an imported name is the same whatever its prefix."""
    return tuple("s" + part.rpartition(":")[2] if part[0] == "s" else part for part in form)


def _comparable(before: ReadPackage, after: ReadPackage) -> frozenset[str] | None:
    """Return the fields that both sides would show; None where each shows all that there is.

    Of two readings in part, one may end before the other does: what lies before the first field
    that both show, or behind the last one, says nothing, unless it begins on a line that the
    patch itself adds or removes.
    """
    if not (before.definition.partial or after.definition.partial):
        return None
    common = set(before.shapes) & set(after.shapes)
    names: set[str] = {"substitutable?"} if "arguments" in common else set()
    for shapes in (before.shapes, after.shapes):
        order = list(shapes)
        places = [index for index, name in enumerate(order) if name in common]
        if places:
            names.update(order[places[0] : places[-1] + 1])
    for side in (before, after):
        names.update(_opened(side.edits) & side.shapes.keys())
    return frozenset(names)


def _opened(edits: Shape) -> set[str]:
    """Return the heads of the forms that begin the changed lines."""
    return {match[1] for line in edits if (match := _OPENING.match(line))}
