# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of a mail as bytes, read within bounds before any parser sees the mail.

The rules are those of RFC 5322 section 2.2 and, where a mail breaks them, of Python's feed
parser, so that both see the same header end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.limits import Limits
from bot.mail.errors import MessageError

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)", re.DOTALL)
_NAME = re.compile(r"[\x21-\x39\x3b-\x7e]+")
_FIELD_END = re.compile(r"\n(?![ \t])")
_HEADER_END = re.compile(rb"\n\r?\n")
_BLANK = re.compile(rb"\A(?:[ \t]*\r?\n)+")
_known_names: dict[str, str] = {}
"""As written, to lower case: the same fifty names stand in every mail of a list."""
_MOST_KNOWN = 2_000
_USUAL_NAME = 60
_ENVELOPE = (b"From ", b">From ")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields of one header, unfolded, and where the body begins."""

    values: Mapping[str, Sequence[str]]
    """Name in lower case to the values, both in the order of the mail; without line ends, and with
    surrogate escapes (PEP 383) where bytes are no UTF-8."""
    body_start: int
    """Offset of the first byte of the body."""
    truncated: tuple[str, ...] = ()
    """Names of fields that were cut because their value was too long."""

    def first(self, name: str) -> str:
        """Return the first value of the field ``name`` (lower case) as text, "" if absent."""
        found = self.values.get(name)
        if not found:
            return ""
        value = found[0]
        return value.strip() if value.isascii() else _text(value)

    def every(self, name: str) -> list[str]:
        """Return all values of the field ``name`` (lower case)."""
        found = self.values.get(name)
        return [_text(value) for value in found] if found else []

    def octets(self, name: str) -> bytes | None:
        """Return the first value of the field ``name`` (lower case) as it stands in the mail."""
        found = self.values.get(name)
        return found[0].encode("utf-8", "surrogateescape").strip() if found else None

    def repeated(self, names: frozenset[str]) -> list[str]:
        """Return those of ``names`` that stand more than once."""
        values = self.values
        return sorted(name for name in names if name in values and len(values[name]) > 1)


def _text(value: str) -> str:
    if not value.isascii():
        value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value.strip()


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
    """Read a header that has nothing out of place; None for others, which are read by line."""
    end = _HEADER_END.search(raw, start, min(stop, start + limits.header_bytes))
    if end is None or end.start() - start > limits.header_line_bytes:
        return None
    block = raw[start : end.start()]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
    if b"\r" in block or b"\0" in block:
        return None
    fields = _FIELD_END.split(block.decode("utf-8", "surrogateescape"))
    if len(fields) > limits.header_count:
        return None
    values: dict[str, list[str]] = {}
    for field in fields:
        written, colon, value = field.partition(":")
        name = _known_names.get(written) or _name(written)
        if not name or not colon:
            return None
        if "\n" in value:
            value = value.replace("\n", "")
        if name in values:
            values[name].append(value)
        else:
            values[name] = [value]
    return HeaderBlock(values, end.end())


def _name(written: str) -> str:
    """Return a field's name in lower case, "" where it is none."""
    stripped = written.rstrip(" \t")
    name = stripped.lower() if _NAME.fullmatch(stripped) else ""
    if name and len(_known_names) < _MOST_KNOWN and len(written) <= _USUAL_NAME:
        _known_names[written] = name
    return name


def read_fields(raw: bytes, limits: Limits) -> tuple[tuple[str, bytes], ...]:
    """Return (name in lower case, value) of all fields of a mail, in their order.

    The values are unfolded and otherwise as they stand.  For who must know which field stands above
    which; raises ``MessageError`` as ``read_header`` does.
    """
    fields, _ = _fields(raw, 0, len(raw), limits)
    return tuple((name, value.strip()) for name, value in fields)


def _by_line(raw: bytes, start: int, stop: int, limits: Limits) -> HeaderBlock:
    fields, position = _fields(raw, start, stop, limits)
    return _finished(fields, position, limits)


def _fields(
    raw: bytes, start: int, stop: int, limits: Limits
) -> tuple[list[tuple[str, bytes]], int]:
    """Return the fields, and where the body begins."""
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
    return [(name, b"".join(pieces)) for name, pieces in fields], position


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
    cut: list[str] = []
    values: dict[str, list[str]] = {}
    for name, unfolded in fields:
        value = unfolded.replace(b"\r", b" ").replace(b"\0", b"")
        if len(value) > limits.header_line_bytes:
            cut.append(name)
            value = value[: limits.header_line_bytes]
        values.setdefault(name, []).append(value.decode("utf-8", "surrogateescape"))
    return HeaderBlock(values, body, tuple(dict.fromkeys(cut)))
