# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of a node: what it says, without where it stands and how it is indented."""

from __future__ import annotations

from bot.scheme.nodes import (
    Boolean,
    Character,
    Keyword,
    List,
    Nil,
    Node,
    Number,
    String,
    Symbol,
    Vector,
)

_LETTERS = {Symbol: "s", Keyword: "k", String: "t", Number: "n", Boolean: "b", Character: "c"}


def shape(node: Node) -> tuple[str, ...]:
    """Return a flat form that is equal for two nodes exactly where Guile's ``equal?`` says so."""
    parts: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            parts.append(current)
        elif isinstance(current, List):
            parts.append("(")
            stack.append(")")
            if current.tail is not None:
                stack.extend((current.tail, "."))
            stack.extend(reversed(current.items))
        elif isinstance(current, Vector):
            parts.append(current.prefix + "(")
            stack.append(")")
            stack.extend(reversed(current.items))
        else:
            parts.append(atom(current))
    return tuple(parts)


def atom(node: Node) -> str:
    """Return the shape of a node that holds no others."""
    if isinstance(node, Nil):
        return "#nil"
    letter = _LETTERS[type(node)]
    if isinstance(node, Symbol | Keyword):
        return letter + node.name
    value = node.value if isinstance(node, String | Number | Boolean | Character) else ""
    return f"{letter}{value!s}"
