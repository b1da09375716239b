# SPDX-License-Identifier: GPL-3.0-or-later
"""The one clear-signed block of a text (RFC 9580 section 7), exactly as it was signed."""

from __future__ import annotations

from bot.trust.armor import SIGNATURE, ArmorError, begin_line, dearmored
from bot.trust.errors import NotProvenError
from bot.trust.signed import Signed

_BEGIN = begin_line("SIGNED MESSAGE")
_BEGIN_SIGNATURE = begin_line(SIGNATURE)
_END_SIGNATURE = b"-----END PGP SIGNATURE-----"


def read_clear_signed(content: bytes) -> Signed | None:
    """Return what is clear-signed in ``content``, a text whose transfer encoding is undone.

    None where nothing claims to be.  What stands before or behind the block is nobody's word, and
    not returned.  Raises ``NotProvenError`` for a block that is not in order or not the only one.
    """
    lines = [line.rstrip(b" \t\r") for line in content.split(b"\n")]
    begins = [number for number, line in enumerate(lines) if line == _BEGIN]
    if not begins:
        return None
    if len(begins) > 1 or lines.count(_BEGIN_SIGNATURE) != 1 or lines.count(_END_SIGNATURE) != 1:
        raise NotProvenError("its clear-signed text is not exactly one block")
    start = _after_headers(lines, begins[0] + 1)
    middle, end = lines.index(_BEGIN_SIGNATURE), lines.index(_END_SIGNATURE)
    if not start <= middle < end:
        raise NotProvenError("its clear-signed text is out of order")
    signed = [_unescaped(line) for line in lines[start:middle]]
    try:
        signature = dearmored(lines[middle : end + 1], SIGNATURE)
    except ArmorError as error:
        raise NotProvenError(
            f"the signature of its clear-signed text is broken: {error}"
        ) from error
    return Signed(b"\r\n".join(signed), signature, _text(signed))


def _after_headers(lines: list[bytes], position: int) -> int:
    """Return where the text begins: behind ``Hash:`` lines, the only ones allowed, and a blank."""
    while position < len(lines) and lines[position].startswith(b"Hash: "):
        position += 1
    if position >= len(lines) or lines[position]:
        raise NotProvenError("its clear-signed text has a header that is not Hash")
    return position + 1


def _unescaped(line: bytes) -> bytes:
    if line.startswith(b"-") and not line.startswith(b"- "):
        raise NotProvenError("a line of its clear-signed text has a dash that is not escaped")
    return line.removeprefix(b"- ")


def _text(lines: list[bytes]) -> str:
    """Decode the text: it is UTF-8, whatever Content-Type, which nobody signed, may say."""
    try:
        return (b"\n".join(lines) + b"\n").decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotProvenError("its clear-signed text is not UTF-8") from error
