# SPDX-License-Identifier: GPL-3.0-or-later
"""Gzip data (RFC 1952) that arrives in pieces, expanded step by step and never held whole."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

_STEP = 65_536


def expanded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the expanded content of gzip ``pieces``, at most 64 KiB at a time.

    Members that follow each other are one.  Raises ``EOFError`` where the data ends in the
    middle and ``zlib.error`` where it is damaged.
    """
    engine = zlib.decompressobj(wbits=31)
    inside = False
    for piece in pieces:
        rest = piece
        while rest:
            if engine.eof:
                engine = zlib.decompressobj(wbits=31)
            inside = True
            if content := engine.decompress(rest, _STEP):
                yield content
            rest = engine.unused_data if engine.eof else engine.unconsumed_tail
    while inside and not engine.eof and (content := engine.decompress(b"", _STEP)):
        yield content
    if inside and not engine.eof:
        raise EOFError("the gzip data ends in the middle")


class PieceStream(io.RawIOBase):
    """What an iterable of pieces yields, as a stream; give it to ``io.BufferedReader``."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Read from ``pieces``, none of them empty."""
        super().__init__()
        self._contents = iter(pieces)
        self._waiting = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill ``buffer`` and return how many bytes were put there; 0 at the end."""
        if not self._waiting:
            self._waiting = next(self._contents, b"")
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count
