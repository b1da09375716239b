# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a person hands to ``weighbridge check``: mails, patches and folders of them."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from io import BufferedReader
from itertools import chain, groupby, islice
from pathlib import Path
from typing import BinaryIO, cast

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.bare_diff import diff_as_mail
from bot.sources.gzip_stream import PieceStream, expanded
from bot.sources.interface import RawMessage, SourceError
from bot.sources.maildir import scan_maildir
from bot.sources.mbox_format import MboxEntry, is_envelope, read_mbox
from bot.sources.patch_files import with_series_ids
from bot.sources.saved_mail import unwrapped
from bot.sources.sniffing import is_diff, is_mail
from bot.sources.unreadable import Found, UnreadableInput

_GZIP = b"\x1f\x8b"
_PIECE = 65_536
_PATCH_NAMES = (".patch", ".diff", ".eml", ".emlx", ".mbox", ".mbx", ".gz")
STANDARD_INPUT = "-"


def read_paths(
    paths: Iterable[str | Path],
    limits: Limits = DEFAULT_LIMITS,
    standard_input: BinaryIO | None = None,
) -> Iterator[Found]:
    """Yield the mails that ``paths`` hold, and what could not be read in its place.

    A path is a mail, the output of ``git format-patch``, a bare diff, an mbox (each gzipped
    too), a Maildir, a folder of these, or ``-`` for standard input.  A bare diff becomes a mail
    without sender (see ``diff_as_mail``); patch files without Message-ID that lie in one folder
    or one mbox are given such as make them one series (see ``with_series_ids``), also where they
    are named one by one (``outgoing/*.patch``).  In a folder, a file that is neither mail nor
    patch is passed over in silence unless its name says that it is one.  Never raises for what
    is found.
    """
    for (kind, place), named in groupby(map(str, paths), _kind_and_place):
        if kind is _Kind.STREAM:
            found = read_stream("standard input", standard_input or sys.stdin.buffer, limits)
            yield from with_series_ids(found, STANDARD_INPUT)
        elif kind is _Kind.FOLDER:
            for path in named:
                yield from _read_folder(Path(path), limits)
        else:
            yield from read_files(map(Path, named), place, limits)


def read_files(
    files: Iterable[Path], place: str, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Found]:
    """Yield what ``files`` hold; patch files without Message-ID among them are of one ``place``.

    An mbox is a place of its own.
    """
    yield from with_series_ids(chain.from_iterable(_of_file(path, limits) for path in files), place)


class _Kind(Enum):
    STREAM = auto()
    FOLDER = auto()
    FILE = auto()


def _kind_and_place(path: str) -> tuple[_Kind, str]:
    """Return what ``path`` names; for a file with the folder that it lies in."""
    if path == STANDARD_INPUT:
        return _Kind.STREAM, ""
    if Path(path).is_dir():
        return _Kind.FOLDER, ""
    return _Kind.FILE, str(Path(path).absolute().parent)


def _of_file(path: Path, limits: Limits) -> Iterator[Found]:
    found = _read_file(path, limits)
    beginning = list(islice(found, 2))
    if len(beginning) < 2:
        yield from beginning
    else:
        yield from with_series_ids(chain(beginning, found), str(path.absolute()))


def _read_maildir(path: Path, limits: Limits) -> Iterator[Found]:
    try:
        arrivals = sorted(scan_maildir(path))
    except SourceError as error:
        yield UnreadableInput(str(path), str(error))
        return
    for arrival in arrivals:
        yield from _read_file(arrival.path, limits)


def _read_folder(path: Path, limits: Limits) -> Iterator[Found]:
    """Read a folder's files in the order of their names, then its folders; or a Maildir."""
    if (path / "cur").is_dir() and (path / "new").is_dir():
        yield from _read_maildir(path, limits)
        return
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        yield UnreadableInput(str(path), error.strerror or "cannot be read")
        return
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    files = (_of_folder(entry, limits) for entry in visible if entry.is_file())
    yield from with_series_ids(chain.from_iterable(files), str(path.absolute()))
    for entry in visible:
        if entry.is_dir() and not entry.is_symlink():
            yield from _read_folder(entry, limits)


def _of_folder(path: Path, limits: Limits) -> Iterator[Found]:
    named_so = path.name.lower().endswith(_PATCH_NAMES)
    for one in _of_file(path, limits):
        if isinstance(one, RawMessage) or named_so:
            yield one


def _read_file(path: Path, limits: Limits) -> Iterator[Found]:
    try:
        with path.open("rb") as file:
            yield from read_stream(str(path), file, limits)
    except FileNotFoundError:
        yield UnreadableInput(str(path), "there is no such file")
    except OSError as error:
        yield UnreadableInput(str(path), error.strerror or "it cannot be read")


def read_stream(location: str, stream: BinaryIO, limits: Limits) -> Iterator[Found]:
    """Yield the mails of one open file, whatever its form, or why it cannot be read."""
    first = stream.read(_PIECE)
    pieces = chain([first] if first else [], iter(lambda: stream.read(_PIECE), b""))
    try:
        if first.startswith(_GZIP):
            unpacked = expanded(pieces)
            first = next(unpacked, b"")
            pieces = chain([first] if first else [], unpacked)
        yield from _read_plain(location, first, pieces, limits)
    except (zlib.error, EOFError):
        yield UnreadableInput(location, "the gzip data is damaged or cut")


def _read_plain(
    location: str, first: bytes, pieces: Iterable[bytes], limits: Limits
) -> Iterator[Found]:
    if is_envelope(first.split(b"\n", 1)[0]):
        yield from _read_mbox(location, pieces, limits)
        return
    content = _whole(pieces, limits)
    if content is None:
        yield UnreadableInput(location, f"it is longer than {limits.message_bytes} bytes")
        return
    content = unwrapped(content)
    if not content.strip():
        yield UnreadableInput(location, "it is empty")
    elif is_mail(content):
        yield RawMessage(content, location)
    elif is_diff(content):
        yield RawMessage(diff_as_mail(content, location), location)
    else:
        yield UnreadableInput(location, "it is neither a mail nor a patch")


def _whole(pieces: Iterable[bytes], limits: Limits) -> bytes | None:
    """Join ``pieces``; None where they are more than a mail may be."""
    gathered: list[bytes] = []
    length = 0
    for piece in pieces:
        gathered.append(piece)
        length += len(piece)
        if length > limits.message_bytes:
            return None
    return b"".join(gathered)


def _read_mbox(location: str, pieces: Iterable[bytes], limits: Limits) -> Iterator[Found]:
    stream = BufferedReader(PieceStream(pieces), _PIECE)
    for number, entry in enumerate(read_mbox(cast("BinaryIO", stream), limits), start=1):
        yield _of_mbox(entry, f"{location}:{number}", limits)


def _of_mbox(entry: MboxEntry, location: str, limits: Limits) -> Found:
    if entry.too_long:
        return UnreadableInput(location, f"it is longer than {limits.message_bytes} bytes")
    # The envelope line stays: git writes the commit into it.
    return RawMessage(entry.envelope + b"\n" + entry.content, location)
