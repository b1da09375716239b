# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of a mail as bytes, read within bounds before any parser sees the mail.

The rules are those of RFC 5322 section 2.2 and, where a mail breaks them, of Python's feed
parser, so that both see the same header end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.limits import Limits
from bot.mail.errors import MessageError

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)", re.DOTALL)
_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]+")
_USUAL_NAME = 60
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
    fields: list[tuple[str, bytes]] = []
    for chunk in chunks:
        written, colon, value = chunk.partition(b":")
        name = _known_name(written) if len(written) <= _USUAL_NAME else _name(written)
        if not colon or name is None:
            return None
        fields.append((name, value.replace(b"\r\n", b"").replace(b"\n", b"")))
    return _finished(fields, found.end(), limits)


def _name(written: bytes) -> str | None:
    """Return a field's name in lower case, None where it is none."""
    name = written.rstrip(b" \t")
    return name.decode("ascii").lower() if _NAME.fullmatch(name) else None


_known_name = lru_cache(maxsize=2_000)(_name)
"""The same fifty names stand in every mail of a list."""


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
    return _finished([(name, b"".join(pieces)) for name, pieces in fields], position, limits)


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


def _finished(fields: list[tuple[str, bytes]], body: int, limits: Limits) -> HeaderBlock:
    """Clean the unfolded fields and cut those that are too long."""
    done: list[tuple[str, bytes]] = []
    cut: list[str] = []
    values: dict[str, tuple[bytes, ...]] = {}
    for name, unfolded in fields:
        value = unfolded
        if b"\r" in value or b"\0" in value:
            value = value.replace(b"\r", b" ").replace(b"\0", b"")
        if len(value) > limits.header_line_bytes:
            cut.append(name)
            value = value[: limits.header_line_bytes]
        value = value.strip()
        done.append((name, value))
        values[name] = (*values[name], value) if name in values else (value,)
    return HeaderBlock(tuple(done), body, tuple(dict.fromkeys(cut)), values)
