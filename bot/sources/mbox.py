# SPDX-License-Identifier: GPL-3.0-or-later
"""An mbox file as a source, gzip too, while others append to it.

The cursor is an offset (into the decompressed bytes) and a digest of the bytes in front of it:
where those differ, the file was rewritten (a mail deleted, the file rotated) and is read from
the beginning; the Message-IDs tell downstream what is known already.
"""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.batches import BatchBuilder
from bot.sources.cursor import read_cursor, whole_number, write_cursor
from bot.sources.interface import Batch, RawMessage, SourceError
from bot.sources.mbox_format import MboxEntry, read_mbox

_KIND = "mbox"
_CHECKED = 4_096
_GZIP = b"\x1f\x8b"


class MboxSource:
    """Reads the messages of one mbox file in the order of the file."""

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
        """Yield what was appended after ``cursor``.  Raises ``SourceError``."""
        try:
            with self._path.open("rb") as file:
                if _locked(file):
                    yield from self._read(file, cursor)
        except FileNotFoundError as error:
            raise SourceError(f"{self._path}: there is no such file") from error
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{self._path}: {_reason(error)}") from error

    def _read(self, file: BinaryIO, cursor: str | None) -> Iterator[Batch]:
        values = read_cursor(_KIND, cursor) if cursor else {}
        stamp = _stamp(file)
        compressed = file.read(2) == _GZIP
        file.seek(0)
        if compressed and values.get("stamp") == stamp:
            return  # nothing is decompressed in vain
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if compressed else file
        start = _known_offset(stream, values)
        if stream.tell() != start:
            stream.seek(start)
        builder = BatchBuilder()
        last = ""
        for entry in read_mbox(stream, self._limits):
            self._take(entry, start, builder)
            last = _cursor(start, entry, stamp)
            if builder.full:
                yield builder.take(_cursor(start, entry, []))
        if not builder.empty or (compressed and last):
            yield builder.take(last)

    def _take(self, entry: MboxEntry, start: int, builder: BatchBuilder) -> None:
        location = f"{self._path}:{start + entry.start}"
        if entry.too_long:
            builder.skip(location, f"longer than {self._limits.message_bytes} bytes")
        elif entry.envelope:
            builder.add(RawMessage(entry.content, location))
        elif entry.content.strip():
            builder.skip(location, "no message: there is no mbox `From ` line in front of it")


def _locked(file: BinaryIO) -> bool:
    """Take the lock that delivery agents take; False while one of them writes.

    The next poll then reads what is whole.  A file system without locks is read as it is.
    """
    try:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    return True


def _known_offset(stream: BinaryIO, values: Mapping[str, object]) -> int:
    """Return the offset of the cursor, or 0 where the bytes in front of it have changed."""
    if not values:
        return 0
    offset, length = whole_number(values.get("offset")), whole_number(values.get("length"))
    stream.seek(max(0, offset - length))
    known = stream.read(min(length, _CHECKED))
    return offset if _digest(known) == values.get("digest") else 0


def _cursor(start: int, entry: MboxEntry, stamp: list[int]) -> str:
    values = {
        "offset": start + entry.end,
        "length": len(entry.tail),
        "digest": _digest(entry.tail),
        "stamp": stamp,
    }
    return write_cursor(_KIND, values)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _stamp(file: BinaryIO) -> list[int]:
    """Return what changes with a file: its number, size and time of modification."""
    status = os.fstat(file.fileno())
    return [status.st_ino, status.st_size, status.st_mtime_ns]


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"the gzip data is damaged or cut ({error})"
