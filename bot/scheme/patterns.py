# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of ``(ice-9 match)``: literals, names, lists, tails, ``_``, ``or``, ``...``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.scheme.nodes import Boolean, Character, Keyword, List, Node, Number, String, Symbol
from bot.scheme.values import Char, Choice, Kw, Pair, Splice, Sym, Unknown, Value, same

if TYPE_CHECKING:
    from bot.scheme.evaluator import Evaluator

_DEEPEST: Final = 30
Outcome = bool | None
"""True, False, or None where it cannot be told."""


def match_pattern(
    evaluator: Evaluator,
    pattern: Node,
    value: Value,
    bindings: dict[str, Value],
    depth: int = 0,
) -> Outcome:
    """Match a value and put what the pattern's names stand for into ``bindings``."""
    evaluator.charge(1)
    if depth > _DEEPEST:
        return None
    if isinstance(pattern, Symbol):
        if pattern.name != "_":
            bindings[pattern.name] = value
        return True
    if isinstance(pattern, List) and not isinstance(value, Unknown | Choice):
        return _match_list(evaluator, pattern, value, bindings, depth)
    if isinstance(pattern, List):
        _bind_unknown(evaluator, pattern, value, bindings)
        return None
    if isinstance(value, Unknown | Choice):
        return None
    return _literal(pattern, value)


def _literal(pattern: Node, value: Value) -> Outcome:
    if isinstance(pattern, String | Number | Boolean):
        return same(pattern.value, value)
    if isinstance(pattern, Character):
        return same(Char(pattern.value), value)
    if isinstance(pattern, Keyword):
        return same(Kw(pattern.name), value)
    return None


def _bind_unknown(
    evaluator: Evaluator, pattern: List, value: Value, bindings: dict[str, Value]
) -> None:
    reason = value.reason if isinstance(value, Unknown | Choice) else "not known"
    stack: list[Node] = [pattern]
    while stack:
        node = stack.pop()
        if isinstance(node, Symbol):
            bindings[node.name] = Unknown(reason)
        elif isinstance(node, List):
            evaluator.charge(1 + (len(node.items) >> 1))
            stack.extend(node.items)
            if node.tail is not None:
                stack.append(node.tail)


def _match_list(
    evaluator: Evaluator,
    pattern: List,
    value: Value,
    bindings: dict[str, Value],
    depth: int,
) -> Outcome:
    head = pattern.head
    if head == "quote" and len(pattern.items) == 2:
        return _quoted(pattern.items[1], value)
    if head == "or":
        return _any(evaluator, pattern.items[1:], value, bindings, depth)
    if head in {"?", "and", "not", "=", "$", "quasiquote"}:
        _bind_unknown(evaluator, pattern, Unknown(f"a pattern with {head}"), bindings)
        return None
    return _sequence(evaluator, pattern, value, bindings, depth)


def _quoted(node: Node, value: Value) -> Outcome:
    if isinstance(node, Symbol):
        return same(Sym(node.name), value)
    if isinstance(node, List) and not node.items:
        return value == ()
    return _literal(node, value)


def _any(
    evaluator: Evaluator,
    patterns: list[Node],
    value: Value,
    bindings: dict[str, Value],
    depth: int,
) -> Outcome:
    outcomes = [match_pattern(evaluator, one, value, bindings, depth + 1) for one in patterns]
    if True in outcomes:
        return True
    return None if None in outcomes else False


def _sequence(  # noqa: PLR0911  (a case each)
    evaluator: Evaluator,
    pattern: List,
    value: Value,
    bindings: dict[str, Value],
    depth: int,
) -> Outcome:
    outcome: Outcome = True
    items = pattern.items
    for index, item in enumerate(items):
        following = items[index + 1] if index + 1 < len(items) else None
        if isinstance(following, Symbol) and following.name in {"...", "___"}:
            if index + 2 != len(items) or not isinstance(item, Symbol):
                _bind_unknown(evaluator, pattern, Unknown("a repeated pattern"), bindings)
                return None
            bindings[item.name] = value
            return outcome if isinstance(value, tuple) else False
        evaluator.charge(len(value) >> 8 if isinstance(value, tuple) else 0)
        first, rest, known = _split(value)
        if not known:
            _bind_unknown(evaluator, pattern, Unknown("a list that is not known"), bindings)
            return None
        if rest is None:
            return False
        step = match_pattern(evaluator, item, first, bindings, depth + 1)
        if step is False:
            return False
        outcome = None if step is None else outcome
        value = rest
    if pattern.tail is not None:
        step = match_pattern(evaluator, pattern.tail, value, bindings, depth + 1)
        return step if outcome is True or step is False else None
    if value == ():
        return outcome
    return None if isinstance(value, tuple) and all(isinstance(v, Splice) for v in value) else False


def _split(value: Value) -> tuple[Value, Value | None, bool]:
    """Return first element and rest (None where there is none), and whether that is known."""
    if isinstance(value, Pair):
        return value.car, value.cdr, True
    if isinstance(value, tuple) and value:
        if isinstance(value[0], Splice):
            return None, None, False
        return value[0], value[1:], True
    return None, None, True
