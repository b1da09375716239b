# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a poll by search has come, and the cursors that say so."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sources.cursor import write_cursor


@dataclass(slots=True)
class Search:
    """One search and what it has found so far."""

    start: int
    end: int | None
    """Last second that is asked for; None for all that there is."""
    found: set[str] = field(default_factory=set)
    newest: int = 0
    now: int = 0
    """The archive's own clock."""


class Progress:
    """How far one poll has come; it makes the cursors.

    The cursor stays behind the newest message that was seen, never merely behind the clock: an
    archive that is filled slowly, or with old mail, loses nothing.
    """

    def __init__(self, kind: str, start: int, overlap: int, read: set[str]) -> None:
        """Begin at ``start`` (seconds since the epoch) with the marks in ``read`` known.

        ``overlap`` is how many seconds a cursor stays behind the newest message; ``kind`` is the
        source's, for the cursor.
        """
        self._kind = kind
        self._start = start
        self._overlap = overlap
        self._newest = 0
        self._known = read
        self._older: set[str] = set()
        self._last: set[str] = set()

    @property
    def read(self) -> set[str]:
        """Marks of the messages that were handed out and may be found again."""
        return self._known | self._older | self._last

    def finish(self, search: Search) -> None:
        """Note that everything that ``search`` asked for was handed out.

        The marks of the last two searches that found something are kept: a window is longer than
        the overlap, so no cursor reaches further back.
        """
        if search.found:
            self._newest = max(self._newest, search.newest)
            self._known = self._known - search.found
            self._older, self._last = self._last, search.found
        if search.end is None and self._last:
            self._known = set()

    def cursor(self) -> str:
        """Return where the next poll begins."""
        return self._written(self.read)

    def cursor_within(self, search: Search) -> str:
        """Return where it begins if this one ends in the middle of ``search``."""
        return self._written(self.read | search.found)

    def _written(self, read: set[str]) -> str:
        start = max(self._start, self._newest - self._overlap)
        return write_cursor(self._kind, {"start": start, "read": sorted(read)})
