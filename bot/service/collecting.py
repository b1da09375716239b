# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's search for objects in circles, done seldom while thousands of mails pass through.

Reading leaves next to none behind, and looking for them took a tenth of the time of storing.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NEW_OBJECTS = 20_000
"""So many more than were freed set off a search (``gc.set_threshold``); Python's own 700."""


class _Seldom:
    """Counts who wants it seldom, so that the last one to leave makes it as it was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._usual = gc.get_threshold()

    def enter(self) -> None:
        with self._lock:
            if self._users == 0:
                self._usual = gc.get_threshold()
                new = self._usual[0] and max(_NEW_OBJECTS, self._usual[0])  # 0: it is off
                gc.set_threshold(new, *self._usual[1:])
            self._users += 1

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                gc.set_threshold(*self._usual)


_SELDOM = _Seldom()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Have the collector run seldom within the block, in all threads."""
    _SELDOM.enter()
    try:
        yield
    finally:
        _SELDOM.leave()
