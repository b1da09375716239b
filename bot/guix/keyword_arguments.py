# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyword arguments of build systems: the procedures of (guix utils) that change them.

An argument list may be known in part; what is not known is kept in it as a ``Splice``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from bot.scheme.evaluator import Evaluator
from bot.scheme.nodes import Keyword, List, Node, Symbol
from bot.scheme.values import Choice, Delayed, Kw, Scope, Splice, Unknown, Value

Arguments = list[tuple[Kw | None, Value]]
"""Keyword and value; no keyword for what is not known."""


def split_arguments(value: Value) -> Arguments:
    """Return an argument list's pairs in order."""
    if isinstance(value, Unknown | Choice):
        return [(None, Splice(value))]
    pairs: Arguments = []
    items = deque(value if isinstance(value, tuple) else ())
    while items:
        item = items.popleft()
        if isinstance(item, Kw) and items:
            following = items.popleft()
            if isinstance(following, Splice):
                following, rest = _first_of(following)
                items.extendleft(reversed(rest))
            pairs.append((item, following))
        else:
            pairs.append(
                (None, item if isinstance(item, Splice) else Splice(Unknown("no keyword")))
            )
    return pairs


def _first_of(splice: Splice) -> tuple[Value, list[Value]]:
    """Return the first element of what is spliced in behind a keyword, and what may follow it."""
    value = splice.value
    if isinstance(value, Choice) and all(
        isinstance(one, tuple) and one for one in value.alternatives
    ):
        lists = [one for one in value.alternatives if isinstance(one, tuple)]
        first = Choice(tuple(one[0] for one in lists), value.reason)
        rests = tuple(one[1:] for one in lists)
        return first, [Splice(Choice(rests, value.reason))] if any(rests) else []
    return Unknown(value.reason), [Splice(Unknown(value.reason))]


def joined(pairs: Arguments) -> tuple[Value, ...]:
    """Return pairs as an argument list."""
    items: list[Value] = []
    for key, value in pairs:
        items.extend((value,) if key is None else (key, value))
    return tuple(items)


def substitute_form(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(substitute-keyword-arguments arguments ((#:key variable [default]) value) …)``."""
    arguments = _Substitution(split_arguments(evaluator.evaluate(node.items[1], scope)))
    evaluator.charge(6 * len(node.items))
    for clause in node.items[2:]:
        if isinstance(clause, List) and len(clause.items) > 1:
            arguments.substitute(clause.items[0], clause.items[-1], scope)
    return joined([(key, _forced(evaluator, value)) for key, value in arguments.pairs])


class _Substitution:
    """An argument list while clauses change it, each in the time that its own keyword takes."""

    def __init__(self, pairs: Arguments) -> None:
        self._partly = any(key is None for key, _ in pairs)
        self._added: Arguments = []
        """What stands before the others, the last first."""
        self._given = pairs
        self._places: dict[str, tuple[Arguments, list[int]]] = {}
        """By keyword, where its pairs stand."""
        for place, (key, _) in enumerate(pairs):
            if key is not None:
                self._places.setdefault(key.name, (pairs, []))[1].append(place)

    @property
    def pairs(self) -> Arguments:
        """The argument list as it is now."""
        return [*reversed(self._added), *self._given]

    def substitute(self, target: Node, body: Node, scope: Scope) -> None:
        """Take one clause, ``((#:key variable [default]) body)``."""
        if not isinstance(target, List) or len(target.items) < 2:
            return
        keyword, variable = target.items[0], target.items[1]
        if not isinstance(keyword, Keyword):
            return
        if keyword.name not in self._places and len(target.items) > 2:
            self._places[keyword.name] = self._added, [len(self._added)]
            self._added.append((Kw(keyword.name), Delayed(target.items[2], scope)))
        elif keyword.name not in self._places and self._partly:
            # It may be in the part that is not known, and then it is replaced there.
            self._given.append((None, Splice(_replaced(Kw(keyword.name)))))
            return
        name = variable.name if isinstance(variable, Symbol) else "_"
        pairs, places = self._places.get(keyword.name, (self._given, []))
        for place in places:
            key, old = pairs[place]
            pairs[place] = key, Delayed(body, scope.inner({name: old}))


def _forced(evaluator: Evaluator, value: Value) -> Value:
    return evaluator.force(value) if isinstance(value, Delayed) else value


def _replaced(key: Kw) -> Choice:
    reason = "what it replaces is not known to be there"
    return Choice(((), (key, Unknown(reason))), reason)


def _keywords(value: Value) -> set[str]:
    return (
        {item.name for item in value if isinstance(item, Kw)} if isinstance(value, tuple) else set()
    )


def _strip(_: Evaluator, keywords: Value, arguments: Value) -> Value:
    unwanted = _keywords(keywords)
    return joined(
        [
            pair
            for pair in split_arguments(arguments)
            if pair[0] is None or pair[0].name not in unwanted
        ]
    )


def _ensure(_: Evaluator, arguments: Value, given: Value) -> Value:
    new = split_arguments(given)
    keys = {key for key, _ in new if key}
    return joined([pair for pair in split_arguments(arguments) if pair[0] not in keys] + new)


def _default(_: Evaluator, arguments: Value, defaults: Value) -> Value:
    pairs = split_arguments(arguments)
    keys = {key for key, _ in pairs}
    missing = [pair for pair in split_arguments(defaults) if pair[0] not in keys]
    return joined(missing + pairs)


KEYWORD_ARGUMENT_PROCEDURES: Final[dict[str, Callable[..., Value]]] = {
    "strip-keyword-arguments": _strip,
    "ensure-keyword-arguments": _ensure,
    "default-keyword-arguments": _default,
}
