# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a host may be asked: per mail, per minute, per day, and not before it says so.

One that cannot be reached is left alone for a while as well.

Counts live in memory: a restart forgets them, which errs by one minute's or one day's worth at
most.  Nobody waits here; what may not be asked now is "not asked", with the reason.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

from bot.upstream.errors import NotAskedError, UnreachableError
from bot.upstream.settings import UpstreamSettings

_UNREACHABLE = timedelta(minutes=5)
"""A host that cannot be reached is not tried again for so long: without a network, one wait for
each host is all that a run costs."""
_NO_NETWORK = 2
"""So many hosts in a row that cannot be reached: it is the network, and others are not tried …"""
_NO_NETWORK_WAIT = timedelta(minutes=1)
"""… for so long."""
_LONGEST_WAIT = timedelta(days=1)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_HOSTS_KEPT = 1000


class MailBudget:
    """The requests that one mail may cause (redirects count), and the time they may take."""

    def __init__(
        self,
        requests: int,
        seconds: float = math.inf,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with ``requests`` left; the time runs from the first one on."""
        self._left = requests
        self._limit = requests
        self._seconds = seconds
        self._monotonic = monotonic
        self._end: float | None = None

    def spend(self) -> None:
        """Take one; raises ``NotAskedError`` when none is left, or no time."""
        if self._left <= 0:
            raise NotAskedError(f"not asked: {self._limit} requests for this series were made")
        now = self._monotonic()
        if self._end is None:
            self._end = now + self._seconds
        if now >= self._end:
            raise NotAskedError(
                f"not asked: answers for this series took more than {self._seconds:g} seconds"
            )
        self._left -= 1


class HostBudgets:
    """The requests that each host gets, over all mails."""

    def __init__(self, settings: UpstreamSettings, now: Callable[[], datetime]) -> None:
        """``now`` gives the time in UTC."""
        self._settings = settings
        self._now = now
        self._asked: dict[str, deque[datetime]] = {}
        self._not_before: dict[str, datetime] = {}
        self._unreachable: dict[str, tuple[datetime, str]] = {}
        self._in_a_row: list[str] = []
        """Hosts that could not be reached since one was, as many as are needed."""
        self._failed_at: datetime | None = None
        self._lock = Lock()

    def spend(self, host: str) -> None:
        """Count one request to ``host``; raises ``NotAskedError`` when it may not be made.

        Raises ``UnreachableError``, with the reason of then, where it could not be reached lately.
        """
        with self._lock:
            now = self._now()
            tried, problem = self._unreachable.get(host, (None, ""))
            if tried is not None and now - tried < _UNREACHABLE:
                raise UnreachableError(problem)
            if self._network_is_down(now):
                raise NotAskedError("not asked: no host could be reached a moment ago")
            until = self._not_before.get(host)
            if until is not None and now < until:
                raise NotAskedError(
                    f"not asked: {host} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC"
                )
            asked = self._recent(host, now)
            if len(asked) >= self._settings.requests_per_host_per_day:
                raise NotAskedError(f"not asked: {host} was asked often enough today")
            minute = sum(now - time < _MINUTE for time in asked)
            if minute >= self._settings.requests_per_host_per_minute:
                raise NotAskedError(f"not asked: {host} was asked often enough this minute")
            asked.append(now)

    def unreachable(self, host: str, problem: str) -> None:
        """Note that no connection to ``host`` came about, and why."""
        with self._lock:
            self._unreachable.pop(host, None)
            if len(self._unreachable) >= _HOSTS_KEPT:
                del self._unreachable[next(iter(self._unreachable))]
            self._unreachable[host] = (self._now(), problem)
            self._failed_at = self._now()
            if host not in self._in_a_row:
                self._in_a_row = [*self._in_a_row, host][-_NO_NETWORK:]

    def reached(self) -> None:
        """Note that a host answered: there is a network."""
        with self._lock:
            self._in_a_row = []

    def _network_is_down(self, now: datetime) -> bool:
        return (
            len(self._in_a_row) >= _NO_NETWORK
            and self._failed_at is not None
            and now - self._failed_at < _NO_NETWORK_WAIT
        )

    def wait(self, host: str, retry_after: str | None) -> None:
        """Note what a host says in Retry-After (RFC 9110, 10.2.3); a minute where it says none."""
        with self._lock:
            now = self._now()
            delay = _delay(retry_after, now)
            self._not_before[host] = now + min(max(delay, timedelta()), _LONGEST_WAIT)

    def _recent(self, host: str, now: datetime) -> deque[datetime]:
        if host not in self._asked and len(self._asked) >= _HOSTS_KEPT:
            self._asked.pop(next(iter(self._asked)))
        asked = self._asked.setdefault(host, deque())
        while asked and now - asked[0] >= _DAY:
            asked.popleft()
        return asked


def _delay(retry_after: str | None, now: datetime) -> timedelta:
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**6))
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _MINUTE
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
