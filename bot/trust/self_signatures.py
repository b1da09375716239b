# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key says of itself: until when it is good, whether it was withdrawn.

Only for advice to the operator: the signatures (RFC 9580 section 5.2) are read, not verified.  What
counts is gpgv's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.trust.packets import Packet, Tag

_CERTIFICATIONS = (0x10, 0x11, 0x12, 0x13, 0x1F)
_BINDING = 0x18
_REVOCATIONS = {Tag.PUBLIC_KEY: 0x20, Tag.PUBLIC_SUBKEY: 0x28, Tag.USER_ID: 0x30}
_WEAK_DIGESTS = (1, 2, 3)  # MD5, SHA-1, RIPEMD-160
_CREATED, _KEY_EXPIRES, _ISSUER, _ISSUER_FINGERPRINT = 2, 9, 16, 33


@dataclass(frozen=True, slots=True)
class SelfSignature:
    """The part of a signature on a key that matters here."""

    kind: int
    created: int
    """Seconds since 1970."""
    lifetime: int
    """Of the key, in seconds; 0 for ever."""
    weak: bool
    issuer: str
    """Fingerprint or key id, upper-case hexadecimal; "" where not said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands by its own words."""

    expires: datetime | None
    revoked: bool
    weak: bool
    """All its signatures on itself are made with SHA-1 or worse."""


def standing(packets: Iterable[Packet], fingerprint: str, created: datetime, tag: int) -> Standing:
    """Judge a key or user id (which, says ``tag``) by the signatures on it.

    ``fingerprint`` is of the primary key, which makes them; ``created`` is when the key was.
    """
    own = [sig for sig in _signatures(packets) if _made_by(sig, fingerprint)]
    good = sorted(
        (sig for sig in own if sig.kind in (*_CERTIFICATIONS, _BINDING)), key=lambda s: s.created
    )
    lifetime = good[-1].lifetime if good else 0
    return Standing(
        expires=created + timedelta(seconds=lifetime) if lifetime else None,
        revoked=any(sig.kind == _REVOCATIONS.get(Tag(tag)) for sig in own),
        weak=bool(good) and all(sig.weak for sig in good),
    )


def _made_by(signature: SelfSignature, fingerprint: str) -> bool:
    issuer = signature.issuer  # a key id is the end of a fingerprint of version 4
    return issuer == fingerprint or (len(issuer) == 16 and fingerprint.endswith(issuer))


def _signatures(packets: Iterable[Packet]) -> Iterator[SelfSignature]:
    for packet in packets:
        if packet.tag == Tag.SIGNATURE and packet.body[:1] == b"\x04":
            found = _version_4(packet.body)
            if found:
                yield found


def _version_4(body: bytes) -> SelfSignature | None:
    if len(body) < 6:
        return None
    end = 6 + int.from_bytes(body[4:6], "big")
    hashed = dict(_subpackets(body[6:end]))
    unhashed = dict(
        _subpackets(body[end + 2 : end + 2 + int.from_bytes(body[end : end + 2], "big")])
    )
    issuer = hashed.get(_ISSUER_FINGERPRINT, b"")[1:] or (
        hashed.get(_ISSUER) or unhashed.get(_ISSUER_FINGERPRINT, b"")[1:] or unhashed.get(_ISSUER)
    )
    return SelfSignature(
        kind=body[1],
        created=int.from_bytes(hashed.get(_CREATED, b"")[:4], "big"),
        lifetime=int.from_bytes(hashed.get(_KEY_EXPIRES, b"")[:4], "big"),
        weak=body[3] in _WEAK_DIGESTS,
        issuer=(issuer or b"").hex().upper(),
    )


def _subpackets(area: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of each; what is cut off ends the reading."""
    position = 0
    while position < len(area):
        first = area[position]
        if first < 192:
            size, position = first, position + 1
        elif first < 255:
            low = area[position + 1] if position + 1 < len(area) else 0
            size, position = ((first - 192) << 8) + low + 192, position + 2
        else:
            size = int.from_bytes(area[position + 1 : position + 5], "big")
            position += 5
        if not 0 < size <= len(area) - position:
            return
        yield area[position] & 0x7F, area[position + 1 : position + size]
        position += size
