# SPDX-License-Identifier: GPL-3.0-or-later
"""A Guix package definition as far as it can be known without running it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.patch.change import Basis

LicenseVerdict = Literal["free", "nonfree", "unclear"]
LicenseStatement = Literal["stated", "false", "absent", "unknown"]
Substitutable = bool | Literal["conditional", "unknown"] | None
OriginRole = Literal["source", "input", "native-input", "propagated-input"]


@dataclass(frozen=True, slots=True)
class PackageLicense:
    """One licence of a package, as the definition names it."""

    variable: str
    """The name that ``(guix licenses)`` exports (``asl2.0``), or the constructor
    (``non-copyleft``), or the local variable's name."""
    name: str | None
    """The licence's own name in Guix (``ASL 2.0``); None for a local one that is not known."""
    spdx: str | None
    verdict: LicenseVerdict
    uri: str | None = None
    comment: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class PackageOrigin:
    """An ``origin`` that a package is made from: its source, or data among its inputs."""

    role: OriginRole
    method: str | None
    """``url-fetch``, ``url-fetch/zipbomb``, ``git-fetch`` …; None where unknown."""
    uris: tuple[str, ...]
    """Every URL, mirrors included; empty where unknown.  Package registries' as ``pkg:`` URLs."""
    commit: str | None = None
    """Commit, tag or revision of a version-controlled origin."""
    recursive: bool = False
    hash_algorithm: str | None = None
    hash: str | None = None
    """As written: base32 of Nix, or base64."""
    file_name: str | None = None
    label: str | None = None
    """The input's label or the variable that the origin is bound to."""
    line: int | None = None
    comments: tuple[str, ...] = ()
    """Comments at or inside the origin, without the semicolons."""


@dataclass(frozen=True, slots=True)
class InstallStep:
    """One ``(source target)`` entry of ``#:install-plan``."""

    source: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment inside a definition."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field whose value could not be found out, and why."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class PackageDefinition:
    """A package.  None (or an empty tuple) in a field named in ``unknown`` means not known;
    otherwise it means that the definition does not say it."""

    variable: str | None
    """The variable it is bound to, if any."""
    name: str | None
    version: str | None
    file: str
    line: int
    """Line of the form that makes the package, from 1, in the text of its side."""
    end_line: int
    partial: bool
    """Read out of hunks, parts of the form not seen."""
    license_statement: LicenseStatement
    licenses: tuple[PackageLicense, ...]
    origins: tuple[PackageOrigin, ...]
    build_system: str | None
    """Without its suffix: ``copy``, ``trivial``, ``pyproject``."""
    substitutable: Substitutable
    """``#:substitutable?`` as the definition says it, inherited values included; None where it
    is not said."""
    argument_keywords: tuple[str, ...]
    """Names of the keywords in ``arguments``, without ``#:``."""
    install_plan: tuple[InstallStep, ...]
    inputs: tuple[str, ...]
    """Names of the variables used as inputs of any kind."""
    inherits: tuple[str, ...]
    """Variables that it inherits from, nearest first."""
    home_page: str | None
    synopsis: str | None
    description: str | None
    hidden: bool
    deprecated: bool
    field_lines: tuple[tuple[str, int], ...]
    """(field, line) for fields written in this definition; ``substitutable?`` among them."""
    comments: tuple[Comment, ...]
    strings: tuple[str, ...]
    """Every string literal of the definition's own form, for evidence."""
    unknown: tuple[UnknownField, ...] = ()
    inherited_strings: tuple[str, ...] = ()
    """String literals of what it inherits from and of the procedure that makes it, where these
    stand outside its own form."""
    copied_files: tuple[tuple[str, ...], ...] = ()
    """The string literals of each call in its own form that copies or installs a file."""
    license_prefix: str = "license:"
    """What stands before the names of licences in its file; empty where nothing does."""
    cut_short: tuple[str, ...] = ()
    """Bounds that were reached in reading it: what lies beyond is not known."""

    def line_of(self, field: str) -> int | None:
        """Line of a field in this definition, or None where it is not written here."""
        return dict(self.field_lines).get(field)


@dataclass(frozen=True, slots=True)
class PackageChange:
    """What a patch does to one package."""

    kind: Literal["added", "changed", "removed", "moved"]
    """``moved``: only its place, name of its file or formatting differ."""
    before: PackageDefinition | None
    after: PackageDefinition | None
    file: str
    basis: Basis
    basis_reason: str
    message_id: str
    changed_fields: tuple[str, ...] = ()
    """For ``changed``: fields whose value differs or whose text the patch touches."""

    @property
    def package(self) -> PackageDefinition:
        """The package after the patch; before it, where the patch removes it."""
        definition = self.after or self.before
        if definition is None:
            raise ValueError("a package change has at least one side")
        return definition
