# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits at sources that can tell of new mail (IMAP's IDLE), so that it is read within seconds.

Polling goes on as scheduled: where waiting does not work, mail is only read later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from bot.config import Config, SourceSettings
from bot.service.wiring import make_listener
from bot.sources.interface import SourceError

_log = logging.getLogger("weighbridge.listen")
_SLICE = 300.0
"""Seconds; then the connection is made anew, which also finds out that one is dead."""
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 900.0
_NO_IDLE_PAUSE = 3_600.0
_INSTANT = 1.0


def listen_to_sources(
    config: Config, stopping: threading.Event, wake: Callable[[str], None]
) -> None:
    """Start a thread for each source that can be waited at; ``wake`` gets the name of its job.

    The threads end after ``stopping`` is set, or with the process.
    """
    for settings in config.sources:
        listener = _Listener(settings, stopping, wake)
        if listener.is_needed:
            name = f"listen:{settings.name}"
            threading.Thread(target=listener.run, name=name, daemon=True).start()


class _Listener:
    """Waits at one source."""

    def __init__(
        self, settings: SourceSettings, stopping: threading.Event, wake: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._stopping = stopping
        self._wake = wake

    @property
    def is_needed(self) -> bool:
        try:
            return make_listener(self._settings) is not None
        except SourceError:  # it may be put right while the service runs
            return True

    def run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = self._wait_once()
            except SourceError as error:
                pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                extra = {"source": self._settings.name, "reason": f"{error}", "pause": pause}
                _log.warning("cannot wait for mail", extra=extra)

    def _wait_once(self) -> float:
        """Wait for mail; return how many seconds to let go by before the next time."""
        wait = make_listener(self._settings)
        if wait is None:
            return _NO_IDLE_PAUSE
        began = time.monotonic()
        if wait(_SLICE):
            if not self._stopping.is_set():
                self._wake(f"poll:{self._settings.name}")
            return 0.0
        # A server without IDLE says so at once.
        return 0.0 if time.monotonic() - began > _INSTANT else _NO_IDLE_PAUSE
