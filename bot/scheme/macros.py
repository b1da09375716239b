# SPDX-License-Identifier: GPL-3.0-or-later
"""``syntax-rules``: matches a macro's use against its patterns and fills in the template.

Names are not renamed (no hygiene): the macros of package files do not need it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.scheme.nodes import List, Node, Symbol
from bot.scheme.values import Macro

_DEEPEST = 20
_LARGEST = 20_000

Bindings = dict[str, "Node | list[Bindings]"]


Charge = Callable[[int], None]
"""Counts steps; raises LimitExceededError past the bound."""


def _uncounted(steps: int) -> None:
    del steps


def expansion(macro: Macro, use: List, charge: Charge = _uncounted) -> Node | None:
    """Return what the first rule that matches makes of a use, or None where none does.

    Raises what ``charge`` raises, which is told of the work.
    """
    matcher = _Matcher(macro.literals, charge)
    for pattern, template in macro.rules:
        bindings: Bindings = {}
        if isinstance(pattern, List) and matcher.match_items(
            pattern.items[1:], use.items[1:], bindings, 0
        ):
            return _Filler(charge).fill(template, bindings, 0)
    return None


def _is_ellipsis(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name == "..."


@dataclass(frozen=True, slots=True)
class _Matcher:
    """Matches uses of one macro."""

    literals: frozenset[str]
    charge: Charge

    def match_items(
        self, patterns: list[Node], nodes: list[Node], bindings: Bindings, depth: int
    ) -> bool:
        """Match the elements of a list, of which one may be repeated."""
        self.charge(1 + (len(patterns) + len(nodes) >> 3))
        index = next((i for i, item in enumerate(patterns) if _is_ellipsis(item)), None)
        if index is None:
            return self._match_each(patterns, nodes, bindings, depth)
        before, repeated, after = patterns[: index - 1], patterns[index - 1], patterns[index + 1 :]
        end = len(nodes) - len(after)
        if index == 0 or end < len(before) or any(map(_is_ellipsis, after)):
            return False  # a list has one ellipsis (R7RS, 4.3.2)
        if not self._match_each(before, nodes[: len(before)], bindings, depth):
            return False
        if not self._match_each(after, nodes[end:], bindings, depth):
            return False
        return self._match_repeated(repeated, nodes[len(before) : end], bindings, depth)

    def _match_each(
        self, patterns: list[Node], nodes: list[Node], bindings: Bindings, depth: int
    ) -> bool:
        return len(patterns) == len(nodes) and all(
            self._match(pattern, node, bindings, depth)
            for pattern, node in zip(patterns, nodes, strict=True)
        )

    def _match_repeated(
        self, repeated: Node, nodes: list[Node], bindings: Bindings, depth: int
    ) -> bool:
        matches: list[Bindings] = []
        for node in nodes:
            inner: Bindings = {}
            if not self._match(repeated, node, inner, depth):
                return False
            matches.append(inner)
        names = _names(repeated)
        self.charge(len(names) >> 2)
        bindings.update(dict.fromkeys(names, matches))
        return True

    def _match(self, pattern: Node, node: Node, bindings: Bindings, depth: int) -> bool:
        if isinstance(pattern, Symbol):
            if pattern.name in self.literals:
                return isinstance(node, Symbol) and node.name == pattern.name
            bindings[pattern.name] = node
            return True
        if isinstance(pattern, List):
            return (
                isinstance(node, List)
                and depth < _DEEPEST
                and self.match_items(pattern.items, node.items, bindings, depth + 1)
            )
        return getattr(pattern, "value", pattern) == getattr(node, "value", node)


def _names(pattern: Node) -> list[str]:
    """Return the names in a pattern or a template."""
    names, stack = [], [pattern]
    while stack:
        node = stack.pop()
        if isinstance(node, Symbol):
            names.append(node.name)
        elif isinstance(node, List):
            stack.extend(node.items)
    return names


class _Filler:
    """Fills in one template."""

    def __init__(self, charge: Charge) -> None:
        self._charge = charge
        self._size = 0

    def fill(self, template: Node, bindings: Bindings, depth: int) -> Node | None:
        """Return the template with what is bound put in, or None where that cannot be done."""
        self._size += 1
        if self._size > _LARGEST or depth > _DEEPEST * 5:
            return None
        if isinstance(template, Symbol):
            bound = bindings.get(template.name, template)
            return None if isinstance(bound, list) else bound
        if isinstance(template, List):
            return self._fill_list(template, bindings, depth)
        return template

    def _fill_list(self, template: List, bindings: Bindings, depth: int) -> Node | None:
        items: list[Node] = []
        self._charge(1 + (len(template.items) >> 1))
        for index, item in enumerate(template.items):
            if _is_ellipsis(item):
                continue
            repeated = index + 1 < len(template.items) and _is_ellipsis(template.items[index + 1])
            for scope in self._repetitions(item, bindings) if repeated else [bindings]:
                filled = self.fill(item, scope, depth + 1)
                if filled is None:
                    return None
                items.append(filled)
        return List(items, template.start, template.end, template.tail)

    def _repetitions(self, item: Node, bindings: Bindings) -> list[Bindings]:
        names = _names(item)
        repeated = [bound for name in names if isinstance(bound := bindings.get(name), list)]
        if not repeated:
            return []
        self._charge(len(names) + len(repeated[0]) * len(bindings) >> 3)
        return [{**bindings, **one} for one in repeated[0]]
