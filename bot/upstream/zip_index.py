# SPDX-License-Identifier: GPL-3.0-or-later
"""What a zip holds, by its central directory: the last bytes of the file, and nothing else of it.

The directory names each file with its size unpacked (PKWARE's APPNOTE.TXT, 4.3.12 and 4.3.16;
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).  It is a stranger's word, good enough
for saying how large something is.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any

from bot.upstream.asking import Asker, Question
from bot.upstream.client import Answer
from bot.upstream.facts import Fact
from bot.upstream.weights_files import formats_of

TAIL = 128 * 1024
"""Bytes asked for: a directory of about a thousand files."""
_RANGE = re.compile(r"bytes ([0-9]{1,19})-[0-9]{1,19}/([0-9]{1,19})")
_END = b"PK\x05\x06"
_END_FORMAT = struct.Struct("<4s4H2LH")
_ENTRY = b"PK\x01\x02"
_ENTRY_FORMAT = struct.Struct("<4s6H3L5H2L")
_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class ZipIndex:
    """The sum of a zip's files unpacked, and the weights formats among them."""

    unpacked_size: Fact[int]
    formats: tuple[str, ...]


def zip_index(ask: Asker, url: str, immutable: bool = False) -> ZipIndex:
    """Return what the zip at ``url`` holds, as far as its directory is to be had."""
    question = Question(url, _distil, immutable, accept="application/zip", last_bytes=TAIL)
    fact = ask.ask(question)
    value = fact.value or {}
    size: Fact[int] = Fact(value.get("unpacked"), fact.source, fact.learnt_at, fact.reason)
    return ZipIndex(size, tuple(value.get("formats") or ()))


def _distil(answer: Answer) -> dict[str, Any]:
    start = 0
    if answer.status == 206:
        told = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        if told is None:
            raise ValueError("no range")
        start = int(told[1])
    files = read_directory(answer.body, start)
    return {
        "unpacked": sum(size for _name, size in files),
        "formats": list(formats_of(name for name, _size in files)),
    }


def read_directory(tail: bytes, start: int) -> list[tuple[str, int]]:
    """Return (name, unpacked size) of each file; ``tail`` begins at byte ``start`` of the zip.

    Raises ``ValueError`` where the directory is not whole in ``tail``, or is ZIP64.
    """
    end = tail.rfind(_END)
    if end < 0 or end + _END_FORMAT.size > len(tail):
        raise ValueError("no end of a zip")
    _, _, _, _, count, size, offset, _ = _END_FORMAT.unpack_from(tail, end)
    place = offset - start
    if _ZIP64 in (size, offset) or place < 0 or place + size > end:
        raise ValueError("the directory is not in the part that was read")
    found: list[tuple[str, int]] = []
    while len(found) < count and place + _ENTRY_FORMAT.size <= end:
        entry = _ENTRY_FORMAT.unpack_from(tail, place)
        unpacked, lengths = entry[9], entry[10:13]
        if entry[0] != _ENTRY or unpacked == _ZIP64:
            raise ValueError("no entry of a plain zip")
        name = tail[place + _ENTRY_FORMAT.size :][: lengths[0]]
        found.append((name.decode("utf-8", "replace"), unpacked))
        place += _ENTRY_FORMAT.size + sum(lengths)
    if len(found) != count:
        raise ValueError("the directory ends early")
    return found
