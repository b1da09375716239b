# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of a part to text: transfer encoding, charset, format=flowed, line ends.

mail-parser normalises text to NFC and leaves format=flowed and attached patches as they are; a
patch must come out byte for byte, or its blobs no longer hash to what the author saw.
"""

from __future__ import annotations

import binascii
import codecs
import quopri
import re

from mailparser.utils import decode_base64_payload  # type: ignore[import-untyped]

_HUNK = re.compile(r"^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@", re.MULTILINE)
_NOT_STUFFED = re.compile(r"^ (?! |>|From |$)", re.MULTILINE)
_NOT_TEXT = frozenset({"undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})
_ENCODED_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")


def transfer_decoded(payload: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045 section 6), as leniently as mail clients do.

    Truncated or damaged input gives what can be decoded of it; nothing is raised.
    """
    if encoding == "base64":
        return _base64_decoded(payload)
    if encoding == "quoted-printable":
        return quopri.decodestring(payload)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uudecoded(payload)
    return payload


def _base64_decoded(payload: bytes) -> bytes:
    try:
        return binascii.a2b_base64(payload.translate(None, b"\r\n"), strict_mode=True)
    except binascii.Error:
        return bytes(decode_base64_payload(payload.decode("ascii", "ignore")))


def _uudecoded(payload: bytes) -> bytes:
    lines: list[bytes] = []
    for line in _ENCODED_LINE.findall(payload):
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            lines.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(lines)


def charset_decoded(content: bytes, charset: str) -> tuple[str, str]:
    """Decode ``content``; return the text and what was wrong with the charset ("" if nothing).

    A charset that is unknown, no text encoding, or a lie gives way to UTF-8 and then to
    Latin-1, which takes every byte.
    """
    name = charset.strip().strip("'\"").lower()[:60] or "utf-8"
    wrong = ""
    if name not in ("utf-8", "us-ascii", "ascii", "utf8"):
        try:
            text = _decode(content, name)
        except (LookupError, ValueError, TypeError, OverflowError, AttributeError):
            wrong = f"the text is not in the charset {name!r} that it declares"
        else:
            return text, ""
    try:
        return content.decode("utf-8"), wrong
    except UnicodeDecodeError:
        return content.decode("latin-1"), wrong or f"the text is not in the charset {name!r}"


def _decode(content: bytes, name: str) -> str:
    found = codecs.lookup(name)
    if found.name in _NOT_TEXT or not getattr(found, "_is_text_encoding", True):
        raise LookupError(name)
    text = content.decode(found.name)
    text.encode("utf-8")  # some codecs make lone surrogates, which nothing else can take
    return text


def unified_line_ends(text: str) -> str:
    """Return ``text`` with LF line ends and without NUL characters."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")  # some relays convert twice
    return text.replace("\0", "") if "\0" in text else text


def unflowed(text: str, *, delsp: bool) -> str:
    """Undo format=flowed (RFC 3676), as ``git mailinfo`` does.

    Many clients declare it and then send a patch as it is.  A patch has lines that begin with
    one space (its statistics, its context); where they still do, nothing was space-stuffed and
    the text is kept.  Lines are joined only where hunks come to have the line counts that they
    declare by it: an empty context line of a patch looks soft-broken and is not.
    """
    if not _HUNK.search(text):
        return _unflowed(text, delsp=delsp)
    if _NOT_STUFFED.search(text):
        return text
    joined = _unflowed(text, delsp=delsp)
    unstuffed = "\n".join(line.removeprefix(" ") for line in text.split("\n"))
    return joined if _fitting_hunks(joined) > _fitting_hunks(unstuffed) else unstuffed


def _unflowed(text: str, *, delsp: bool) -> str:
    lines: list[str] = []
    waiting: list[str] = []
    for line in text.split("\n"):
        if line == "-- ":
            lines += ["".join(waiting), line] if waiting else [line]
            waiting = []
            continue
        bare = line.removeprefix(" ")
        if bare.endswith(" "):
            waiting.append(bare[:-1] if delsp else bare)
            continue
        lines.append("".join((*waiting, bare)))
        waiting = []
    if waiting:
        lines.append("".join(waiting))
    return "\n".join(lines)


def _fitting_hunks(text: str) -> int:
    """Count the hunks of ``text`` whose lines are as many as their ``@@`` line says."""
    fitting = 0
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        found = _HUNK.match(lines[position])
        position += 1
        if found:
            position, fits = _hunk_end(lines, position, int(found[1] or 1), int(found[2] or 1))
            fitting += fits
    return fitting


def _hunk_end(lines: list[str], position: int, old: int, new: int) -> tuple[int, bool]:
    while position < len(lines) and (old > 0 or new > 0):
        mark = lines[position][:1] or " "  # an empty line has lost the space of its context
        if mark not in (" ", "+", "-", "\\"):
            return position, False
        old -= mark in (" ", "-")
        new -= mark in (" ", "+")
        position += 1
    return position, old == 0 and new == 0
