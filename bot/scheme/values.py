# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of the evaluator.

Strings, booleans and numbers are Python's.  A list is a tuple.  What is not known is an
``Unknown`` with its reason, what depends on something unknown is a ``Choice``; a list of which
only a part is known holds a ``Splice`` where the rest would be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bot.limits import LimitExceededError
from bot.scheme.nodes import List, Node

if TYPE_CHECKING:
    from bot.scheme.evaluator import Evaluator

Value = object
PROMISE = "a promise"
"""The name of the procedures that ``delay`` makes."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that could not be found out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values; which one depends on something that is not known."""

    alternatives: tuple[Value, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Splice:
    """Inside a tuple: elements that are not known, or one of several lists of elements."""

    value: Unknown | Choice


@dataclass(frozen=True, slots=True)
class Sym:
    """A symbol as data."""

    name: str


@dataclass(frozen=True, slots=True)
class Kw:
    """A keyword as data."""

    name: str


@dataclass(frozen=True, slots=True)
class Char:
    """A character."""

    value: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair whose second half is not a list."""

    car: Value
    cdr: Value


@dataclass(frozen=True, slots=True)
class Unspecified:
    """What a form without a value gives."""


@dataclass(frozen=True, slots=True, eq=False)
class GexpValue:
    """A G-expression: kept as text that was read, with the scope that it stands in."""

    node: Node
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What a procedure takes."""

    required: tuple[str, ...] = ()
    optional: tuple[tuple[str, Node | None], ...] = ()
    keywords: tuple[tuple[str, str, Node | None], ...] = ()
    """(keyword, variable, default)"""
    rest: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Procedure:
    """A procedure that the text defines."""

    parameters: Parameters
    body: tuple[Node, ...]
    scope: Scope
    name: str = "a procedure"


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A procedure that the evaluator knows by rule."""

    name: str
    function: Callable[..., Value]
    strict: bool = True
    """An unknown argument makes the result unknown without a call."""


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    """A ``define-syntax-rule``: a pattern and a template."""

    rules: tuple[tuple[Node, Node], ...]
    scope: Scope
    literals: frozenset[str] = frozenset()


class Globals(Protocol):
    """Where a name is looked up that no enclosing form binds."""

    def lookup(self, name: str, evaluator: Evaluator) -> Value:
        """Return the value, an Unknown where there is none."""
        ...


class Delayed:
    """An expression whose value is found when it is asked for, once."""

    __slots__ = ("find", "node", "running", "scope", "value")

    def __init__(
        self,
        node: Node | None,
        scope: Scope | None,
        find: Callable[[Evaluator], Value] | None = None,
    ) -> None:
        self.node = node
        self.scope = scope
        self.find = find
        """What finds the value, instead of an expression."""
        self.value: Value = None
        self.running = False


class Scope:
    """Bindings of one form, and the scope around it."""

    __slots__ = ("bindings", "depth", "outer", "top")

    def __init__(self, bindings: dict[str, Value], outer: Scope | None, top: Globals) -> None:
        self.bindings = bindings
        self.outer = outer
        self.top = top
        self.depth: int = 0 if outer is None else outer.depth + 1
        """How many scopes a look-up may have to walk."""

    def inner(self, bindings: dict[str, Value]) -> Scope:
        """Return a scope within this one."""
        return Scope(bindings, self, self.top)

    def find(self, name: str) -> dict[str, Value] | None:
        """Return the bindings that hold ``name``, or None where no enclosing form binds it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings:
                return scope.bindings
            scope = scope.outer
        return None


@dataclass(slots=True, eq=False)
class Record:
    """A record made by a form such as ``(package (name …) …)``: fields are found when asked for."""

    kind: str
    fields: dict[str, tuple[Node, Scope]]
    """Each field's expression and the scope it is to be evaluated in."""
    node: Node
    scope: Scope
    parent: Value = None
    """The record that it inherits from (or an Unknown)."""
    overrides: Mapping[str, Value] = field(default_factory=dict)
    """Fields that a rule has set to a value."""
    places: Mapping[str, List] = field(default_factory=dict)
    """Where each field is written."""
    variable: str | None = None
    """The first variable that it was found under."""
    cache: dict[tuple[str, int], tuple[Value, Value]] = field(default_factory=dict)
    """By field and heir: the heir and the value."""


def unknown_in(values: tuple[Value, ...] | list[Value]) -> Unknown | None:
    """Return the first unknown among values (a choice counts as one)."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Choice):
            return Unknown(value.reason)
    return None


def _uncounted(steps: int) -> None:
    del steps


def same(one: Value, other: Value, count: Callable[[int], None] = _uncounted) -> bool:
    """Tell whether two values are equal in the sense of ``equal?`` (a Boolean is no number).

    Without recursion, and each pair of shared parts once: a list of a few steps' making can hold
    itself in more copies than there is time to look at.  ``count`` is told of the steps.  Raises
    LimitExceededError for values of more parts than any definition has.
    """
    if type(one) not in _COMPOUND or type(one) is not type(other):
        return _same_atom(one, other)
    stack = [(one, other)]
    seen: set[tuple[int, int]] = set()
    while stack:
        first, second = stack.pop()
        parts = _COMPOUND.get(type(first))
        if first is second:
            continue
        if parts is None or type(first) is not type(second):
            if not _same_atom(first, second):
                return False
            continue
        place = (id(first), id(second))
        if place in seen:
            continue
        seen.add(place)
        inner, outer = parts(first), parts(second)
        if len(inner) != len(outer):
            return False
        count(1 + (len(inner) >> 2))
        if len(stack) + len(seen) + len(inner) > _PARTS:
            raise LimitExceededError("values of too many parts are compared")
        stack.extend(zip(inner, outer, strict=True))
    return True


def _same_atom(one: Value, other: Value) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one is other or (type(one) is type(other) and one == other)


_PARTS = 200_000
_COMPOUND: Mapping[type, Callable[[Any], tuple[Value, ...]]] = {
    tuple: lambda value: value,
    Pair: lambda pair: (pair.car, pair.cdr),
    Splice: lambda splice: (splice.value,),
    Choice: lambda choice: (choice.reason, *choice.alternatives),
}
"""The parts of the values that are made of others."""
