# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenPGP packets (RFC 9580 section 4): where each begins and ends, and of which kind it is.

Nothing is verified here; that is gpgv's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Tag(IntEnum):
    """Kinds of packets that matter here (RFC 9580 section 5)."""

    SIGNATURE = 2
    SECRET_KEY = 5
    PUBLIC_KEY = 6
    SECRET_SUBKEY = 7
    USER_ID = 13
    PUBLIC_SUBKEY = 14
    USER_ATTRIBUTE = 17


class PacketError(ValueError):
    """The bytes are no packets; the text says why."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet."""

    tag: int
    body: bytes
    raw: bytes
    """With its header."""


def read_packets(content: bytes, most: int) -> Iterator[Packet]:
    """Yield the packets of ``content``.

    Raises ``PacketError`` for what is none, for lengths that are not said beforehand (which keys
    and signatures must not have, section 4.2.1.4), and for more than ``most``.
    """
    position = 0
    count = 0
    while position < len(content):
        count += 1
        if count > most:
            raise PacketError(f"there are more than {most} OpenPGP packets")
        tag, start, length = _header(content, position)
        end = start + length
        if end > len(content):
            raise PacketError("an OpenPGP packet is cut off")
        yield Packet(tag, content[start:end], content[position:end])
        position = end


def _header(content: bytes, position: int) -> tuple[int, int, int]:
    """Return the tag, where the body starts, and its length."""
    first = content[position]
    if not first & 0x80:
        raise PacketError("that is no OpenPGP packet")
    if first & 0x40:
        start, length = _new_length(content, position + 1)
        return first & 0x3F, start, length
    kind = first & 0x03
    if kind == 3:
        raise PacketError("an OpenPGP packet does not say its length")
    size = 1 << kind
    return (first >> 2) & 0x0F, position + 1 + size, _number(content, position + 1, size)


def _new_length(content: bytes, position: int) -> tuple[int, int]:
    first = _number(content, position, 1)
    if first < 192:
        return position + 1, first
    if first < 224:
        return position + 2, ((first - 192) << 8) + _number(content, position + 1, 1) + 192
    if first < 255:
        raise PacketError("an OpenPGP packet comes in pieces")
    return position + 5, _number(content, position + 1, 4)


def _number(content: bytes, position: int, size: int) -> int:
    octets = content[position : position + size]
    if len(octets) < size:
        raise PacketError("an OpenPGP packet is cut off")
    return int.from_bytes(octets, "big")
