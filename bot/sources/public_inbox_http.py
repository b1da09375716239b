# SPDX-License-Identifier: GPL-3.0-or-later
"""A public-inbox archive over HTTP: search by time of receipt, answered as one mbox.gz.

``POST ?q=rt:START..END&x=m`` with times in seconds since the epoch (the ``_/text/help/`` page of
every inbox lists the search prefixes).  The answer comes newest first and is read as it
arrives; a long past is asked for in windows of time, the oldest first.

The cursor is where the next search starts and what the last one found from there on.  The
start stays some hours behind the newest message seen, because an archive may learn of a mail
after later ones; what was found before is left out.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BufferedReader
from typing import BinaryIO, cast
from urllib.parse import quote

import requests

from bot import __version__
from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.batches import BatchBuilder
from bot.sources.cursor import read_cursor, texts, whole_number
from bot.sources.gzip_stream import PieceStream, expanded
from bot.sources.interface import Batch, RawMessage, SourceError
from bot.sources.mbox_format import MboxEntry, read_mbox
from bot.sources.search_progress import Progress, Search

_KIND = "public-inbox-http"
_TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of the answer
_DAY = 86_400
_FIRST_WINDOW = 7 * _DAY
_LONGEST_WINDOW = 365 * _DAY
_FEW, _MANY = 200, 2_000
_PIECE = 65_536
_NONE_FOUND = b"No results found"
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^<>\s]{1,500})>", re.IGNORECASE | re.MULTILINE)
_RECEIVED = re.compile(rb"^received:[^\0]{0,2000}?;([^;\n]{10,80})$", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(rb"^date:([^\n]{10,80})$", re.IGNORECASE | re.MULTILINE)


class PublicInboxHttpSource:
    """Polls one inbox by its URL."""

    def __init__(
        self,
        name: str,
        url: str,
        since: datetime | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        overlap: timedelta = timedelta(hours=6),
    ) -> None:
        """Read the inbox at ``url``, at first what it received from ``since`` on.

        Without ``since`` the whole archive is read.  ``overlap`` is how late the archive may
        learn of a mail.
        """
        self._name = name
        self._url = url.rstrip("/") + "/"
        self._since = max(0, int(since.timestamp())) if since else 0
        self._limits = limits
        self._overlap = int(overlap.total_seconds())

    @property
    def name(self) -> str:
        """The name that the configuration gives this source."""
        return self._name

    def fetch(self, cursor: str | None) -> Iterator[Batch]:
        """Yield what the archive received after ``cursor``.

        The windows come oldest first, the messages of one window newest first.  Raises
        ``SourceError``.
        """
        start, read = self._since, set[str]()
        if cursor is not None:
            values = read_cursor(_KIND, cursor)
            start, read = whole_number(values.get("start")), set(texts(values.get("read")))
        with requests.Session() as session:
            session.max_redirects = 5
            session.headers["User-Agent"] = f"weighbridge/{__version__}"
            try:
                yield from self._windows(session, start, read)
            except requests.RequestException as error:
                raise SourceError(f"{self._url}: {_said(error)}") from error
            except (zlib.error, EOFError) as error:
                raise SourceError(f"{self._url}: the answer is damaged or cut") from error

    def _windows(self, session: requests.Session, start: int, read: set[str]) -> Iterator[Batch]:
        """Search closed windows up to a week ago, then all that follows."""
        progress = Progress(_KIND, start, self._overlap, read)
        length = _FIRST_WINDOW
        now = self._clock(session) if start < time.time() - _FIRST_WINDOW else start
        while start + length < now - _FIRST_WINDOW:
            search = Search(start, start + length - 1)
            yield from self._search(session, search, progress)
            start += length
            if len(search.found) < _FEW:
                length = min(4 * length, _LONGEST_WINDOW)
            elif len(search.found) > _MANY:
                length = max(length // 2, _DAY)
        yield from self._search(session, Search(start, None), progress)

    def _clock(self, session: requests.Session) -> int:
        with session.head(self._url, timeout=_TIMEOUT) as answer:
            return _date_of(answer)

    def _search(
        self, session: requests.Session, search: Search, progress: Progress
    ) -> Iterator[Batch]:
        end = "" if search.end is None else str(search.end)
        query = {"q": f"rt:{search.start}..{end}", "x": "m"}
        builder = BatchBuilder()
        known = progress.read
        with session.post(self._url, params=query, timeout=_TIMEOUT, stream=True) as answer:
            search.now = _date_of(answer)
            for entry in self._entries(answer):
                self._take(entry, search, known, builder)
                if builder.full:
                    yield builder.take(progress.cursor_within(search))
        progress.finish(search)
        if not builder.empty:
            yield builder.take(progress.cursor())

    def _entries(self, answer: requests.Response) -> Iterator[MboxEntry]:
        if answer.status_code == requests.codes.not_found:
            if _NONE_FOUND in next(answer.iter_content(_PIECE), b""):
                return
            raise SourceError(f"{self._url}: there is no public-inbox archive at this address")
        if answer.status_code != requests.codes.ok:
            raise SourceError(f"{self._url}: the archive answered {answer.status_code}")
        if "gzip" not in answer.headers.get("Content-Type", ""):
            raise SourceError(
                f"{self._url}: the archive answered without an mbox; is it searchable?"
            )
        stream = BufferedReader(PieceStream(expanded(answer.iter_content(_PIECE))), _PIECE)
        yield from read_mbox(cast("BinaryIO", stream), self._limits)

    def _take(
        self, entry: MboxEntry, search: Search, known: set[str], builder: BatchBuilder
    ) -> None:
        header = entry.content[: self._limits.header_bytes].split(b"\n\n", 1)[0]
        mark = hashlib.sha256(entry.content or str(entry.start).encode()).hexdigest()[:16]
        search.newest = max(search.newest, min(_received(header), search.now))
        if mark in search.found:
            return
        search.found.add(mark)
        if mark in known:
            return
        location = self._location(header)
        if entry.too_long:
            builder.skip(location, f"longer than {self._limits.message_bytes} bytes")
        elif entry.envelope:
            builder.add(RawMessage(entry.content, location))

    def _location(self, header: bytes) -> str:
        found = _MESSAGE_ID.search(header)
        return self._url + (quote(found[1], safe="@") + "/" if found else "")


def _received(header: bytes) -> int:
    """Return when a mail was received, as public-inbox sees it: Received, else Date."""
    for pattern in (_RECEIVED, _DATE):
        if found := pattern.search(header):
            with suppress(ValueError, TypeError, OverflowError, IndexError):
                date = parsedate_to_datetime(found[1].decode("ascii", "replace").strip())
                return max(0, int(date.timestamp()))
    return 0


def _date_of(answer: requests.Response) -> int:
    """Return the server's clock in seconds since the epoch, ours where it does not tell."""
    with suppress(ValueError, TypeError):
        return int(parsedate_to_datetime(answer.headers.get("Date", "")).timestamp())
    return int(time.time())


def _said(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "the archive did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the archive's certificate was not accepted"
    if isinstance(error, requests.ConnectionError):
        return "the archive cannot be reached"
    return f"the archive cannot be read ({type(error).__name__})"
