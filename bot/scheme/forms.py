# SPDX-License-Identifier: GPL-3.0-or-later
"""The special forms of Guile that have no effects, as far as definitions use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.scheme.definitions import parameters_of
from bot.scheme.evaluator import CUT, Evaluator, Form, Tail, literal
from bot.scheme.nodes import CutList, List, Node, Symbol, Vector
from bot.scheme.patterns import match_pattern
from bot.scheme.values import (
    PROMISE,
    Choice,
    Delayed,
    GexpValue,
    Pair,
    Parameters,
    Procedure,
    Scope,
    Splice,
    Sym,
    Unknown,
    Unspecified,
    Value,
    same,
)

_DEPTH: Final = 60


def quote(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """Return ``(quote datum)`` as data."""
    del scope
    return datum(evaluator, node.items[1], 0)


def datum(evaluator: Evaluator, node: Node, depth: int) -> Value:  # noqa: PLR0911  (a case each)
    """Return a node as data."""
    if isinstance(node, Symbol):
        return Sym(node.name)
    if isinstance(node, List):
        if depth > _DEPTH:
            return Unknown("nested too deep")
        evaluator.charge(len(node.items))
        items = tuple(datum(evaluator, item, depth + 1) for item in node.items)
        if type(node) is CutList:
            return (*items, Splice(Unknown(CUT)))
        if node.tail is None:
            return items
        return improper(items, datum(evaluator, node.tail, depth + 1))
    if isinstance(node, Vector):
        return Unknown("a vector")
    return literal(node)


def improper(items: tuple[Value, ...], tail: Value) -> Value:
    """Return ``items`` with a last cdr that is not the empty list."""
    if isinstance(tail, tuple):
        return items + tail
    if isinstance(tail, Unknown | Choice):
        return (*items, Splice(tail))
    value = tail
    for item in reversed(items):
        value = Pair(item, value)
    return value


def quasiquote(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """Return ``(quasiquote template)`` with what is unquoted evaluated."""
    return _template(evaluator, node.items[1], scope, 0)


def _template(evaluator: Evaluator, node: Node, scope: Scope, depth: int) -> Value:
    if isinstance(node, List):
        return _template_list(evaluator, node, scope, depth)
    return datum(evaluator, node, depth)


def _template_list(evaluator: Evaluator, node: List, scope: Scope, depth: int) -> Value:
    if depth > _DEPTH:
        return Unknown("nested too deep")
    if node.head == "unquote" and len(node.items) == 2:
        return evaluator.evaluate(node.items[1], scope)
    if node.head == "quasiquote":
        return datum(evaluator, node, depth)
    items: list[Value] = []
    rest = node.items
    tail: Value = ()
    for index, item in enumerate(rest):
        if index and isinstance(item, Symbol) and item.name == "unquote" and index == len(rest) - 2:
            tail = evaluator.evaluate(rest[-1], scope)  # `(a . ,b) is (a unquote b)
            break
        if isinstance(item, List) and item.head == "unquote-splicing" and len(item.items) == 2:
            items.extend(spliced(evaluator.evaluate(item.items[1], scope)))
        else:
            items.append(_template(evaluator, item, scope, depth + 1))
    if type(node) is CutList:
        items.append(Splice(Unknown(CUT)))
    if node.tail is not None:
        tail = _template(evaluator, node.tail, scope, depth + 1)
    return (
        improper(evaluator.items(tuple(items)), tail)
        if tail != ()
        else evaluator.items(tuple(items))
    )


def spliced(value: Value) -> tuple[Value, ...]:
    """Return the elements that a list contributes to another one."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, Unknown | Choice):
        return (Splice(value),)
    return (Splice(Unknown("what is spliced in is not a list")),)


