# SPDX-License-Identifier: GPL-3.0-or-later
"""Does something again whenever its input has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NoReturn

_SECONDS = 1.0


def watch(
    stamp: Callable[[], object],
    seen: object,
    act: Callable[[], None],
    wait: Callable[[float], None] = time.sleep,
) -> NoReturn:
    """Call ``act`` each time that ``stamp`` returns something else than before (``seen``, first).

    Asked once a second rather than told by the system: that works the same on every file system
    (network ones included) and for Git's refs.  What changes during ``act`` is seen after it.
    Returns never: KeyboardInterrupt ends it.
    """
    while True:
        while (now := stamp()) == seen:
            wait(_SECONDS)
        seen = now
        act()
