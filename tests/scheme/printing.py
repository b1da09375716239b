# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints nodes as Scheme text, for reading them back."""

from __future__ import annotations

from bot.scheme.nodes import List, Node, String, Symbol


def printed(node: Node) -> str:
    """Return text that reads as the node (symbols, strings and lists only)."""
    if isinstance(node, Symbol):
        return node.name
    if isinstance(node, String):
        return '"' + node.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert isinstance(node, List)
    return "(" + " ".join(map(printed, node.items)) + ")"
