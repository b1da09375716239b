# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files the build steps of a definition copy, by the literals that name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.scheme.nodes import List, Node, String, Symbol

COPYING: Final = frozenset({"install-file", "copy-file", "copy-recursively", "symlink"})
"""Procedures of Guile and ``(guix build utils)`` that put a file somewhere else."""

_MOST: Final = 200


def copied_files(form: Node) -> tuple[tuple[str, ...], ...]:
    """Return, for each call that copies a file, the string literals among what it is told.

    A name that the form binds to a literal counts as that literal.
    """
    calls: list[List] = []
    names: dict[str, str] = {}
    for node in _lists(form):
        if node.head in COPYING and len(calls) < _MOST:
            calls.append(node)
        bound = node.items[-2:] if len(node.items) == 2 or node.head == "define" else []
        if len(bound) == 2 and isinstance(bound[0], Symbol) and isinstance(bound[1], String):
            names[bound[0].name] = bound[1].value
    found = (tuple(dict.fromkeys(_literals(call, names))) for call in calls)
    return tuple(literals for literals in found if literals)


def _lists(form: Node) -> Iterator[List]:
    stack: list[Node] = [form]
    while stack:
        node = stack.pop()
        if isinstance(node, List):
            yield node
            stack.extend(reversed(node.items))


def _literals(call: List, names: dict[str, str]) -> Iterator[str]:
    stack: list[Node] = list(reversed(call.items[1:]))
    left = _MOST
    while stack and left:
        node = stack.pop()
        left -= 1
        if isinstance(node, String):
            yield node.value
        elif isinstance(node, Symbol) and node.name in names:
            yield names[node.name]
        elif isinstance(node, List):
            stack.extend(reversed(node.items))
