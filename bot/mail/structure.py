# SPDX-License-Identifier: GPL-3.0-or-later
"""The MIME parts of a mail, found on bytes and within bounds (RFC 2046 section 5.1).

Python's feed parser recurses into multiparts and tests each line against every open boundary,
so a mail goes to it only after this walk, which keeps a stack of its own, has found neither
too many parts nor too deep a nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.limits import Limits
from bot.mail.errors import MessageError
from bot.mail.header_block import HeaderBlock, leading_blank, read_header

_BOUNDARY = re.compile(
    r'(?:^|[;\s])boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE
)
_COMPOSED = ("multipart/", "message/")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail that holds no further parts."""

    header: HeaderBlock
    start: int
    end: int
    """Its content is ``raw[start:end]``, transfer encoding still on it."""
    enclosed: bool = False
    """It is part of another mail that this one encloses."""

    @property
    def content_type(self) -> str:
        """``text/x-patch`` and the like, in lower case; ``text/plain`` where nothing is said."""
        value = self.header.first("content-type").split(";", 1)[0].strip().lower()
        return value if value.count("/") == 1 else "text/plain"

    @property
    def transfer_encoding(self) -> str:
        """``base64``, ``quoted-printable``, ``8bit`` …, in lower case."""
        return self.header.first("content-transfer-encoding").strip().lower()


@dataclass(frozen=True, slots=True)
class Structure:
    """The header of a mail and its leaf parts."""

    header: HeaderBlock
    parts: tuple[Part, ...]


def read_structure(raw: bytes, limits: Limits) -> Structure:
    """Find the header and the parts of ``raw``.

    Raises ``MessageError`` for a mail past ``limits``.
    """
    if len(raw) > limits.message_bytes:
        raise MessageError(f"the mail is longer than {limits.message_bytes} bytes")
    if len(raw) > limits.message_lines < raw.count(b"\n"):
        raise MessageError(f"the mail has more than {limits.message_lines} lines")
    header = read_header(raw, limits, leading_blank(raw))
    if not header.values:
        raise MessageError("there is no mail header")
    return Structure(header, tuple(_leaves(raw, header, limits)))


def boundary_of(header: HeaderBlock) -> bytes | None:
    """Return the boundary that a multipart's Content-Type declares, None for other types."""
    value = header.first("content-type")
    if not value.lower().lstrip().startswith("multipart/"):
        return None
    found = _BOUNDARY.search(value)
    if not found:
        return None
    quoted = found[1]
    text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found[2]
    return text.rstrip().encode("utf-8", "replace") or None


def child_spans(raw: bytes, part: Part, limits: Limits) -> list[tuple[int, int]] | None:
    """Return where the parts inside ``part`` stand, each with its own header; None for a leaf.

    The line end in front of a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
    """
    if part.content_type == "message/rfc822":
        return [(part.start, part.end)]
    boundary = boundary_of(part.header)
    if boundary is None:
        return None
    return _split(raw, boundary, part.start, part.end, limits)


def _leaves(raw: bytes, header: HeaderBlock, limits: Limits) -> list[Part]:
    """Walk the parts depth first, with a stack instead of recursion."""
    whole = Part(header, header.body_start, len(raw))
    if not header.first("content-type").lower().startswith(_COMPOSED):
        return [whole]  # as nearly all
    leaves: list[Part] = []
    waiting = [(whole, 1)]
    seen = 1
    while waiting:
        part, depth = waiting.pop()
        spans = child_spans(raw, part, limits)
        if spans is None:
            leaves.append(part)
            continue
        seen += len(spans)
        if seen > limits.mime_parts:
            raise MessageError(f"the mail has more than {limits.mime_parts} parts")
        if spans and depth > limits.mime_depth:
            raise MessageError(f"the parts are nested more than {limits.mime_depth} deep")
        enclosed = part.enclosed or _is_enclosed_mail(part)
        for start, end in reversed(spans):
            child = read_header(raw, limits, start, end)
            waiting.append((Part(child, child.body_start, end, enclosed), depth + 1))
    return leaves


def _is_enclosed_mail(part: Part) -> bool:
    return part.content_type.startswith("message/")


def _split(
    raw: bytes, boundary: bytes, start: int, end: int, limits: Limits
) -> list[tuple[int, int]]:
    """Return the spans between the delimiter lines of ``boundary`` in ``raw[start:end]``."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for begin, after, last in _delimiters(raw, boundary, start, end):
        if opened is not None:
            spans.append((opened, max(opened, _before_newline(raw, opened, begin))))
            if len(spans) > limits.mime_parts:
                raise MessageError(f"the mail has more than {limits.mime_parts} parts")
        opened = None if last else after
        if last:
            break
    if opened is not None:
        spans.append((opened, end))
    return spans


def _delimiters(
    raw: bytes, boundary: bytes, start: int, end: int
) -> Iterator[tuple[int, int, bool]]:
    """Yield (first byte, byte behind the line, whether it closes) of each delimiter line."""
    mark = b"--" + boundary
    position = start if raw.startswith(mark, start, end) else _next_mark(raw, mark, start, end)
    while position >= 0:
        newline = raw.find(b"\n", position, end)
        after = end if newline < 0 else newline + 1
        rest = raw[position + len(mark) : min(after, position + len(mark) + 200)].rstrip()
        if rest in (b"", b"--"):
            yield position, after, rest == b"--"
        position = _next_mark(raw, mark, after - 1, end) if newline >= 0 else -1


def _next_mark(raw: bytes, mark: bytes, start: int, end: int) -> int:
    """Return where the next line that begins with ``mark`` starts, -1 for none."""
    found = raw.find(b"\n" + mark, start, end)
    return found + 1 if found >= 0 else -1


def _before_newline(raw: bytes, start: int, end: int) -> int:
    """Leave out the line end in front of a delimiter: it belongs to the delimiter."""
    if end - 1 >= start and raw[end - 1 : end] == b"\n":
        end -= 1
    if end - 1 >= start and raw[end - 1 : end] == b"\r":
        end -= 1
    return end
