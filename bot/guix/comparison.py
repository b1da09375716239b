# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of a package differ between two readings of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.guix.package import PackageDefinition, PackageOrigin
from bot.guix.sides import ReadPackage

_IGNORED: Final = frozenset({"location", "definition-location"})


def _license_key(definition: PackageDefinition) -> object:
    return definition.license_statement, [
        (license.variable, license.uri, license.name) for license in definition.licenses
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
_RULED_BY_VALUE: Final = frozenset({"license", "inherit"})
"""Fields whose text may differ (``license:expat``, ``expat``) while they say the same."""


def changed_fields(before: ReadPackage, after: ReadPackage) -> tuple[str, ...]:
    """Return the fields whose value or whose text differs, in the order of ``package``.

    Where both are read in part, only what both sides show is compared, and what one side alone
    shows is what the patch adds or removes.
    """
    found = [
        name
        for name, value in _VALUES.items()
        if value(before.definition) != value(after.definition)
    ]
    for name in dict.fromkeys((*before.shapes, *after.shapes)):
        if name in found or name in _IGNORED:
            continue
        if name in _RULED_BY_VALUE and name in before.shapes and name in after.shapes:
            continue
        if before.shapes.get(name) != after.shapes.get(name):
            found.append(name)
    if not found and not before.shapes and before.form != after.form:
        found.append("definition")
    return tuple(found)
