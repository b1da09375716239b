# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the pieces of a definition that hunks show together to one package record.

The enclosing forms of a hunk's beginning are known only by their ends: each level is told by the
fields that are left in it -- of a reference, an origin, a package -- or by what encloses it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.guix.guix_forms import GUIX_FORMS
from bot.guix.modules import ruled
from bot.guix.records import PACKAGE_FIELDS, make_record
from bot.scheme.nodes import CutList, Keyword, List, Node, String, Symbol
from bot.scheme.values import Delayed, Record, Scope

_REFERENCE_FIELDS: Final = frozenset({"url", "commit", "recursive?", "changeset", "revision"})
_ORIGIN_FIELDS: Final = frozenset(
    {"method", "uri", "sha256", "hash", "file-name", "patches", "snippet", "modules",
     "patch-flags", "patch-inputs"}
)  # fmt: skip
_MODULE_KEYWORDS: Final = frozenset(
    {
        "use-module",
        "export",
        "re-export",
        "autoload",
        "select",
        "prefix",
        "hide",
        "replace",
        "renamer",
    }
)
_WRAPPERS: Final = frozenset(
    {"package", "package/inherit", "hidden-package", "let", "let*", "letrec", "begin"}
)
_REFERENCES: Final = {"changeset": "hg-reference", "revision": "svn-reference"}


@dataclass(slots=True)
class Loose:
    """Fields and bindings found in the pieces of one definition."""

    package: list[List] = field(default_factory=list)
    origin: list[List] = field(default_factory=list)
    reference: list[List] = field(default_factory=list)
    input_origin: bool = False
    bindings: dict[str, tuple[Node, Scope]] = field(default_factory=dict)
    arguments: list[Node] = field(default_factory=list)
    """Keywords and values of ``arguments`` whose beginning is not there."""
    wrapped: List | None = None
    """A ``(package …)`` whose beginning is there."""

    @property
    def anything(self) -> bool:
        """Something of a package was found."""
        return bool(
            self.package
            or self.origin
            or self.reference
            or self.arguments
            or self.wrapped
            or self.bindings
        )


def collect(levels: list[tuple[Node, ...]], loose: Loose, scope: Scope) -> None:
    """Sort what is left of the enclosing forms, innermost level first."""
    origin_level: int | None = None
    package_level: int | None = None
    for index, items in enumerate(levels):
        heads = {item.head for item in items if isinstance(item, List)}
        if heads & {"package", "package/inherit", "hidden-package", "let", "let*"}:
            _take_wrappers(items, loose, scope)
        is_package = _is_package_level(heads, levels[index + 1 : index + 2])
        if is_package and package_level is None and not _in_deeper_form(items):
            package_level = index
            loose.package.extend(_fields(items, PACKAGE_FIELDS | {"inherit"}))
        elif heads & _ORIGIN_FIELDS and origin_level is None:
            origin_level = index
            loose.origin.extend(_fields(items, _ORIGIN_FIELDS))
        elif heads & _REFERENCE_FIELDS and origin_level is None and index == 0:
            loose.reference.extend(_fields(items, _REFERENCE_FIELDS))
            _bind(items, loose, scope)
        else:
            _take_arguments(items, loose, package_level)
            _bind(items, loose, scope)
    if origin_level is not None and package_level is not None:
        loose.input_origin = package_level - origin_level > 2


def _is_package_level(heads: set[str | None], outer: list[tuple[Node, ...]]) -> bool:
    """Tell whether a level is that of a package's fields.

    A lone ``(version …)`` may as well be a binding of a ``let`` around the package.
    """
    around = {item.head for items in outer for item in items if isinstance(item, List)}
    if around & {"package", "package/inherit", "hidden-package"}:
        return False
    fields = heads & PACKAGE_FIELDS
    if fields - {"name", "version"}:
        return True
    return len(fields) == 2 and not heads & (_ORIGIN_FIELDS | {"url"})


def _in_deeper_form(items: tuple[Node, ...]) -> bool:
    """Tell whether a level with package fields is one of a cut form that begins there."""
    return any(isinstance(item, List) and item.head in _WRAPPERS for item in items)


def _fields(items: tuple[Node, ...], names: frozenset[str]) -> list[List]:
    return [item for item in items if isinstance(item, List) and item.head in names]


