# SPDX-License-Identifier: GPL-3.0-or-later
"""What every source of mail offers: raw messages after a cursor, and the next cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class SourceError(RuntimeError):
    """The source could not be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One mail as it lies in the archive."""

    content: bytes
    """The whole message, headers first, without an mbox ``From `` line."""
    location: str
    """Where it was found, for a person: a path, a path with a number, or a URL."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages, and the cursor that must be stored in the same transaction as they are."""

    messages: tuple[RawMessage, ...]
    cursor: str
    """Opaque to everybody but the source that made it."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(location, reason) of what could not be read at all."""


class Source(Protocol):
    """A place that mail can be read from, again and again."""

    @property
    def name(self) -> str:
        """The name that the configuration gives this source; the cursor is stored under it."""

    def fetch(self, cursor: str | None) -> Iterator[Batch]:
        """Yield what came after ``cursor`` in batches of bounded size, oldest first.

        ``None`` means: from the beginning (or from the configured ``since``).  Nothing new
        yields nothing.  Raises ``SourceError``.
        """
