# SPDX-License-Identifier: GPL-3.0-or-later
"""Inputs: which variables a package uses, and which of its inputs are origins.

Inputs are read from the text and not evaluated: a package has dozens of them and each would pull in
another file.  Only what could be an origin is: literal ``(origin …)`` forms, variables of the
same file, calls of the file's own procedures, and the inputs of what a package inherits from.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final

from bot.guix.package import OriginRole
from bot.guix.records import lineage, owner_of, parent_of
from bot.limits import LimitExceededError
from bot.scheme.evaluator import Evaluator
from bot.scheme.nodes import List, Node, String, Symbol
from bot.scheme.values import Record, Scope, Value

FIELDS: Final[dict[str, OriginRole]] = {
    "inputs": "input",
    "native-inputs": "native-input",
    "propagated-inputs": "propagated-input",
}
_ACCESSORS: Final = {
    f"package{prefix}-{name}": name for name in FIELDS for prefix in ("", "-direct", "-development")
}
_DEEPEST: Final = 10
_READ: Final = 0
"""Stands for an heir's identity in a record's cache: a field's inputs are those of every heir."""
_DATA: Final = frozenset({"quote", "gexp", "local-file", "search-patches", "delete"})
_CALLS: Final = frozenset(
    {"list", "append", "quasiquote", "unquote", "unquote-splicing", "modify-inputs", "prepend",
     "replace", "cons", "cons*", "if", "let", "let*", "cond", "else", "and", "or", "not", "filter",
     "remove", "delete-duplicates", "apply", "map", "when", "unless", "lambda", "match", "begin"}
)  # fmt: skip


@dataclass(slots=True)
class Inputs:
    """What the inputs of one package are made of."""

    names: dict[str, None] = dataclass_field(default_factory=dict)
    """Variables, in order."""
    origins: list[tuple[Record, OriginRole, str | None]] = dataclass_field(default_factory=list)
    """(origin, role, label)"""
    _known: set[int] = dataclass_field(default_factory=set)
    """Identities of the origins."""

    def add_origin(self, origin: Record, role: OriginRole, label: str | None) -> None:
        """Add an origin, once."""
        if id(origin) not in self._known:
            self._known.add(id(origin))
            self.origins.append((origin, role, label))

    def add(self, other: Inputs, without: Container[str | None] = ()) -> None:
        """Add those of another one that are not called as one of ``without``."""
        for origin, role, label in other.origins:
            if label not in without:
                self.add_origin(origin, role, label)
        for name in other.names:
            if name not in without:
                self.names.setdefault(name)


def read_inputs(evaluator: Evaluator, package: Record, found: Inputs) -> None:
    """Put what a package's three kinds of inputs are made of, inherited or not, into ``found``.

    Raises LimitExceededError past the evaluator's bounds; what was found before is there then.
    """
    for name in FIELDS:
        _read_field(evaluator, package, name, found, 0)


def _read_field(
    evaluator: Evaluator, package: Record, name: str, found: Inputs, depth: int
) -> None:
    """Add one field's inputs; of a record that many inherit from, they are found once."""
    owner = owner_of(evaluator, package, name)
    if owner is None or depth >= _DEEPEST:
        return
    kept = owner.cache.get((name, _READ))
    inner = kept[1] if kept else Inputs()
    assert isinstance(inner, Inputs)  # noqa: S101
    if kept is None:
        try:
            _Walker(evaluator, owner, name, inner, depth).walk(owner.fields[name][0])
        except LimitExceededError:
            found.add(inner)
            raise
        if depth == 0:
            owner.cache[name, _READ] = owner, inner
    evaluator.charge(len(inner.names) + len(inner.origins) >> 3)
    found.add(inner)


