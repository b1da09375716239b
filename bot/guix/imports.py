# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file imports: the clauses of ``define-module`` and ``use-modules``.

Syntax after the Guile Reference Manual 3.0, 6.18.3 "Using Guile Modules".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.scheme.nodes import Keyword, List, Node, Symbol

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and under which names."""

    module: Name
    prefix: str = ""
    select: tuple[tuple[str, str], ...] | None = None
    """(local, exported) names before the prefix; None for everything."""
    hide: frozenset[str] = frozenset()
    _exported: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the selected names, which are asked for one by one."""
        object.__setattr__(self, "_exported", dict(self.select or ()))

    def exported_name(self, local: str) -> str | None:
        """Return the name in the module that a local name stands for, or None."""
        if not local.startswith(self.prefix):
            return None
        name = local[len(self.prefix) :]
        if self.select is not None:
            return self._exported.get(name)
        return None if name in self.hide or not name else name


@dataclass(frozen=True, slots=True)
class ModuleHeader:
    """A module's name, imports and the names that it exports by list."""

    name: Name = ()
    imports: tuple[Import, ...] = ()
    exports: frozenset[str] = field(default_factory=frozenset)


def module_name(node: Node) -> Name:
    """Return ``(gnu packages base)`` as names; empty where it is none."""
    if not isinstance(node, List):
        return ()
    return tuple(item.name for item in node.items if isinstance(item, Symbol))


def header_of(form: List) -> ModuleHeader:
    """Read ``(define-module name clause …)``, or ``(use-modules spec …)`` as one without a name."""
    if form.head == "use-modules":
        return ModuleHeader((), tuple(filter(None, map(import_of, form.items[1:]))))
    imports: list[Import] = []
    exports: set[str] = set()
    items = form.items[2:]
    for index, item in enumerate(items[:-1]):
        if not isinstance(item, Keyword):
            continue
        value = items[index + 1]
        if item.name == "use-module":
            imported = import_of(value)
            imports.extend([imported] if imported else [])
        elif item.name == "autoload" and index + 2 < len(items):
            imports.append(Import(module_name(value), select=_selection(items[index + 2])))
        elif item.name in {"export", "re-export", "export-syntax", "replace"}:
            exports.update(local for _, local in _pairs(value))
    return ModuleHeader(module_name(form.items[1]), tuple(imports), frozenset(exports))


def import_of(node: Node) -> Import | None:
    """Read one import: ``(a b)`` or ``((a b) #:select (…) #:prefix p: #:hide (…))``."""
    if not isinstance(node, List) or not node.items:
        return None
    if not isinstance(node.items[0], List):
        return Import(module_name(node))
    prefix, select, hide = "", None, frozenset[str]()
    items = node.items
    for index, item in enumerate(items[1:-1], start=1):
        if not isinstance(item, Keyword):
            continue
        value = items[index + 1]
        if item.name == "prefix" and isinstance(value, Symbol):
            prefix = value.name
        elif item.name == "renamer":
            prefix = _renamer(value)
        elif item.name == "select":
            select = _selection(value)
        elif item.name == "hide":
            hide = frozenset(local for local, _ in _pairs(value))
    return Import(module_name(items[0]), prefix, select, hide)


def _renamer(node: Node) -> str:
    """Return the prefix of ``(symbol-prefix-proc 'license:)``."""
    if isinstance(node, List) and node.head == "symbol-prefix-proc":
        quoted = node.items[-1]
        if isinstance(quoted, List) and isinstance(quoted.items[-1], Symbol):
            return quoted.items[-1].name
    return ""


def _selection(node: Node) -> tuple[tuple[str, str], ...]:
    return tuple((local, exported) for exported, local in _pairs(node))


def _pairs(node: Node) -> list[tuple[str, str]]:
    """Return (exported, local) of ``(name (exported . local) …)``."""
    pairs = []
    for item in node.items if isinstance(node, List) else []:
        if isinstance(item, Symbol):
            pairs.append((item.name, item.name))
        elif isinstance(item, List) and isinstance(item.items[0], Symbol):
            local = item.tail or item.items[-1]
            pairs.append((item.items[0].name, local.name if isinstance(local, Symbol) else ""))
    return pairs