def conditional(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``if``: both branches where the test is not known."""
    test = evaluator.evaluate(node.items[1], scope)
    branches = node.items[2:4]
    if isinstance(test, Unknown | Choice):
        return _either(evaluator, [(branch, scope) for branch in branches], test, len(branches) < 2)
    if test is not False:
        return Tail(branches[0], scope)
    return Tail(branches[1], scope) if len(branches) > 1 else Unspecified()


def _either(
    evaluator: Evaluator,
    branches: list[tuple[Node, Scope]],
    test: Unknown | Choice,
    or_nothing: bool = False,
) -> Value:
    values = [evaluator.evaluate(branch, scope) for branch, scope in branches]
    if or_nothing:
        values.append(Unspecified())
    return evaluator.choose(values, test.reason)


def cond(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``cond``, with ``=>``."""
    branches: list[Value] = []
    doubt: Unknown | Choice | None = None
    for clause in node.items[1:]:
        if not isinstance(clause, List) or not clause.items:
            return Unknown("a clause of cond that is none")
        is_else = isinstance(clause.items[0], Symbol) and clause.items[0].name == "else"
        test = True if is_else else evaluator.evaluate(clause.items[0], scope)
        if test is False:
            continue
        if isinstance(test, Unknown | Choice):
            doubt = doubt or test
            branches.append(_clause(evaluator, clause, test, scope))
            continue
        value = _clause(evaluator, clause, test, scope)
        return evaluator.choose([*branches, value], doubt.reason) if doubt else value
    if doubt:
        return evaluator.choose([*branches, Unspecified()], doubt.reason)
    return Unspecified()


def _clause(evaluator: Evaluator, clause: List, test: Value, scope: Scope) -> Value:
    if len(clause.items) == 1:
        return test
    second = clause.items[1]
    if isinstance(second, Symbol) and second.name == "=>":
        receiver = evaluator.evaluate(clause.items[2], scope)
        return evaluator.call(receiver, [test])
    return _finish(evaluator, evaluator.body(clause.items[1:], scope))


def _finish(evaluator: Evaluator, value: Value) -> Value:
    return evaluator.evaluate(value.node, value.scope) if isinstance(value, Tail) else value


def case(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``case`` on a known value."""
    key = evaluator.evaluate(node.items[1], scope)
    bodies = []
    for clause in node.items[2:]:
        if not isinstance(clause, List) or len(clause.items) < 2:
            return Unknown("a clause of case that is none")
        labels = clause.items[0]
        data = datum(evaluator, labels, 0)
        hit = data == Sym("else") or (
            isinstance(data, tuple) and any(same(key, one, evaluator.charge) for one in data)
        )
        if isinstance(key, Unknown | Choice):
            bodies.append((clause.items[-1], scope))
        elif hit:
            return evaluator.body(clause.items[1:], scope)
    if isinstance(key, Unknown | Choice):
        return _either(evaluator, bodies, key)
    return Unspecified()


def match(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(match value (pattern body …) …)`` of (ice-9 match)."""
    value = evaluator.evaluate(node.items[1], scope)
    return match_clauses(evaluator, value, node.items[2:], scope)


def match_clauses(evaluator: Evaluator, value: Value, clauses: list[Node], scope: Scope) -> Value:
    """Return the body of the first clause whose pattern matches; every body where unknown."""
    bodies: list[tuple[Node, Scope]] = []
    for clause in clauses:
        if not isinstance(clause, List) or len(clause.items) < 2:
            return Unknown("a clause of match that is none")
        bindings: dict[str, Value] = {}
        outcome = match_pattern(evaluator, clause.items[0], value, bindings)
        inner = scope.inner(bindings)
        if outcome is True:
            if not bodies:
                return evaluator.body(clause.items[1:], inner)
            bodies.append((clause.items[-1], inner))
            break
        if outcome is None:
            bodies.append((clause.items[-1], inner))
    if not bodies:
        return Unknown("no pattern of match matches")
    reason = value.reason if isinstance(value, Unknown | Choice) else "what is matched is not known"
    return _either(evaluator, bodies, Unknown(reason))


def match_lambda(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``match-lambda``: a procedure of one argument that matches it."""
    evaluator.charge(len(node.items) >> 3)
    body = List(
        [Symbol("match", node.start), Symbol("%matched", node.start), *node.items[1:]],
        node.start,
        node.end,
    )
    return Procedure(Parameters(required=("%matched",)), (body,), scope, "match-lambda")


def let(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``let``, named or not."""
    first = node.items[1]
    if isinstance(first, Symbol):
        return _named_let(evaluator, node, first.name, scope)
    inner = scope.inner({})
    for name, expression in _bindings(evaluator, first):
        inner.bindings[name] = Delayed(expression, scope)
    return evaluator.body(node.items[2:], inner)


def _named_let(evaluator: Evaluator, node: List, name: str, scope: Scope) -> Value:
    bindings = _bindings(evaluator, node.items[2])
    inner = scope.inner({})
    parameters = Parameters(required=tuple(bound for bound, _ in bindings))
    procedure = Procedure(parameters, tuple(node.items[3:]), inner, name)
    inner.bindings[name] = procedure
    values = [evaluator.evaluate(expression, scope) for _, expression in bindings]
    return evaluator.apply(procedure, values)


def let_star(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``let*``."""
    for name, expression in _bindings(evaluator, node.items[1]):
        scope = scope.inner({name: Delayed(expression, scope)})
    return evaluator.body(node.items[2:], scope)


def letrec(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``letrec`` and ``letrec*``."""
    inner = scope.inner({})
    for name, expression in _bindings(evaluator, node.items[1]):
        inner.bindings[name] = Delayed(expression, inner)
    return evaluator.body(node.items[2:], inner)


def _bindings(evaluator: Evaluator, node: Node) -> list[tuple[str, Node]]:
    if not isinstance(node, List):
        return []
    evaluator.charge(len(node.items))
    return [
        (item.items[0].name, item.items[1])
        for item in node.items
        if isinstance(item, List) and len(item.items) == 2 and isinstance(item.items[0], Symbol)
    ]


def lambda_(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``lambda`` and ``lambda*``."""
    target = node.items[1]
    if isinstance(target, Symbol):
        return Procedure(Parameters(rest=target.name), tuple(node.items[2:]), scope, "lambda")
    if not isinstance(target, List):
        return Unknown("a lambda without parameters")
    evaluator.charge(len(target.items))
    parameters = parameters_of(target.items, target.tail)
    if parameters is None:
        return Unknown("a lambda whose parameters are not understood")
    return Procedure(parameters, tuple(node.items[2:]), scope, "lambda")


def and_(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``and``."""
    if len(node.items) == 1:
        return True
    doubt: Unknown | Choice | None = None
    for item in node.items[1:-1]:
        value = evaluator.evaluate(item, scope)
        if value is False:
            return False
        if isinstance(value, Unknown | Choice):
            doubt = doubt or value
    if doubt is None:
        return Tail(node.items[-1], scope)
    last = evaluator.evaluate(node.items[-1], scope)
    return False if last is False else evaluator.choose([False, last], doubt.reason)


def or_(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``or``."""
    doubts: list[Value] = []
    for item in node.items[1:]:
        value = evaluator.evaluate(item, scope)
        if isinstance(value, Unknown | Choice):
            doubts.append(value)
        elif value is not False:
            return Unknown(_reason(doubts[0])) if doubts else value
    return Unknown(_reason(doubts[0])) if doubts else False


def _reason(value: Value) -> str:
    return value.reason if isinstance(value, Unknown | Choice) else "not known"


def when(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``when``; ``unless`` is made of it."""
    test = evaluator.evaluate(node.items[1], scope)
    wanted = node.head == "when"
    if isinstance(test, Unknown | Choice):
        return _either(evaluator, [(node.items[-1], scope)], test, or_nothing=True)
    if (test is not False) == wanted:
        return evaluator.body(node.items[2:], scope)
    return Unspecified()


def begin(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``begin``: the last expression counts."""
    return evaluator.body(node.items[1:], scope)


def last_of(skip: int) -> Form:
    """Return the form whose value is its last expression's, whatever stands first."""

    def form(evaluator: Evaluator, node: List, scope: Scope) -> Value:
        return evaluator.body(node.items[skip:], scope)

    return form


def delay(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(delay expression)``: kept as a procedure that ``force`` calls."""
    del evaluator
    return Procedure(Parameters(), tuple(node.items[1:]), scope, PROMISE)


def gexp(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``#~(…)``: kept as data."""
    del evaluator
    return GexpValue(node.items[1], scope)


def ungexp(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``#$x`` in a G-expression that is looked into."""
    del evaluator
    return Tail(node.items[1], scope)


def opaque(reason: str) -> Form:
    """Return the form whose value is never looked into."""

    def form(evaluator: Evaluator, node: List, scope: Scope) -> Value:
        del evaluator, node, scope
        return Unknown(reason)

    return form


def cut(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``cut`` of SRFI 26, with ``<>`` only."""
    evaluator.charge(len(node.items))
    names: list[str] = []
    items: list[Node] = []
    for item in node.items[1:]:
        if isinstance(item, Symbol) and item.name == "<>":
            names.append(f"%slot{len(names)}")
            items.append(Symbol(names[-1], item.start))
        else:
            items.append(item)
    body = List(items, node.start, node.end)
    return Procedure(Parameters(required=tuple(names)), (body,), scope, "cut")


def module_reference(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(@ (module name) variable)``: looked up as ``@(module name)variable``."""
    module, name = node.items[1], node.items[2]
    if not isinstance(module, List) or not isinstance(name, Symbol):
        return Unknown("a reference to a module that is none")
    evaluator.charge(len(module.items))
    words = " ".join(item.name for item in module.items if isinstance(item, Symbol))
    return evaluator.variable(f"@({words}){name.name}", scope)


FORMS: Final[dict[str, Callable[[Evaluator, List, Scope], Value]]] = {
    "quote": quote,
    "quasiquote": quasiquote,
    "if": conditional,
    "cond": cond,
    "case": case,
    "match": match,
    "match-lambda": match_lambda,
    "let": let,
    "let*": let_star,
    "letrec": letrec,
    "letrec*": letrec,
    "lambda": lambda_,
    "lambda*": lambda_,
    "λ": lambda_,
    "and": and_,
    "or": or_,
    "when": when,
    "unless": when,
    "begin": begin,
    "delay": delay,
    "gexp": gexp,
    "ungexp": ungexp,
    "ungexp-native": ungexp,
    "cut": cut,
    "@": module_reference,
    "@@": module_reference,
    "parameterize": last_of(2),
    "with-imported-modules": last_of(2),
    "with-extensions": last_of(2),
    "set!": opaque("it is assigned to"),
    "do": opaque("a loop"),
    "call/cc": opaque("a continuation"),
    "let-syntax": opaque("a local macro"),
    "receive": opaque("several values"),
    "call-with-values": opaque("several values"),
}
"""Every form by its head."""
