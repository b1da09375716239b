# SPDX-License-Identifier: GPL-3.0-or-later
"""Disjoint sets (union-find) of integers."""

from __future__ import annotations


class DisjointSets:
    """The integers from 0 to ``size`` - 1, each at first in a set of its own."""

    def __init__(self, size: int) -> None:
        """Make ``size`` sets of one member each."""
        self._parent = list(range(size))

    def find(self, item: int) -> int:
        """Return the number that stands for the set of ``item``."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def unite(self, one: int, other: int) -> None:
        """Make one set of two; the lower number comes to stand for it."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low

    def sets(self) -> list[list[int]]:
        """Return the sets, each in ascending order, ordered by their lowest member."""
        members: dict[int, list[int]] = {}
        for item in range(len(self._parent)):
            members.setdefault(self.find(item), []).append(item)
        return list(members.values())
