# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages and changes with only what a test is about spelt out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from bot.guix.package import (
    InstallStep,
    OriginRole,
    PackageChange,
    PackageDefinition,
    PackageLicense,
    PackageOrigin,
)
from bot.patch.change import Basis

EXPAT = PackageLicense("expat", "Expat", "MIT", "free")
_HASH = "0" * 51 + "1"

_PLAIN = PackageDefinition(
    variable="hello",
    name="hello",
    version="1.0",
    file="gnu/packages/hello.scm",
    line=1,
    end_line=20,
    partial=False,
    license_statement="stated",
    licenses=(EXPAT,),
    origins=(),
    build_system="gnu",
    substitutable=None,
    argument_keywords=(),
    install_plan=(),
    inputs=(),
    inherits=(),
    home_page="https://example.org/hello",
    synopsis="Greeter",
    description="This package greets.",
    hidden=False,
    deprecated=False,
    field_lines=(),
    comments=(),
    strings=(),
)


def source(*uris: str, **fields: Any) -> PackageOrigin:  # noqa: ANN401  (any field)
    return origin("source", *uris, **fields)


def origin(role: OriginRole, *uris: str, **fields: Any) -> PackageOrigin:  # noqa: ANN401  (any field)
    plain = PackageOrigin(role, "url-fetch", uris, hash_algorithm="sha256", hash=_HASH)
    return replace(plain, **fields)


def git(url: str, commit: str = "v1", role: OriginRole = "source") -> PackageOrigin:
    return origin(role, url, method="git-fetch", commit=commit)


def package(name: str, *origins: PackageOrigin, **fields: Any) -> PackageDefinition:  # noqa: ANN401
    return replace(_PLAIN, **{"variable": name, "name": name, "origins": origins} | fields)


def steps(*pairs: tuple[str | None, str | None]) -> tuple[InstallStep, ...]:
    return tuple(InstallStep(*pair) for pair in pairs)


def added(after: PackageDefinition) -> PackageChange:
    return _change("added", None, after)


def removed(before: PackageDefinition) -> PackageChange:
    return _change("removed", before, None)


def changed(
    before: PackageDefinition,
    fields: tuple[str, ...] = (),
    **values: Any,  # noqa: ANN401
) -> PackageChange:
    return replace(_change("changed", before, replace(before, **values)), changed_fields=fields)


def moved(both: PackageDefinition) -> PackageChange:
    return _change("moved", both, replace(both, line=both.line + 100))


def _change(
    kind: Literal["added", "changed", "removed", "moved"],
    before: PackageDefinition | None,
    after: PackageDefinition | None,
) -> PackageChange:
    either = after or before
    assert either is not None
    return PackageChange(kind, before, after, either.file, Basis.WHOLE, "", "one@example.org")
