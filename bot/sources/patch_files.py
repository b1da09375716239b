# SPDX-License-Identifier: GPL-3.0-or-later
"""Patch files of ``git format-patch``: mails that were never sent and have no Message-ID.

Nothing in such files ties a series together but the place where they lie, and each has the
author of its commit.  So those of one place are given Message-IDs as ``git format-patch
--thread`` would have written them, which name the run.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.interface import RawMessage
from bot.sources.unreadable import Found

_COMMIT = re.compile(rb"\AFrom ([0-9a-f]{40,64}) [A-Z][a-z]{2} ")
_HAS_ID = re.compile(rb"^message-id:", re.IGNORECASE | re.MULTILINE)
_NUMBERED = re.compile(
    rb"^Subject:\s{0,5}\[([^\]\n]{0,100}?)(\d{1,4})/(\d{1,4})([^\]\n]{0,50})\]", re.MULTILINE
)
_HEADER_BYTES = 20_000
_TIME = "0000000000"
_Number = tuple[bytes, bytes, bytes]
"""What else stands in the subject's bracket, the total, and the index."""


def with_series_ids(found: Iterable[Found], place: str) -> Iterator[Found]:
    """Give the numbered patch files without Message-ID among ``found`` such as name one run.

    Where a number stands twice (two series in one folder) nobody can tell which belongs to
    which, and they are left as they are.  Such files come last, since all must be seen before;
    everything else passes through as it comes.
    """
    held: list[tuple[RawMessage, _Number]] = []
    for one in found:
        if isinstance(one, RawMessage) and (number := _number(one.content)):
            held.append((one, number))
        else:
            yield one
    count = Counter(number for _, number in held)
    twice = {number[:2] for number, times in count.items() if times > 1}
    run = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:20]
    for message, number in held:
        if number[:2] in twice:
            yield message
        else:
            yield RawMessage(_with_id(message.content, run, number[2]), message.location)


def files_of_series(file: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[Path, ...]:
    """Return the patch files beside ``file`` that its subject says it is one series with.

    In the order of their numbers, ``file`` among them; it alone where it has no number, where a
    number stands twice (of two series), or where the folder cannot be read.
    """
    number = _place(_beginning(file))
    if number is None:
        return (file,)
    found: dict[bytes, Path] = {}
    for path in islice(_beside(file), limits.series_members):
        other = _place(_beginning(path))
        if other is None or other[:2] != number[:2]:
            continue
        if other[2] in found:
            return (file,)
        found[other[2]] = path
    if file not in found.values():
        return (file,)
    return tuple(path for _, path in sorted(found.items(), key=lambda item: int(item[0] or 0)))


def _beside(file: Path) -> Iterator[Path]:
    try:
        paths = sorted(file.parent.iterdir())
    except OSError:
        return
    yield from (path for path in paths if path.suffix == file.suffix and path.is_file())


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as content:
            return content.read(_HEADER_BYTES)
    except OSError:
        return b""


def _number(content: bytes) -> _Number | None:
    """Return what a patch file that has no Message-ID says of its place in a series, else None."""
    return None if _HAS_ID.search(_header(content)) else _place(content)


def _header(content: bytes) -> bytes:
    return content[:_HEADER_BYTES].split(b"\n\n", 1)[0]


def _place(content: bytes) -> _Number | None:
    """Return what a patch file says of its place in a series, None where it says nothing."""
    found = _NUMBERED.search(_header(content)) if _COMMIT.match(content) else None
    if not found:
        return None
    return found[1].strip() + found[4].strip(), found[3].lstrip(b"0"), found[2].lstrip(b"0")


def _with_id(content: bytes, run: str, index: bytes) -> bytes:
    found = _COMMIT.match(content)
    envelope, _, rest = content.partition(b"\n")
    # The cover letter (index 0, its zeros are stripped) bears the last patch's commit.
    name = found[1].decode() if found and index else "cover"
    message_id = f"Message-ID: <{name}.{_TIME}.git.{run}@patch-files.invalid>\n"
    return envelope + b"\n" + message_id.encode() + rest
