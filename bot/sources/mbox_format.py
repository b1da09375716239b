# SPDX-License-Identifier: GPL-3.0-or-later
"""The mbox format (RFC 4155; mboxo and mboxrd): a stream to its messages, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bot.limits import Limits

# An envelope line has a time and a year behind the sender; prose that begins a paragraph with
# "From " has not.  git writes "From COMMIT Mon Sep 17 00:00:00 2001".
_ENVELOPE = re.compile(rb"From \S.{0,300}?\d{1,2}:\d{2}(?::\d{2})?\s.{0,40}?\d{4}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_PIECE = 65_536
_TAIL = 1_024


@dataclass(frozen=True, slots=True)
class MboxEntry:
    """One message of an mbox stream."""

    start: int
    """Offset of its envelope line, counted from where the stream stood at first."""
    end: int
    """Offset behind its last byte."""
    content: bytes
    """Without the envelope line and with ``>From `` unquoted; empty where it is too long."""
    envelope: bytes
    """The envelope line without its line end; empty for what precedes the first one."""
    tail: bytes = b""
    """Its last bytes as they stand in the file, by which a cursor knows the place again."""
    too_long: bool = False


def is_envelope(line: bytes) -> bool:
    """Say whether ``line`` begins a message of an mbox."""
    return line.startswith(b"From ") and bool(_ENVELOPE.match(line))


def read_mbox(stream: BinaryIO, limits: Limits) -> Iterator[MboxEntry]:
    """Yield the messages of ``stream``, never holding more than one.

    A message longer than ``limits.message_bytes`` comes without its content.  Bytes in front of
    the first envelope line come as an entry without envelope.
    """
    current = _Gathering(0, b"", limits.message_bytes)
    position = 0
    line_start = after_blank = True
    while piece := stream.readline(_PIECE):
        if line_start and after_blank and is_envelope(piece):
            if current.begun:
                yield current.entry(position)
            current = _Gathering(position, piece.rstrip(b"\r\n"), limits.message_bytes)
        else:
            current.add(piece)
        position += len(piece)
        after_blank = line_start and piece in (b"\n", b"\r\n")
        line_start = piece.endswith(b"\n")
    if current.begun:
        yield current.entry(position)


class _Gathering:
    """The message whose lines are being read."""

    def __init__(self, start: int, envelope: bytes, limit: int) -> None:
        self._start = start
        self._envelope = envelope
        self._limit = limit
        self._lines: list[bytes] = []
        self._length = 0

    @property
    def begun(self) -> bool:
        return bool(self._envelope) or self._length > 0

    def add(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length <= self._limit:
            self._lines.append(piece)
        else:
            self._lines.clear()

    def entry(self, end: int) -> MboxEntry:
        if self._length > self._limit:
            return MboxEntry(self._start, end, b"", self._envelope, too_long=True)
        content = b"".join(self._lines)
        tail = content[-_TAIL:]
        if b">From " in content:
            content = _QUOTED_FROM.sub(rb"\1", content)
        if content.endswith(b"\n\n"):  # mbox puts an empty line behind each message
            content = content[:-1]
        return MboxEntry(self._start, end, content, self._envelope, tail)
