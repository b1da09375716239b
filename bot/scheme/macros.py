# SPDX-License-Identifier: GPL-3.0-or-later
"""``syntax-rules``: matches a macro's use against its patterns and fills in the template.

Names are not renamed (no hygiene): the macros of package files do not need it.
"""

from __future__ import annotations

from bot.scheme.nodes import List, Node, Symbol
from bot.scheme.values import Macro

_DEEPEST = 20
_LARGEST = 20_000

Bindings = dict[str, "Node | list[Bindings]"]


def expansion(macro: Macro, use: List) -> Node | None:
    """Return what the first rule that matches makes of a use, or None where none does."""
    for pattern, template in macro.rules:
        bindings: Bindings = {}
        if isinstance(pattern, List) and _match_items(
            pattern.items[1:], use.items[1:], macro.literals, bindings, 0
        ):
            return _Filler(bindings).fill(template, bindings, 0)
    return None


def _is_ellipsis(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name == "..."


def _match(
    pattern: Node, node: Node, literals: frozenset[str], bindings: Bindings, depth: int
) -> bool:
    if isinstance(pattern, Symbol):
        if pattern.name in literals:
            return isinstance(node, Symbol) and node.name == pattern.name
        bindings[pattern.name] = node
        return True
    if isinstance(pattern, List):
        return (
            isinstance(node, List)
            and depth < _DEEPEST
            and _match_items(pattern.items, node.items, literals, bindings, depth + 1)
        )
    return getattr(pattern, "value", pattern) == getattr(node, "value", node)


def _match_items(
    patterns: list[Node],
    nodes: list[Node],
    literals: frozenset[str],
    bindings: Bindings,
    depth: int,
) -> bool:
    index = next((i for i, item in enumerate(patterns) if _is_ellipsis(item)), None)
    if index is None:
        return len(patterns) == len(nodes) and all(
            _match(pattern, node, literals, bindings, depth)
            for pattern, node in zip(patterns, nodes, strict=True)
        )
    before, repeated, after = patterns[: index - 1], patterns[index - 1], patterns[index + 1 :]
    middle = len(nodes) - len(before) - len(after)
    if index == 0 or middle < 0:
        return False
    if not _match_items(before, nodes[: len(before)], literals, bindings, depth):
        return False
    if not _match_items(after, nodes[len(nodes) - len(after) :], literals, bindings, depth):
        return False
    matches: list[Bindings] = []
    for node in nodes[len(before) : len(before) + middle]:
        inner: Bindings = {}
        if not _match(repeated, node, literals, inner, depth):
            return False
        matches.append(inner)
    for name in _names(repeated):
        bindings[name] = matches
    return True


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

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
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
        repeated = [bound for name in _names(item) if isinstance(bound := bindings.get(name), list)]
        if not repeated:
            return []
        return [{**bindings, **one} for one in repeated[0]]
