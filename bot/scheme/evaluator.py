# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the values of expressions that have no effects, within bounds.

This is not an interpreter of Scheme: it folds what a definition needs.  What it does not know
stays unknown, with the reason, and makes unknown only what depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.scheme.definitions import bind_definition
from bot.scheme.macros import expansion
from bot.scheme.nodes import (
    Boolean,
    Character,
    CutList,
    Keyword,
    List,
    Node,
    Number,
    String,
    Symbol,
)
from bot.scheme.values import (
    Builtin,
    Char,
    Choice,
    Delayed,
    Kw,
    Macro,
    Parameters,
    Procedure,
    Record,
    Scope,
    Splice,
    Sym,
    Unknown,
    Unspecified,
    Value,
    same,
    unknown_in,
)


@dataclass(frozen=True, slots=True)
class Tail:
    """An expression whose value is the value of the form: evaluated next, one level up."""

    node: Node
    scope: Scope


_ALTERNATIVES = 32
"""More than this no rule looks at."""
CUT = "the patch does not show all of it"
PARTIAL_FORMS = frozenset(
    {"package", "package/inherit", "origin", "git-reference", "svn-reference", "hg-reference",
     "svn-multi-reference", "let", "let*", "quote", "quasiquote"}
)  # fmt: skip
"""Forms of which a beginning without its end can be evaluated: records, and what bears lists."""

Form = Callable[["Evaluator", List, Scope], Value]
"""A special form: returns a value or a Tail."""


@dataclass(slots=True)
class StepCount:
    """What all evaluators of one series have done together."""

    taken: int = 0
    """Steps."""