class _Walker:
    """Walks one expression."""

    def __init__(
        self, evaluator: Evaluator, owner: Record, name: str, found: Inputs, depth: int
    ) -> None:
        self._evaluator = evaluator
        self._owner = owner
        self._name = name
        self._scope: Scope = owner.fields[name][1]
        self._role = FIELDS[name]
        self._found = found
        self._depth = depth
        self._removed: set[str] = set()

    def walk(self, node: Node) -> None:
        """Look at an expression and everything in it that is evaluated."""
        stack: list[tuple[Node, str | None, bool]] = [(node, None, False)]
        while stack:
            current, label, quoted = stack.pop()
            self._evaluator.charge(1 + (self._scope.depth >> 4))
            if isinstance(current, Symbol):
                if not quoted:
                    self._variable(current, label)
            elif isinstance(current, List) and current.items:
                stack.extend(reversed(self._inside(current, label, quoted=quoted)))

    def _inside(  # noqa: PLR0911  (a case each)
        self, node: List, label: str | None, *, quoted: bool
    ) -> list[tuple[Node, str | None, bool]]:
        """Return what is to be looked at in a list, with labels, and whether it is data."""
        head = node.head
        if head in {"unquote", "unquote-splicing"}:
            return [(item, label, False) for item in node.items[1:]]
        if quoted:
            first = node.items[0]
            label = first.value if isinstance(first, String) else label
            return [(item, label, True) for item in node.items]
        if head == "quasiquote":
            return [(item, label, True) for item in node.items[1:]]
        if head == "origin":
            self._evaluated(node, label)
            return []
        if head == "delete":
            self._removed.update(item.value for item in node.items if isinstance(item, String))
            return []
        if head in _DATA:
            return []
        if head in _ACCESSORS:
            self._inherited(node, _ACCESSORS[head])
            return []
        return self._call(node, label)

    def _call(self, node: List, label: str | None) -> list[tuple[Node, str | None, bool]]:
        head = node.head
        if head == "list":
            label = next((i.value for i in node.items[1:2] if isinstance(i, String)), label)
        rest: list[tuple[Node, str | None, bool]] = [
            (item, label, False) for item in node.items[1:]
        ]
        if head is None:
            return [(node.items[0], label, False), *rest]
        if head not in _CALLS and self._is_local(head) and self._evaluated(node, label):
            return []
        return rest

    def _is_local(self, name: str) -> bool:
        if self._scope.find(name) is not None:
            return True
        own = getattr(self._scope.top, "own", None)
        return own is not None and own(name) is not None

    def _variable(self, node: Symbol, label: str | None) -> None:
        if node.name in {"this-package", "...", "_", "=>", "<>"}:
            return
        if node.name == self._name and self._scope.find(node.name) is None:
            self._take_inherited(parent_of(self._evaluator, self._owner), self._name)
            return
        if self._is_local(node.name):
            value = self._evaluator.variable(node.name, self._scope)
            self._take(value, label or node.name)
        if node.name not in _CALLS:
            self._found.names.setdefault(node.name)

    def _evaluated(self, node: Node, label: str | None) -> bool:
        return self._take(self._evaluator.evaluate(node, self._scope), label)

    def _take(self, value: Value, label: str | None) -> bool:
        """Take the origins in a value; tell whether there was one."""
        stack, taken = [(value, label)], False
        while stack:
            current, name = stack.pop()
            if isinstance(current, tuple):
                self._evaluator.charge(len(current) >> 1)
                inner = current[0] if current and isinstance(current[0], str) else name
                stack.extend((item, inner if isinstance(inner, str) else name) for item in current)
            elif isinstance(current, Record) and current.kind == "origin":
                self._found.add_origin(current, self._role, name)
                taken = True
        return taken

    def _inherited(self, node: List, name: str) -> None:
        """Take the origins among the inputs of the package that an accessor is applied to."""
        if len(node.items) != 2:
            return
        self._take_inherited(self._evaluator.evaluate(node.items[1], self._scope), name)

    def _take_inherited(self, package: Value, name: str) -> None:
        if not isinstance(package, Record) or package.kind != "package":
            return
        inner = Inputs()
        _read_field(self._evaluator, package, name, inner, self._depth + 1)
        self._found.add(inner, without=self._removed)


def ancestors(evaluator: Evaluator, package: Record) -> tuple[str, ...]:
    """Return the variables that a package inherits from, nearest first."""
    names: list[str] = []
    record: Value = package
    for parent in (package, *lineage(evaluator, package)):
        if not isinstance(parent, Record):
            break
        if parent is not record and parent.variable and parent.variable not in names:
            names.append(parent.variable)
    for owner in (package, *lineage(evaluator, package)):
        written = owner.places.get("inherit") if isinstance(owner, Record) else None
        target = written.items[1] if written is not None else None
        if isinstance(target, Symbol) and target.name not in names:
            names.append(target.name)
    return tuple(names)
