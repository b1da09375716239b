# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a host may be asked: per mail, per minute, per day, and not before it says so.

Counts live in memory: a restart forgets them, which errs by one minute's or one day's worth at
most.  Nobody waits here; what may not be asked now is "not asked", with the reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

from bot.upstream.errors import NotAskedError
from bot.upstream.settings import UpstreamSettings

_LONGEST_WAIT = timedelta(days=1)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_HOSTS_KEPT = 1000


class MailBudget:
    """The requests that one mail may cause; redirects count."""

    def __init__(self, requests: int) -> None:
        """Begin with ``requests`` left."""
        self._left = requests
        self._limit = requests

    def spend(self) -> None:
        """Take one; raises ``NotAskedError`` when none is left."""
        if self._left <= 0:
            raise NotAskedError(f"not asked: {self._limit} requests for this series were made")
        self._left -= 1


class HostBudgets:
    """The requests that each host gets, over all mails."""

    def __init__(self, settings: UpstreamSettings, now: Callable[[], datetime]) -> None:
        """``now`` gives the time in UTC."""
        self._settings = settings
        self._now = now
        self._asked: dict[str, deque[datetime]] = {}
        self._not_before: dict[str, datetime] = {}
        self._lock = Lock()

    def spend(self, host: str) -> None:
        """Count one request to ``host``; raises ``NotAskedError`` when it may not be made."""
        with self._lock:
            now = self._now()
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