class Evaluator:
    """Evaluates expressions; counts steps.

    ``renew`` starts the count of one definition anew, but never that of the whole series.
    """

    def __init__(
        self,
        forms: Mapping[str, Form],
        limits: Limits = DEFAULT_LIMITS,
        together: StepCount | None = None,
    ) -> None:
        """``together`` counts the steps of evaluators that belong to one series."""
        self.forms = forms
        self.limits = limits
        self.together = together or StepCount()
        self.steps = 0
        self.depth = 0
        self.tree: Callable[[tuple[str, ...], str], Value] | None = None
        """Looks a variable of a module up, where there are other files."""

    def renew(self) -> None:
        """Start counting steps anew: for the next definition."""
        self.steps = 0
        self.depth = 0

    def charge(self, steps: int) -> None:
        """Count steps; raises LimitExceededError past the bound."""
        self.steps += steps
        self.together.taken += steps
        if self.steps > self.limits.evaluation_steps:
            raise LimitExceededError(
                f"evaluation takes more than {self.limits.evaluation_steps} steps"
            )
        if self.together.taken > self.limits.evaluation_steps_per_series:
            raise LimitExceededError(
                f"the series takes more than {self.limits.evaluation_steps_per_series} steps"
            )

    def evaluate(self, node: Node, scope: Scope) -> Value:
        """Return the value of an expression.

        Raises LimitExceededError past the bounds on steps, depth and sizes.
        """
        if self.depth >= self.limits.evaluation_depth:
            raise LimitExceededError(
                f"evaluation nests more than {self.limits.evaluation_depth} deep"
            )
        self.depth += 1
        try:
            while True:
                self.charge(1 + (scope.depth >> 4))  # a name is looked up through all scopes
                result = self._step(node, scope)
                if type(result) is not Tail:
                    return result
                node, scope = result.node, result.scope
        finally:
            self.depth -= 1

    def _step(self, node: Node, scope: Scope) -> Value:
        kind = type(node)
        if kind is Symbol:
            return self.variable(node.name, scope)  # type: ignore[union-attr]
        if kind is List:
            return self._list(node, scope)  # type: ignore[arg-type]
        if kind is CutList:
            return self._cut(node, scope)  # type: ignore[arg-type]
        return literal(node)

    def _cut(self, node: CutList, scope: Scope) -> Value:
        """Evaluate what is left of a form where that is sure to be a part of its value."""
        form = self.forms.get(node.head or "")
        if form is not None and node.head in PARTIAL_FORMS:
            return self._form(form, node, scope)
        if node.head == "list":
            items = [self.evaluate(item, scope) for item in node.items[1:]]
            return (*items, Splice(Unknown(CUT)))
        return Unknown(CUT)

    def _list(self, node: List, scope: Scope) -> Value:
        if not node.items or node.tail is not None:
            return Unknown("not an expression")
        head = node.items[0]
        if type(head) is Symbol:
            form = self.forms.get(head.name)
            if form is not None and scope.find(head.name) is None:
                return self._form(form, node, scope)
        operator = self.evaluate(head, scope)
        if isinstance(operator, Macro):
            return self._expand(operator, node, scope)
        if isinstance(operator, Unknown | Choice):
            return Unknown(operator.reason)
        return self.apply(operator, [self.evaluate(item, scope) for item in node.items[1:]])

    def _form(self, form: Form, node: List, scope: Scope) -> Value:
        try:
            return form(self, node, scope)
        except IndexError:  # forms take their parts as they stand in what Guile would compile
            return Unknown(f"{node.head} has too few parts")

    def variable(self, name: str, scope: Scope) -> Value:
        """Return what a name is bound to."""
        bindings = scope.find(name)
        value = scope.top.lookup(name, self) if bindings is None else bindings[name]
        if type(value) is Delayed:
            value = self.force(value)
        if type(value) is Record and value.variable is None:
            value.variable = name
        return value

    def force(self, delayed: Delayed) -> Value:
        """Return the value of a delayed expression."""
        if delayed.value is None:
            if delayed.running:
                return Unknown("its definition refers to itself")
            delayed.running = True
            try:
                delayed.value = self._found(delayed)
            finally:
                delayed.running = False
        return delayed.value

    def _found(self, delayed: Delayed) -> Value:
        if delayed.find is not None:
            return delayed.find(self)
        if delayed.node is None or delayed.scope is None:
            return Unknown("nothing to evaluate")
        return self.evaluate(delayed.node, delayed.scope)

    def call(self, operator: Value, arguments: Sequence[Value]) -> Value:
        """Apply a procedure and return the final value."""
        result = self.apply(operator, list(arguments))
        return self.evaluate(result.node, result.scope) if isinstance(result, Tail) else result

    def _expand(self, macro: Macro, node: List, scope: Scope) -> Value:
        expanded = expansion(macro, node, self.charge)
        if expanded is None:
            return Unknown("a macro is used in a way that its pattern does not have")
        return Tail(expanded, scope)

    def apply(self, operator: Value, arguments: list[Value]) -> Value:
        """Apply a procedure; the result may be a Tail."""
        if isinstance(operator, Builtin):
            return self._apply_builtin(operator, arguments)
        if isinstance(operator, Procedure):
            scope = self.bind(operator, arguments)
            if isinstance(scope, Unknown):
                return scope
            return self.body(operator.body, scope)
        return Unknown("something is called that is not a procedure")

    def _apply_builtin(self, operator: Builtin, arguments: list[Value]) -> Value:
        if operator.strict and (unknown := unknown_in(arguments)):
            return unknown
        try:
            self.charge(1 + sum(map(_weight, arguments)))
            return self._checked(operator.function(self, *arguments))
        except LimitExceededError:
            raise
        except (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError):
            return Unknown(f"{operator.name} is called with what it does not take")

    def _checked(self, value: Value) -> Value:
        """Check the size of what a procedure of Guile returns."""
        if type(value) is str:
            return self.string(value)
        if type(value) is Sym:
            self.string(value.name)
        return self.items(value) if type(value) is tuple else value

    def bind(self, procedure: Procedure, arguments: list[Value]) -> Scope | Unknown:
        """Return the scope of a procedure's body with its parameters bound."""
        parameters = procedure.parameters
        self.charge(1 + len(parameters.optional) + len(parameters.keywords))
        count = len(parameters.required)
        if len(arguments) < count:
            return Unknown(f"{procedure.name} is called with too few arguments")
        scope = procedure.scope.inner(dict(zip(parameters.required, arguments, strict=False)))
        rest = arguments[count:]
        for name, default in parameters.optional:
            if rest and not (parameters.keywords and isinstance(rest[0], Kw)):
                scope = scope.inner({name: rest.pop(0)})
            else:
                scope = scope.inner({name: _default(default, scope)})
        if parameters.rest is not None:
            scope = scope.inner({parameters.rest: tuple(rest)})
        if parameters.keywords:
            return _with_keywords(parameters, rest, scope)
        if rest and parameters.rest is None:
            return Unknown(f"{procedure.name} is called with too many arguments")
        return scope

    def body(self, nodes: Sequence[Node], scope: Scope) -> Value:
        """Evaluate a body: definitions are bound, the last expression counts."""
        inner: Scope | None = None
        self.charge(len(nodes) >> 3)
        for node in nodes[:-1]:
            if isinstance(node, List) and node.head is not None and node.head.startswith("define"):
                inner = inner or scope.inner({})
                self.charge(1 + sum(len(one.items) for one in node.items if isinstance(one, List)))
                bind_definition(node, inner)
        if not nodes:
            return Unspecified()
        return Tail(nodes[-1], inner or scope)

    def call_body(self, nodes: Sequence[Node], scope: Scope) -> Value:
        """Evaluate a body and return its final value."""
        result = self.body(nodes, scope)
        return self.evaluate(result.node, result.scope) if isinstance(result, Tail) else result

    def choose(self, alternatives: Sequence[Value], reason: str) -> Value:
        """Return one of several values: the value itself where all are the same."""
        flat: list[Value] = []
        for value in alternatives:
            for one in value.alternatives if isinstance(value, Choice) else (value,):
                if not any(same(one, other, self.charge) for other in flat):
                    flat.append(one)
                if len(flat) > _ALTERNATIVES:
                    return Unknown(reason)
        return flat[0] if len(flat) == 1 else Choice(tuple(flat), reason)

    def string(self, value: str) -> str:
        """Check a string's size and count its making."""
        if len(value) > self.limits.evaluation_string:
            raise LimitExceededError(
                f"a string of more than {self.limits.evaluation_string} characters"
            )
        self.charge(len(value) >> 6)
        return value

    def items(self, value: tuple[Value, ...]) -> tuple[Value, ...]:
        """Check a list's size and count its making."""
        if len(value) > self.limits.evaluation_string:
            raise LimitExceededError(
                f"a list of more than {self.limits.evaluation_string} elements"
            )
        self.charge(len(value) >> 3)
        return value


def _default(default: Node | None, scope: Scope) -> Value:
    """Return a parameter's default, which sees the parameters before it."""
    return False if default is None else Delayed(default, scope)


def _with_keywords(parameters: Parameters, rest: list[Value], scope: Scope) -> Scope:
    """Bind keyword parameters; what stands between keywords is passed over."""
    given = {key.name: value for key, value in pairwise(rest) if isinstance(key, Kw)}
    for key, name, default in parameters.keywords:
        scope = scope.inner({name: given[key] if key in given else _default(default, scope)})
    return scope


def literal(node: Node) -> Value:
    """Return the value of a node that stands for itself."""
    if isinstance(node, String | Number | Boolean):
        return node.value
    if isinstance(node, Keyword):
        return Kw(node.name)
    if isinstance(node, Character):
        return Char(node.value)
    return Unknown("a literal that is not looked into")


def _weight(value: Value) -> int:
    """Return the steps that going through a procedure's argument counts as."""
    if type(value) is str:
        return len(value) >> 4
    if type(value) is tuple:
        return len(value) >> 3
    return value.bit_length() >> 8 if type(value) is int else 0
