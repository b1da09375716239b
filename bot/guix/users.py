# SPDX-License-Identifier: GPL-3.0-or-later
"""Which top-level forms of a text use a name in a way that changes what they make."""

from __future__ import annotations

import re
from collections.abc import Collection, Container
from typing import Final

from bot.guix.modules import Module
from bot.guix.sides import Key

_DEPENDENTS: Final = 200
_SEARCHES: Final = 20
_HITS: Final = 2_000
"""Searches of the whole text, and what they may find, before an index of its symbols is made: the
usual patch needs one."""
_SYMBOL: Final = re.compile(r"[^\s()\[\]'`,@\";]+")
_QUOTING_SYMBOL: Final = re.compile(r"(?:(?<=[\s()\[\]\"])[,'`@]*|\A)([^\s()\[\]\";]+)")
"""A symbol that holds quotation signs, which no package's name does."""
_BEFORE: Final = frozenset(" \t\n\r\f\v()[]'`,@\"")
_AFTER: Final = frozenset(' \t\n\r\f\v()[]";')
_HEIR: Final = r"\((?:inherit|package/inherit|package-\S{1,80})\s{1,80}"
_BEHIND_HEIR: Final = re.compile(_HEIR + r"\Z")
_HEIR_OF: Final = re.compile(rf"{_HEIR}([^\s()\[\]\";]++)")
_LONGEST_HEIR: Final = 180


def public_names(module: Module) -> frozenset[Key]:
    """Return the names that a file defines for others: of packages, and not of what makes them."""
    text = module.outline.text
    return frozenset(
        name
        for name, start in module.outline.definitions().items()
        if text.startswith("(define-public", start)
    )


def dependents(module: Module, names: list[Key], packages: Container[Key]) -> list[Key]:
    """Return the names of forms that use one of ``names`` in a way that changes what they make.

    What uses one of ``packages`` is made otherwise only where it inherits from it.
    """
    found: dict[Key, None] = {}
    users = _Users(module, packages)
    pending = [name for name in names if not name.startswith("*")]
    seen = set(pending)
    while pending and len(found) < _DEPENDENTS:
        for user in users.of(pending.pop()):
            if user not in seen:
                seen.add(user)
                found[user] = None
                pending.append(user)
    return list(found)


def uses_any(text: str, start: int, end: int, names: Collection[str]) -> bool:
    """Tell whether one of ``names`` stands in a part of a text as a symbol of its own."""
    return any(
        match.group() in names and _stands_alone(text, match.start(), match.end(), start, end)
        for match in _SYMBOL.finditer(text, start, end)
    )


def _stands_alone(text: str, start: int, end: int, first: int, last: int) -> bool:
    return (start == first or text[start - 1] in _BEFORE) and (end == last or text[end] in _AFTER)


class _Users:
    """Finds the users of names in one file; the time it takes does not grow with their number."""

    def __init__(self, module: Module, packages: Container[Key]) -> None:
        self._module = module
        self._packages = packages
        self._text = module.outline.text
        self._definitions = module.outline.definitions()
        self._by_start = {start: name for name, start in self._definitions.items()}
        self._searches = 0
        self._hits = 0
        self._index: dict[str, list[int]] | None = None
        self._heirs: dict[str, list[int]] | None = None

    def of(self, name: Key) -> list[Key]:
        """Return the names of the forms that use ``name``, in the order of the file."""
        places = self._places(name, heirs_only=name in self._packages)
        starts = {self._module.outline.start_at(place) for place in places}
        own = self._definitions.get(name)
        return [
            self._by_start[start]
            for start in sorted(start for start in starts if start is not None)
            if start != own and start in self._by_start
        ]

    def _places(self, name: Key, *, heirs_only: bool) -> list[int]:
        self._searches += 1
        found = self._found(name) if self._searches <= _SEARCHES else None
        if heirs_only and found is None:
            return self._heirs_by_parent().get(name, [])
        places = self._indexed().get(name, []) if found is None else found
        return [place for place in places if not heirs_only or self._is_heir(place)]

    def _found(self, name: Key) -> list[int] | None:
        """Return the places of a name by searching the text for it; None where it is all over."""
        text = self._text
        places: list[int] = []
        place = text.find(name)
        while place >= 0:
            if _stands_alone(text, place, place + len(name), 0, len(text)):
                places.append(place)
            self._hits += 1
            if self._hits > _HITS:
                return None
            place = text.find(name, place + 1)
        return places

    def _indexed(self) -> dict[str, list[int]]:
        """Return the places of every name that the file defines, found in one pass."""
        if self._index is None:
            self._index = {name: [] for name in self._definitions}
            self._put(_SYMBOL, 0)
            if not all(map(_SYMBOL.fullmatch, self._definitions)):
                self._put(_QUOTING_SYMBOL, 1)
        return self._index

    def _heirs_by_parent(self) -> dict[str, list[int]]:
        """Return the places where a package inherits from each name, found in one pass."""
        if self._heirs is None:
            self._heirs = {}
            for match in _HEIR_OF.finditer(self._text):
                self._heirs.setdefault(match[1], []).append(match.start(1))
        return self._heirs

    def _put(self, pattern: re.Pattern[str], group: int) -> None:
        index = self._index or {}
        size = len(self._text)
        for match in pattern.finditer(self._text):
            places = index.get(match[group])
            if places is not None and _stands_alone(self._text, *match.span(group), 0, size):
                places.append(match.start(group))

    def _is_heir(self, place: int) -> bool:
        before = self._text[max(0, place - _LONGEST_HEIR) : place]
        return _BEHIND_HEIR.search(before) is not None
