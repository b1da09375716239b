# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells the parts of a line of Scheme apart, for colours alone.

One line at a time and out of context: a string that began on a line before is not seen as one.
Nothing is decided by this, so it needs no more; a whole highlighter would be another dependency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment> ;.* )
    | (?P<string> "(?:[^"\\]|\\.)*"? )
    | (?P<keyword> \#:[^\s()\[\]";]+ )
    | (?P<constant> \#[tf](?:alse|rue)?(?![^\s()\[\]";]) | \#\\\S+ )
    | (?P<number> [+-]?\d+(?:[./]\d+)?(?![^\s()\[\]";]) )
    | (?P<paren> [()\[\]] )
    | (?P<quote> \#?[~`',]@? | \#\$@? | \#\+@? )
    | (?P<name> [^\s()\[\]";'`,]+ )
    | (?P<blank> \s+ )
    | (?P<other> . )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a line, and what it is."""

    kind: str
    """``comment``, ``string``, ``keyword``, ``constant``, ``number``, ``head`` (the name that
    begins a form) or ``plain``."""
    text: str


_PLAIN = frozenset({"paren", "quote", "name", "blank", "other"})


def tokens(line: str) -> tuple[Token, ...]:
    """Return the parts of ``line``; joined they are the line.  Linear in its length."""
    found: list[Token] = []
    for token in _tokens(line):
        if found and found[-1].kind == token.kind == "plain":
            found[-1] = Token("plain", found[-1].text + token.text)
        else:
            found.append(token)
    return tuple(found)


def _tokens(line: str) -> Iterator[Token]:
    opened = False
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup or "other"
        if kind == "name" and opened:
            yield Token("head", match[0])
        else:
            yield Token("plain" if kind in _PLAIN else kind, match[0])
        opened = match[0] in "([" or (opened and kind == "blank")
