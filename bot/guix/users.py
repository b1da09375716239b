# SPDX-License-Identifier: GPL-3.0-or-later
"""Which top-level forms of a file use a name in a way that changes what they make."""

from __future__ import annotations

import re

from bot.guix.modules import Module
from bot.guix.sides import Key

_DEPENDENTS = 200
_SEARCHES = 20
"""Searches of the whole text before an index of its symbols is made: the usual patch needs one."""
_SYMBOL = re.compile(r"[^\s()\[\]'`,@\";]+")
_BEFORE = r"(?<![^\s()\[\]'`,@\"])"
_AFTER = r"(?![^\s()\[\]\";])"
_ENDS = re.compile(r"[\s()\[\]\";]")
_HEIR = r"\((?:inherit|package/inherit|package-\S{1,80})\s{1,80}"
_BEHIND_HEIR = re.compile(_HEIR + r"\Z")
_LONGEST_HEIR = 180


def dependents(module: Module, names: list[Key]) -> list[Key]:
    """Return the names of forms that use one of ``names`` in a way that changes what they make."""
    found: dict[Key, None] = {}
    users = _Users(module)
    pending = [name for name in names if not name.startswith("*")]
    seen = set(pending)
    while pending and len(found) < _DEPENDENTS:
        for user in users.of(pending.pop()):
            if user not in seen:
                seen.add(user)
                found[user] = None
                pending.append(user)
    return list(found)


class _Users:
    """Finds the users of names in one file; the time it takes does not grow with their number."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._text = module.outline.text
        self._definitions = module.outline.definitions()
        self._by_start = {start: name for name, start in self._definitions.items()}
        self._searches = 0
        self._index: dict[str, list[int]] | None = None

    def of(self, name: Key) -> list[Key]:
        """Return the names of the forms that use ``name``, in the order of the file."""
        starts = {self._module.outline.start_at(offset) for offset in self._places(name)}
        own = self._definitions.get(name)
        return [
            self._by_start[start]
            for start in sorted(start for start in starts if start is not None)
            if start != own and start in self._by_start
        ]

    def _places(self, name: Key) -> list[int]:
        heirs_only = self._is_package(name)
        self._searches += 1
        if self._searches > _SEARCHES and _SYMBOL.fullmatch(name):
            places = self._indexed().get(name, [])
            return [place for place in places if not heirs_only or self._is_heir(place)]
        token = f"{_BEFORE}{re.escape(name)}{_AFTER}"
        pattern = f"{_HEIR}{token}" if heirs_only else token
        return [match.start() for match in re.finditer(pattern, self._text)]

    def _indexed(self) -> dict[str, list[int]]:
        """Return the places of every name that the file defines, found in one pass."""
        if self._index is None:
            self._index = {name: [] for name in self._definitions}
            for match in _SYMBOL.finditer(self._text):
                places = self._index.get(match.group())
                if places is not None and self._stands_alone(match.start(), match.end()):
                    places.append(match.start())
        return self._index

    def _stands_alone(self, start: int, end: int) -> bool:
        if self._text[start - 1 : start] == ";":
            return False
        return end == len(self._text) or _ENDS.match(self._text, end) is not None

    def _is_heir(self, place: int) -> bool:
        before = self._text[max(0, place - _LONGEST_HEIR) : place]
        return _BEHIND_HEIR.search(before) is not None

    def _is_package(self, name: Key) -> bool:
        """Tell by its text whether a name is a package's and not of something it is made with."""
        start = self._definitions.get(name)
        return start is not None and self._text.startswith("(define-public", start)
