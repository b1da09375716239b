# SPDX-License-Identifier: GPL-3.0-or-later
"""What definitions name but do not make: methods, build systems, licences, hashes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.scheme.values import Builtin, Sym, Unknown, Value


@dataclass(frozen=True, slots=True)
class Method:
    """An origin's method, ``url-fetch`` …"""

    name: str


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """A build system, without the suffix of its variable's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Hash:
    """A content hash as written, ``(base32 "…")``."""

    text: str
    encoding: str
    """``base32``, ``base64`` or ``base16``."""
    algorithm: str | None = None


@dataclass(frozen=True, slots=True)
class LicenseValue:
    """A licence: a variable of (guix licenses), or what a constructor made."""

    variable: str
    uri: str | None = None
    comment: str | None = None
    name: str | None = None
    """The name that a local ``(license "name" …)`` gives."""


METHODS = frozenset(
    {
        "url-fetch", "url-fetch/tarbomb", "url-fetch/zipbomb", "url-fetch/executable",
        "url-fetch/xz-file", "git-fetch", "git-fetch/lfs", "svn-fetch", "svn-multi-fetch",
        "hg-fetch", "bzr-fetch", "cvs-fetch", "computed-origin-method", "android-repo-fetch",
        "go-fetch-vendored",
        "torrent-fetch", "swh-fetch",
    }
)  # fmt: skip
"""Methods of Guix's own modules."""


SYSTEM_REASON = "it depends on the system that it is built for"
_SYSTEM_PROCEDURES = frozenset(
    {
        "%current-system", "%current-target-system", "system-hurd?", "host-hurd?", "host-hurd64?",
        "system-hurd64?", "nix-system->gnu-triplet", "gnu-triplet->nix-system",
    }
)  # fmt: skip


def _depends_on_system(*_: Value) -> Value:
    return Unknown(SYSTEM_REASON)


def build_system_name(variable: str) -> str | None:
    """Return ``copy`` for ``copy-build-system``, ``asdf/sbcl`` for ``asdf-build-system/sbcl``."""
    name, mark, rest = variable.partition("-build-system")
    if not mark or not name or (rest and not rest.startswith("/")):
        return None
    return name + rest


def constant(name: str) -> Value | None:
    """Return what a variable of Guix's own modules stands for, or None."""
    if name in METHODS:
        return Method(name)
    if (name.startswith("target-") and name.endswith("?")) or name in _SYSTEM_PROCEDURES:
        return Builtin(name, _depends_on_system, strict=False)
    if name == "default-dune-build-system":
        return Builtin(name, lambda _: BuildSystem("dune"))
    if name == "char-set:letter":
        return Sym(name)
    build_system = build_system_name(name)
    return BuildSystem(build_system) if build_system else None
