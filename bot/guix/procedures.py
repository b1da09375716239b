# SPDX-License-Identifier: GPL-3.0-or-later
"""Procedures of Guix's own modules, known by rule.

Sources: (guix utils) for versions and keyword arguments, (guix git-download) and (guix hg-download)
for ``git-version`` …, (guix build-system *) for the uri procedures, (guix packages) for accessors.
The uri procedures of package registries give package URLs (https://github.com/package-url/purl-spec).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from bot.guix.asdf import ASDF_PROCEDURES
from bot.guix.constants import Hash, Method
from bot.guix.keyword_arguments import KEYWORD_ARGUMENT_PROCEDURES
from bot.guix.licenses import local_license
from bot.guix.records import PACKAGE_FIELDS, accessor, derived, field, is_record, made
from bot.scheme.builtins import BUILTINS
from bot.scheme.evaluator import Evaluator
from bot.scheme.values import (
    Builtin,
    Choice,
    Kw,
    Pair,
    Procedure,
    Record,
    Splice,
    Sym,
    Unknown,
    Value,
)


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _version_prefix(_: Evaluator, version: Value, count: Value) -> Value:
    parts = _text(version).split(".")
    if not isinstance(count, int) or count > len(parts):
        raise ValueError("a version of fewer parts")
    return ".".join(parts[:count])


def _version_point(evaluator: Evaluator, version: Value) -> Value:
    return _text(_version_prefix(evaluator, version, 3)).split("-", maxsplit=1)[0]


def _git_version(_: Evaluator, version: Value, revision: Value, commit: Value) -> Value:
    if len(_text(commit)) < 7:
        raise ValueError("a commit of fewer than seven digits")
    return f"{_text(version)}-{_text(revision)}.{_text(commit)[:7]}"


def _checkout(_: Evaluator, name: Value, version: Value) -> Value:
    return f"{_text(name)}-{_text(version)}-checkout"


def _compared(test: Callable[[int], bool]) -> Callable[..., Value]:
    """Compare versions that are plain numbers and dots (others are left unknown)."""

    def procedure(_: Evaluator, one: Value, other: Value) -> Value:
        parts = []
        for text in (_text(one), _text(other)):
            if not re.fullmatch(r"[0-9]{1,18}(?:\.[0-9]{1,18})*", text):
                raise ValueError("a version that is not compared")
            parts.append([int(part) for part in text.split(".")])
        return test((parts[0] > parts[1]) - (parts[0] < parts[1]))

    return procedure


def package_url(kind: str, name: str, version: str, **qualifiers: str) -> str:
    """Return ``pkg:KIND/NAME@VERSION``."""
    query = "&".join(f"{key}={quote(value, safe='.')}" for key, value in qualifiers.items())
    return f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='.+:')}" + (
        f"?{query}" if query else ""
    )


def _registry(kind: str) -> Callable[..., Value]:
    def procedure(_: Evaluator, name: Value, version: Value, extension: Value = None) -> Value:
        if kind == "hex":
            # Packages of Mix are named elixir-NAME in Guix, and Hex has no hyphens.
            plain = _text(name).removeprefix("elixir-").replace("-", "_")
            return package_url(kind, plain, _text(version))
        if kind == "pypi" and isinstance(extension, str) and extension != ".tar.gz":
            return package_url(kind, _text(name), _text(version), extension=extension)
        return package_url(kind, _text(name), _text(version))

    return procedure


def _cran_uri(_: Evaluator, name: Value, version: Value) -> Value:
    """Give the current place and the archive's, as (guix build-system r) does."""
    base, file = "mirror://cran/src/contrib", f"{_text(name)}_{_text(version)}.tar.gz"
    return (f"{base}/{file}", f"{base}/Archive/{name}/{file}")


def bioconductor_uri(name: str, version: str, kind: Value, release: str | None) -> tuple[str, ...]:
    """Give the current place, and the release's where the release is known."""
    parts = {Sym("annotation"): "/data/annotation", Sym("experiment"): "/data/experiment"}
    part = parts.get(kind, "/bioc") if isinstance(kind, Sym) else "/bioc"
    path = f"{part}/src/contrib/{name}_{version}.tar.gz"
    base = "https://bioconductor.org/packages"
    first = f"{base}/release{path}"
    return (first, f"{base}/{release}{path}") if release else (first,)


def _bioconductor_uri(
    evaluator: Evaluator, name: Value, version: Value, kind: Value = False, release: Value = None
) -> Value:
    if release is None and evaluator.tree is not None:
        release = evaluator.tree(("guix", "import", "cran"), "%bioconductor-version")
    return bioconductor_uri(
        _text(name), _text(version), kind, release if isinstance(release, str) else None
    )


def _hidden_package(_: Evaluator, package: Value) -> Value:
    return derived(package, properties=_hidden_properties)


def _hidden_properties(evaluator: Evaluator, owner: Record, self: Record) -> Value:
    """The properties of what is hidden, with the mark before them."""
    parent = owner.parent
    inherited = field(evaluator, parent, "properties", self) if isinstance(parent, Record) else ()
    mark = Pair(Sym("hidden?"), True)
    if isinstance(inherited, Unknown | Choice):
        return (mark, Splice(inherited))
    return (mark, *inherited) if isinstance(inherited, tuple) else (mark,)


def _deprecated_package(_: Evaluator, name: Value, package: Value) -> Value:
    return derived(package, name=_text(name), properties=(Pair(Sym("superseded"), package),))


def _and_then(evaluator: Evaluator, value: Value, procedure: Value) -> Value:
    return False if value is False else evaluator.apply(procedure, [value])


