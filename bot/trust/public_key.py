# SPDX-License-Identifier: GPL-3.0-or-later
"""A public key packet: its fingerprint, its age, and whether it is strong enough to be heard."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

SMALLEST = 2_048
"""Bits of an RSA or DSA key."""

# RFC 9580 sections 9.1 and 9.2.
_RSA, _DSA, _ECDSA, _EDDSA = (1, 3), (17,), (19,), (22,)
_MODERN = (27, 28)  # Ed25519, Ed448
_CURVES = {
    bytes.fromhex("2a8648ce3d030107"): "NIST P-256",
    bytes.fromhex("2b81040022"): "NIST P-384",
    bytes.fromhex("2b81040023"): "NIST P-521",
    bytes.fromhex("2b2403030208010107"): "brainpoolP256r1",
    bytes.fromhex("2b240303020801010b"): "brainpoolP384r1",
    bytes.fromhex("2b240303020801010d"): "brainpoolP512r1",
    bytes.fromhex("2b8104000a"): "secp256k1",
    bytes.fromhex("2b06010401da470f01"): "Ed25519",
    bytes.fromhex("2b6571"): "Ed448",
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A primary key or a subkey."""

    fingerprint: str
    """40 (version 4) or 64 (version 6) hexadecimal digits, upper-case."""
    created: datetime
    """In UTC."""
    weakness: str
    """Why its signatures do not count; "" where they do."""


def read_public_key(body: bytes) -> PublicKey | None:
    """Read the body of a public key packet; None for a version that has had its day, or is new.

    Version 3 keys have fingerprints that can be made to order.
    """
    version = body[0] if body else 0
    header = {4: 6, 6: 10}.get(version)
    if header is None or len(body) < header + 2:
        return None
    return PublicKey(
        fingerprint=_fingerprint(version, body),
        created=datetime.fromtimestamp(int.from_bytes(body[1:5], "big"), UTC),
        weakness=_weakness(body[5], body[header:]),
    )


def _fingerprint(version: int, body: bytes) -> str:
    """RFC 9580 section 5.5.4."""
    if version == 6:
        return hashlib.sha256(b"\x9b" + len(body).to_bytes(4, "big") + body).hexdigest().upper()
    framed = b"\x99" + (len(body) & 0xFFFF).to_bytes(2, "big") + body
    return hashlib.sha1(framed, usedforsecurity=False).hexdigest().upper()


def _weakness(algorithm: int, material: bytes) -> str:
    if algorithm in (*_RSA, *_DSA):
        bits = int.from_bytes(material[:2], "big")  # the first number is the modulus
        name = "RSA" if algorithm in _RSA else "DSA"
        return f"a {name} key of {bits} bits, less than {SMALLEST}" if bits < SMALLEST else ""
    if algorithm in (*_ECDSA, *_EDDSA):
        curve = material[1 : 1 + material[0]]
        return "" if curve in _CURVES else "a key on a curve that is not known here"
    return "" if algorithm in _MODERN else "a key that does not sign"
