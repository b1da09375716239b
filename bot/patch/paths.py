# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths as diffs write them: C-style quoting, ``a/`` and ``b/`` prefixes, time stamps.

Source: git-config(1), ``core.quotePath``; git-diff(1), "Generating patch text with -p", and
``diff.mnemonicPrefix``; diff(1) of GNU diffutils for the time stamp behind a tab.
"""

from __future__ import annotations

import re

DEV_NULL = "/dev/null"

_ESCAPE = re.compile(r'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPED = {
    "a": b"\a",
    "b": b"\b",
    "t": b"\t",
    "n": b"\n",
    "v": b"\v",
    "f": b"\f",
    "r": b"\r",
    '"': b'"',
    "\\": b"\\",
}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PREFIX_PAIRS = frozenset(
    {("a/", "b/"), ("i/", "w/"), ("c/", "i/"), ("c/", "w/"), ("o/", "w/"), ("1/", "2/")}
)


def unquote(name: str) -> str:
    """Return a name as git quoted it, unquoted; a name without quotes as it is."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    pieces: list[bytes] = []
    end = 1
    inner_end = len(name) - 1
    for escape in _ESCAPE.finditer(name, 1, inner_end):
        pieces.append(name[end : escape.start()].encode("utf-8", "replace"))
        pieces.append(_unescaped(escape.group(1)))
        end = escape.end()
    pieces.append(name[end:inner_end].encode("utf-8", "replace"))
    return b"".join(pieces).decode("utf-8", "replace")


def _unescaped(escape: str) -> bytes:
    return _ESCAPED.get(escape) or bytes([int(escape, 8) & 0xFF])


def name_of(rest: str) -> str:
    """Return the name behind ``--- `` or ``+++ ``, without a time stamp behind a tab."""
    rest = rest.rstrip("\r")
    if rest.startswith('"'):
        quoted = _QUOTED.match(rest)
        return unquote(quoted.group()) if quoted else rest
    return rest.partition("\t")[0].rstrip()


def pair_of(rest: str) -> tuple[str, str] | None:
    """Return the two names behind ``diff --git ``, or None where they cannot be told apart.

    Names with spaces are not quoted there; then the halves are taken for one name twice, which
    is what git relies on itself where no other line states the names.
    """
    rest = rest.rstrip("\r")
    if rest.startswith('"'):
        quoted = _QUOTED.match(rest)
        if not quoted or rest[quoted.end() : quoted.end() + 1] != " ":
            return None
        return unquote(quoted.group()), unquote(rest[quoted.end() + 1 :])
    if rest.endswith('"'):
        first, space, second = rest.partition(' "')
        return (first, unquote('"' + second)) if space else None
    if rest.count(" ") == 1:
        first, _, second = rest.partition(" ")
        return first, second
    return _same_name_twice(rest)


def _same_name_twice(rest: str) -> tuple[str, str] | None:
    middle, odd = divmod(len(rest), 2)
    first, second = rest[:middle], rest[middle + 1 :]
    if not odd or rest[middle] != " ":
        return None
    same = first == second or ((first[:2], second[:2]) in _pairs() and first[2:] == second[2:])
    return (first, second) if same else None


def _pairs() -> frozenset[tuple[str, str]]:
    return _PREFIX_PAIRS | {(new, old) for old, new in _PREFIX_PAIRS}


def without_prefixes(old: str, new: str) -> tuple[str, str]:
    """Return both names without git's prefixes, which are taken off only as a pair.

    ``/dev/null`` stands for an absent side and lets the other side's prefix go alone.
    """
    if old == DEV_NULL and new[:2] in {pair[1] for pair in _pairs()}:
        return old, new[2:]
    if new == DEV_NULL and old[:2] in {pair[0] for pair in _pairs()}:
        return old[2:], new
    if (old[:2], new[:2]) in _pairs():
        return old[2:], new[2:]
    return old, new
