# SPDX-License-Identifier: GPL-3.0-or-later
"""ASCII armour to the bytes in it (RFC 9580 section 6), strictly and without regular expressions
that could backtrack."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

SIGNATURE = "SIGNATURE"
PUBLIC_KEY = "PUBLIC KEY BLOCK"
_LONGEST_LINE = 1_000


class ArmorError(ValueError):
    """What stands there is no armour; the text says why."""


def begin_line(label: str) -> bytes:
    """Return the line that armour of this kind begins with."""
    return f"-----BEGIN PGP {label}-----".encode()


def dearmored(lines: Sequence[bytes], label: str) -> bytes:
    """Return what ``lines``, from the BEGIN line to the END line, hold.

    Headers such as ``Version:`` are passed over, and so is a checksum (section 6.1: no reader may
    go by it).  Raises ``ArmorError``.
    """
    stripped = [line.rstrip(b" \t\r\n") for line in lines]
    if len(stripped) < 3 or stripped[0] != begin_line(label) or stripped[-1] != _end_line(label):
        raise ArmorError(f"no armour of a {label.lower()}")
    if any(len(line) > _LONGEST_LINE for line in stripped):
        raise ArmorError("a line of the armour is too long")
    body = _body(stripped[1:-1])
    if body and body[-1].startswith(b"="):
        body.pop()
    try:
        return base64.b64decode(b"".join(body), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ArmorError("the armour is not base64") from error


def dearmored_blocks(content: bytes, label: str) -> bytes:
    """Return what all armoured blocks in ``content`` hold, one after the other.

    Text around them is passed over.  Raises ``ArmorError`` where a block is broken.
    """
    lines = [line.rstrip(b" \t\r") for line in content.split(b"\n")]
    blocks: list[bytes] = []
    begin: int | None = None
    for number, line in enumerate(lines):
        if line == begin_line(label):
            begin = number
        elif line == _end_line(label) and begin is not None:
            blocks.append(dearmored(lines[begin : number + 1], label))
            begin = None
    if begin is not None:
        raise ArmorError("the armour has no end")
    return b"".join(blocks)


def _end_line(label: str) -> bytes:
    return f"-----END PGP {label}-----".encode()


def _body(lines: list[bytes]) -> list[bytes]:
    """Return what stands behind the headers and the empty line that ends them."""
    if b"" not in lines:
        raise ArmorError("the armour has no empty line")
    blank = lines.index(b"")
    if any(b": " not in line and not line.endswith(b":") for line in lines[:blank]):
        raise ArmorError("a header of the armour is none")
    return [line for line in lines[blank + 1 :] if line]
