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
        """``size`` tells how much a value takes of ``bound``; it may grow while it is kept."""
        self._bound = bound
        self._size = size
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._kept)

    def get(self, key: _Key) -> _Value | None:
        """Return what is kept under a key, or None."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def put(self, key: _Key, value: _Value) -> None:
        """Keep a value, and forget others until the bound is met."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            size = sum(map(self._size, self._kept.values()))
            while size > self._bound and self._kept:
                size -= self._size(self._kept.popitem(last=False)[1])