def _origin_hash(evaluator: Evaluator, origin: Value) -> Value:
    for name in ("hash", "sha256"):
        value = accessor("origin", name)(evaluator, origin)
        if isinstance(value, Hash):
            return value
    return Unknown("an origin without a hash")


_GO_PSEUDO_VERSION = re.compile(r"[0-9]{14}-([0-9A-Fa-f]{12})(\+incompatible)?$")


def _go_git_reference(
    _: Evaluator, version: Value, key: Value = None, subdirectory: Value = False
) -> Value:
    """``go-version->git-ref`` of (guix build-system go), after https://go.dev/ref/mod#pseudo-versions."""
    text = _text(version).removesuffix("+incompatible")
    if match := _GO_PSEUDO_VERSION.search(text):
        return match[1]
    if key == Kw("subdir") and isinstance(subdirectory, str):
        return f"{subdirectory}/{text}" if text.startswith("v") else f"{subdirectory}/v{text}"
    return text


def _elm_package_origin(_: Evaluator, name: Value, version: Value, digest: Value) -> Value:
    """``elm-package-origin`` of (guix build-system elm): a tag of a repository."""
    url = f"https://github.com/{_text(name)}"
    reference = made("git-reference", url=url, commit=_text(version))
    return made("origin", method=Method("git-fetch"), uri=reference, sha256=digest)


def _same_procedure(_: Evaluator, procedure: Value, *rest: Value) -> Value:
    """``memoize`` and ``package-mapping``: the procedure itself, as far as one package goes."""
    del rest
    return procedure


def _rewriting(
    evaluator: Evaluator, replacements: Value, rename: Value = None, *rest: Value
) -> Value:
    """``package-input-rewriting``: what a package is called may change, its inputs are not seen."""
    del rest
    pairs = replacements if isinstance(replacements, tuple) else ()

    def rewrite(_: Evaluator, package: Value) -> Value:
        for pair in pairs:
            if isinstance(pair, Pair) and pair.car is package:
                return pair.cdr
        name = accessor("package", "name")(evaluator, package)
        if isinstance(rename, Builtin | Procedure):
            name = evaluator.call(rename, [name])
        return derived(package, name=name)

    return Builtin("package-input-rewriting", rewrite, strict=False)


def _package_transform(_: Evaluator, package: Value, *rest: Value) -> Value:
    del rest
    return package if isinstance(package, Record) else Unknown("not a package")


def _file_like(what: str) -> Callable[..., Value]:
    def procedure(*_: Value) -> Value:
        return Unknown(f"a {what}")

    return procedure


_STRICT: Final[dict[str, Callable[..., Value]]] = {
    "version-prefix": _version_prefix,
    "version-major": lambda e, version: _version_prefix(e, version, 1),
    "version-major+minor": lambda e, version: _version_prefix(e, version, 2),
    "version-major+minor+point": _version_point,
    "version>?": _compared(lambda order: order > 0),
    "version>=?": _compared(lambda order: order >= 0),
    "git-version": _git_version,
    "hg-version": _git_version,
    "git-file-name": _checkout,
    "hg-file-name": _checkout,
    "pypi-uri": _registry("pypi"),
    "crate-uri": _registry("cargo"),
    "rubygems-uri": _registry("gem"),
    "hackage-uri": _registry("hackage"),
    "hexpm-uri": _registry("hex"),
    "egg-uri": _registry("chicken"),
    "cran-uri": _cran_uri,
    "bioconductor-uri": _bioconductor_uri,
    "hidden-package": _hidden_package,
    "deprecated-package": _deprecated_package,
    "and=>": _and_then,
    "go-version->git-ref": _go_git_reference,
    "elm-package-origin": _elm_package_origin,
    "license": local_license,
}
_TOLERANT: Final[dict[str, Callable[..., Value]]] = {
    "origin-hash": _origin_hash,
    "memoize": _same_procedure,
    "package-mapping": _same_procedure,
    "package-input-rewriting": _rewriting,
    "package-with-explicit-inputs": _package_transform,
    "package-with-c-toolchain": _package_transform,
    "package-with-restricted-references": _package_transform,
    "local-file": _file_like("file of the channel"),
    "plain-file": _file_like("file of the channel"),
    "file-append": _file_like("file in the store"),
    "search-patches": _file_like("patch of the channel"),
    "search-patch": _file_like("patch of the channel"),
    **KEYWORD_ARGUMENT_PROCEDURES,
    **ASDF_PROCEDURES,
    **{f"package-{name}": accessor("package", name) for name in PACKAGE_FIELDS},
    **{
        f"origin-{name}": accessor("origin", name)
        for name in ("uri", "method", "file-name", "patches", "snippet", "modules", "sha256")
    },
    **{
        f"{kind}-reference-{name}": accessor(f"{kind}-reference", name)
        for kind, names in {
            "git": ("url", "commit", "recursive?"),
            "svn": ("url", "revision"),
            "svn-multi": ("url", "revision", "locations"),
            "hg": ("url", "changeset"),
            "bzr": ("url", "revision"),
        }.items()
        for name in names
    },
    **{f"{kind}?": is_record(kind) for kind in ("package", "origin", "git-reference")},
}

PROCEDURES: Final[dict[str, Builtin]] = {
    **BUILTINS,
    **{name: Builtin(name, function) for name, function in _STRICT.items()},
    **{name: Builtin(name, function, strict=False) for name, function in _TOLERANT.items()},
}
"""Every procedure known by rule, Guile's included."""
