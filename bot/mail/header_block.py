# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of a mail as bytes, read within bounds before any parser sees the mail.

The rules are those of RFC 5322 section 2.2 and, where a mail breaks them, of Python's feed
parser, so that both see the same header end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.limits import Limits
from bot.mail.errors import MessageError

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"\A(?:[ \t]*\r?\n)+")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_ENVELOPE = (b"From ", b">From ")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields of one header, unfolded, and where the body begins."""

    fields: tuple[tuple[str, bytes], ...]
    """(name in lower case, value without line ends) in the order of the mail."""
    body_start: int
    """Offset of the first byte of the body."""
    truncated: tuple[str, ...]
    """Names of fields that were cut because their value was too long."""
    values: Mapping[str, tuple[bytes, ...]]
    """The same values by name: some thirty names are asked for in every mail."""

    def first(self, name: str) -> str:
        """Return the first value of the field ``name`` (lower case) as text, "" if absent."""
        found = self.values.get(name)
        return found[0].decode("utf-8", "replace").strip() if found else ""

    def every(self, name: str) -> list[str]:
        """Return all values of the field ``name`` (lower case)."""
        return [value.decode("utf-8", "replace").strip() for value in self.values.get(name, ())]

    def repeated(self, names: frozenset[str]) -> list[str]:
        """Return those of ``names`` that stand more than once."""
        return sorted(name for name in names if len(self.values.get(name, ())) > 1)


def leading_blank(raw: bytes) -> int:
    """Return how many bytes of blank lines precede the first header."""
    found = _BLANK.match(raw[:1000])
    return found.end() if found else 0


def read_header(raw: bytes, limits: Limits, start: int = 0, end: int | None = None) -> HeaderBlock:
    """Read the header that begins at ``start``.

    Raises ``MessageError`` where it has more bytes or fields than ``limits`` allow.
    """
    stop = len(raw) if end is None else end
    fast = _well_formed(raw, start, stop, limits)
    return fast if fast is not None else _by_line(raw, start, stop, limits)


def _well_formed(raw: bytes, start: int, stop: int, limits: Limits) -> HeaderBlock | None:
    """Read a header that has no line out of place; None for others, which are read by line."""
    reach = min(stop, start + limits.header_bytes)
    found = _HEADER_END.search(raw, start, reach)
    if not found:
        return None
    block = raw[start : found.start()]
    chunks = _FIELD_END.split(block)
    if len(chunks) > limits.header_count or b"\r\r" in block:
        return None
    fields: list[tuple[str, list[bytes]]] = []
    for chunk in chunks:
        field = _FIELD.match(chunk)
        if not field:
            return None
        fields.append(
            (field[1].decode("ascii").lower(), [field[2].replace(b"\r\n", b"").replace(b"\n", b"")])
        )
    return _finished(fields, found.end(), limits)


def _by_line(raw: bytes, start: int, stop: int, limits: Limits) -> HeaderBlock:
    fields: list[tuple[str, list[bytes]]] = []
    position = start
    while position < stop:
        if position - start > limits.header_bytes:
            raise MessageError(f"the header is longer than {limits.header_bytes} bytes")
        line, after = _line(raw, position, stop, limits)
        if not line:
            position = after
            break
        if not _take(line, fields):
            break
        if len(fields) > limits.header_count:
            raise MessageError(f"the header has more than {limits.header_count} fields")
        position = after
    return _finished(fields, position, limits)


def _line(raw: bytes, position: int, stop: int, limits: Limits) -> tuple[bytes, int]:
    """Return the line at ``position`` without its end, and the offset behind it."""
    reach = min(stop, position + limits.header_bytes + 1)
    newline = raw.find(b"\n", position, reach)
    if newline < 0 and reach < stop:
        raise MessageError(f"a header line is longer than {limits.header_bytes} bytes")
    after = stop if newline < 0 else newline + 1
    return raw[position:after].rstrip(b"\r\n"), after


def _take(line: bytes, fields: list[tuple[str, list[bytes]]]) -> bool:
    """Add one line to ``fields``; False where it is none of a header."""
    if line[:1] in (b" ", b"\t"):
        if fields:
            fields[-1][1].append(line)
        return True
    if line.startswith(_ENVELOPE) and not fields:
        return True
    found = _FIELD.match(line)
    if not found:
        return False
    fields.append((found[1].decode("ascii").lower(), [found[2]]))
    return True


def _finished(fields: list[tuple[str, list[bytes]]], body: int, limits: Limits) -> HeaderBlock:
    """Unfold the fields and cut those that are too long."""
    done: list[tuple[str, bytes]] = []
    cut: list[str] = []
    for name, pieces in fields:
        value = b"".join(pieces).replace(b"\r", b" ").replace(b"\0", b"")
        if len(value) > limits.header_line_bytes:
            cut.append(name)
            value = value[: limits.header_line_bytes]
        done.append((name, value.strip()))
    values: dict[str, tuple[bytes, ...]] = {}
    for name, value in done:
        values[name] = (*values.get(name, ()), value)
    return HeaderBlock(tuple(done), body, tuple(dict.fromkeys(cut)), values)
