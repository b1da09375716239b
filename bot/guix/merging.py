# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills what one reading of a package does not show from another reading of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.guix.package import PackageDefinition, PackageOrigin, UnknownField
from bot.guix.sides import ReadPackage

NOT_SHOWN: Final = "the patch does not show it"
_FIELDS: Final = (
    "name", "version", "source", "build-system", "arguments", "home-page", "synopsis",
    "description", "license",
)  # fmt: skip


def with_gaps(definition: PackageDefinition, shown: frozenset[str]) -> PackageDefinition:
    """Say of the fields that no piece of a definition shows that they are not known."""
    missing = tuple(UnknownField(name, NOT_SHOWN) for name in _FIELDS if name not in shown)
    return replace(
        definition,
        license_statement=definition.license_statement if "license" in shown else "unknown",
        substitutable=definition.substitutable if "arguments" in shown else "unknown",
        unknown=(*definition.unknown, *missing),
    )


def filled(package: ReadPackage, other: ReadPackage) -> ReadPackage:
    """Return ``package`` with what it does not show taken from ``other``."""
    shapes = {**other.shapes, **package.shapes}
    form = (*other.form, *package.form)
    return ReadPackage(
        _filled_definition(package.definition, other.definition),
        lambda: shapes,
        lambda: form,
        other.text + package.text,
        (*other.edits, *package.edits),
    )


def _filled_definition(one: PackageDefinition, other: PackageDefinition) -> PackageDefinition:
    if not one.partial:
        return one
    licensed = one.license_statement != "unknown"
    result = replace(
        one,
        name=one.name or other.name,
        version=one.version or other.version,
        build_system=one.build_system or other.build_system,
        home_page=one.home_page or other.home_page,
        synopsis=one.synopsis or other.synopsis,
        description=one.description or other.description,
        license_statement=one.license_statement if licensed else other.license_statement,
        licenses=one.licenses if licensed else other.licenses,
        substitutable=other.substitutable if one.substitutable == "unknown" else one.substitutable,
        argument_keywords=tuple(dict.fromkeys((*one.argument_keywords, *other.argument_keywords))),
        install_plan=one.install_plan or other.install_plan,
        inputs=tuple(dict.fromkeys((*one.inputs, *other.inputs))),
        inherits=one.inherits or other.inherits,
        origins=_origins(one, other),
        copied_files=tuple(dict.fromkeys((*one.copied_files, *other.copied_files))),
        strings=tuple(dict.fromkeys((*one.strings, *other.strings))),
        partial=one.partial and other.partial,
    )
    return replace(result, unknown=_still_unknown(one, other))


def _origins(one: PackageDefinition, other: PackageDefinition) -> tuple[PackageOrigin, ...]:
    """Complete the source; what was computed from another version is not taken over."""
    if not one.origins:
        same = one.version is None or one.version == other.version
        return other.origins if same else ()
    known = {origin.role: origin for origin in other.origins}
    same = one.version is None or other.version is None or one.version == other.version
    return tuple(
        _completed(origin, known[origin.role], same=same)
        if origin.role == "source" and "source" in known
        else origin
        for origin in one.origins
    )


def _completed(origin: PackageOrigin, other: PackageOrigin, *, same: bool) -> PackageOrigin:
    return replace(
        origin,
        method=origin.method or other.method,
        uris=origin.uris or (other.uris if same else ()),
        commit=origin.commit or (other.commit if same else None),
        hash=origin.hash or (other.hash if same else None),
        hash_algorithm=origin.hash_algorithm or other.hash_algorithm,
        file_name=origin.file_name or (other.file_name if same else None),
    )


def _still_unknown(one: PackageDefinition, other: PackageDefinition) -> tuple[UnknownField, ...]:
    elsewhere = {unknown.field for unknown in other.unknown}
    return tuple(unknown for unknown in one.unknown if unknown.field in elsewhere)
