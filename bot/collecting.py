# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's search for objects in circles, done seldom.

Mails, patches and Scheme are read into many small objects that form none: of reading a file of
Scheme a third of the time would go into looking, of storing mails a twentieth.
"""

from __future__ import annotations

import gc

_NEW_OBJECTS = 50_000
_COLLECTIONS = 20


def collect_seldom() -> None:
    """Have this process look for circles after 50,000 new objects, not Python's own 700.

    What is set higher, or off, stays (https://docs.python.org/3/library/gc.html#gc.set_threshold).
    """
    youngest, young, old = gc.get_threshold()
    if 0 < youngest < _NEW_OBJECTS:
        gc.set_threshold(_NEW_OBJECTS, max(young, _COLLECTIONS), old)
