# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what was asked for last, within a bound on its size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Recent(Generic[_Key, _Value]):
    """A mapping that forgets what was not asked for the longest; usable by several threads."""

    def __init__(self, bound: int, size: Callable[[_Value], int]) -> None:
        """``size`` tells how much a value takes of ``bound``; it may have grown when the value is
        asked for again."""
        self._bound = bound
        self._size = size
        self._kept: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()
        self._total = 0
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._kept)

    def get(self, key: _Key) -> _Value | None:
        """Return what is kept under a key, or None."""
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                return None
            self._total -= found[1]
            self._add(key, found[0])
            return found[0]

    def put(self, key: _Key, value: _Value) -> None:
        """Keep a value, and forget others until the bound is met."""
        with self._lock:
            self._total -= self._kept.pop(key, (value, 0))[1]
            self._add(key, value)
            while self._total > self._bound and self._kept:
                self._total -= self._kept.popitem(last=False)[1][1]

    def _add(self, key: _Key, value: _Value) -> None:
        size = self._size(value)
        self._kept[key] = value, size
        self._total += size