def _bind(items: tuple[Node, ...], loose: Loose, scope: Scope) -> None:
    """Take what looks like bindings of a ``let`` whose beginning is not there."""
    for item in items:
        if (
            isinstance(item, List)
            and type(item) is not CutList
            and len(item.items) == 2
            and isinstance(item.items[0], Symbol)
            and isinstance(item.items[1], String | List)
            and not _is_known(item.items[0].name)
        ):
            loose.bindings.setdefault(item.items[0].name, (item.items[1], scope))


def _is_known(name: str) -> bool:
    """Tell whether a name is one that a piece of code calls and not one that it binds."""
    if name in {"name", "version"}:
        return False
    return name in GUIX_FORMS or name in PACKAGE_FIELDS or ruled(name) is not None


def _take_arguments(items: tuple[Node, ...], loose: Loose, package_level: int | None) -> None:
    if package_level is None and any(
        isinstance(item, Keyword) and item.name not in _MODULE_KEYWORDS for item in items
    ):
        first = next(i for i, item in enumerate(items) if isinstance(item, Keyword))
        loose.arguments = list(items[first:])


def _take_wrappers(items: tuple[Node, ...], loose: Loose, scope: Scope) -> None:
    """Go into ``let``, ``hidden-package`` and ``package`` forms that begin here."""
    stack: list[tuple[Node, Scope]] = [(item, scope) for item in items]
    while stack:
        node, current = stack.pop()
        if not isinstance(node, List) or node.head not in _WRAPPERS:
            continue
        if node.head in {"let", "let*", "letrec"} and len(node.items) > 1:
            inner = current.inner({})
            bindings = node.items[1]
            for item in bindings.items if isinstance(bindings, List) else []:
                if isinstance(item, List) and len(item.items) == 2:
                    name = item.items[0]
                    if isinstance(name, Symbol):
                        inner.bindings[name.name] = Delayed(item.items[1], inner)
                        loose.bindings.setdefault(name.name, (item.items[1], inner))
            stack.extend((item, inner) for item in node.items[2:])
        elif node.head in {"package", "package/inherit"}:
            loose.wrapped = loose.wrapped or node
            skip = 1 if node.head == "package" else 2
            loose.package.extend(_fields(tuple(node.items[skip:]), PACKAGE_FIELDS | {"inherit"}))
        else:
            stack.extend((item, current) for item in node.items[1:])


def package_record(loose: Loose, scope: Scope, start: int, end: int) -> Record:
    """Return the record of a definition that is there in pieces."""
    inner = scope.inner({})
    for name, (node, _) in loose.bindings.items():
        inner.bindings[name] = Delayed(node, inner)
    fields: list[Node] = []
    seen: set[str] = set()
    for item in loose.package:
        if item.head is not None and item.head not in seen:
            seen.add(item.head)
            fields.append(item)
    if "source" not in seen:
        fields.extend(_source(loose, start, end))
    if "arguments" not in seen and loose.arguments:
        fields.append(_arguments(loose, start, end))
    node = List([Symbol("package", start), *fields], start, end)
    return make_record("package", node, fields, inner)


def _source(loose: Loose, start: int, end: int) -> list[Node]:
    """Return a field made of loose fields of an origin and of a reference."""
    fields: list[Node] = list(loose.origin)
    names = {item.head for item in loose.origin}
    if loose.reference and "uri" not in names:
        kind = next(
            (_REFERENCES[item.head] for item in loose.reference if item.head in _REFERENCES),
            "git-reference",
        )
        reference = List([Symbol(kind, start), *loose.reference], start, end)
        fields.append(List([Symbol("uri", start), reference], start, end))
    if not fields:
        return []
    origin = List([Symbol("origin", start), *fields], start, end)
    if loose.input_origin:
        listed = List([Symbol("list", start), origin], start, end)
        return [List([Symbol("inputs", start), listed], start, end)]
    return [List([Symbol("source", start), origin], start, end)]


def _arguments(loose: Loose, start: int, end: int) -> Node:
    items: list[Node] = [Symbol("list", start), *loose.arguments]
    return List([Symbol("arguments", start), CutList(items, start, end)], start, end)
