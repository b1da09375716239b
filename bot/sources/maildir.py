# SPDX-License-Identifier: GPL-3.0-or-later
"""A Maildir as a source: ``new`` and ``cur``, read without changing anything.

A message keeps the unique part of its name when it moves from ``new`` to ``cur`` and when its
flags change (https://cr.yp.to/proto/maildir.html), and its time of modification.  So the cursor
is the newest time of arrival seen and the names that arrived within a day before it.  It stays
as small as one day's mail, and mail that was put there with an older date is still seen where
that date, or the time in its name, lies within the day.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.batches import BatchBuilder
from bot.sources.cursor import read_cursor, texts, whole_number, write_cursor
from bot.sources.interface import Batch, RawMessage, SourceError

_KIND = "maildir"
_OVERLAP = 24 * 3600
_NAME_TIME = re.compile(r"(\d{9,10})\.")


@dataclass(frozen=True, slots=True, order=True)
class _Arrival:
    """One file of a Maildir."""

    time: int
    """Seconds since the epoch: the later of its modification and the time in its name."""
    unique: str
    """The name without its flags."""
    path: Path


class MaildirSource:
    """Reads the messages of one Maildir, those that arrived first coming first."""

    def __init__(self, name: str, path: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        """Read ``path``; ``name`` is what the cursor is stored under."""
        self._name = name
        self._path = path
        self._limits = limits

    @property
    def name(self) -> str:
        """The name that the configuration gives this source."""
        return self._name

    def fetch(self, cursor: str | None) -> Iterator[Batch]:
        """Yield what arrived after ``cursor``.  Raises ``SourceError``."""
        newest, recent = _position(cursor)
        arrivals = [a for a in scan_maildir(self._path) if a.time >= newest - _OVERLAP]
        builder = BatchBuilder()
        for arrival in sorted(arrivals):
            mark = _mark(arrival.unique)
            if mark in recent:
                continue
            if not self._take(arrival, builder):
                continue
            newest = max(newest, arrival.time)
            recent[mark] = arrival.time
            if builder.full:
                yield builder.take(_cursor(newest, recent))
        if not builder.empty:
            yield builder.take(_cursor(newest, recent))

    def _take(self, arrival: _Arrival, builder: BatchBuilder) -> bool:
        """Read one message; False where it moved meanwhile and the next poll will find it."""
        try:
            size = arrival.path.stat().st_size
            if size > self._limits.message_bytes:
                limit = self._limits.message_bytes
                builder.skip(str(arrival.path), f"longer than {limit} bytes")
                return True
            builder.add(RawMessage(arrival.path.read_bytes(), str(arrival.path)))
        except FileNotFoundError:
            return False
        except OSError as error:
            builder.skip(str(arrival.path), error.strerror or "cannot be read")
        return True


def scan_maildir(path: Path) -> list[_Arrival]:
    """Return the messages of the Maildir at ``path``.  Raises ``SourceError``.

    ``new`` is read before ``cur``: what moves between the two in the meantime is seen twice
    rather than not at all, and the unique name makes it one.
    """
    found: dict[str, _Arrival] = {}
    now = int(time.time())
    for folder in ("new", "cur"):
        try:
            with os.scandir(path / folder) as entries:
                for entry in entries:
                    if arrival := _arrival(entry, now):
                        found[arrival.unique] = arrival
        except FileNotFoundError as error:
            raise SourceError(f"{path}: no Maildir, there is no {folder!r} in it") from error
        except OSError as error:
            raise SourceError(f"{path / folder}: {error.strerror}") from error
    return list(found.values())


def _arrival(entry: os.DirEntry[str], now: int) -> _Arrival | None:
    if entry.name.startswith("."):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    named = _NAME_TIME.match(entry.name)
    times = [int(status.st_mtime), int(named[1]) if named else 0]
    # A time in the future would move the cursor past what comes until then.
    past = [arrived for arrived in times if 0 < arrived <= now] or [int(status.st_ctime)]
    return _Arrival(max(past), entry.name.split(":2,", 1)[0], Path(entry.path))


def _position(cursor: str | None) -> tuple[int, dict[str, int]]:
    if cursor is None:
        return 0, {}
    values = read_cursor(_KIND, cursor)
    newest = whole_number(values.get("newest"))
    recent: dict[str, int] = {}
    for item in texts(values.get("recent")):
        mark, _, age = item.partition("-")
        recent[mark] = newest - (int(age) if age.isascii() and age.isdigit() else 0)
    return newest, recent


def _cursor(newest: int, recent: dict[str, int]) -> str:
    kept = [
        f"{mark}-{newest - arrived}"
        for mark, arrived in recent.items()
        if arrived >= newest - _OVERLAP
    ]
    return write_cursor(_KIND, {"newest": newest, "recent": kept})


def _mark(unique: str) -> str:
    return hashlib.sha256(os.fsencode(unique)).hexdigest()[:16]
