# SPDX-License-Identifier: GPL-3.0-or-later
"""Hashes as Guix writes them: base32 of Nix, base64 and base16, compared with hexadecimal.

Nix's alphabet leaves out e, o, t and u, and the digits run from the last to the first
(``guix/base32.scm``, ``bytevector->nix-base32-string``).
"""

from __future__ import annotations

import base64
import binascii

_ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_SHA256_BYTES = 32
_BASE32_LENGTH = 52


def sha256_hex(written: str) -> str | None:
    """Return a SHA-256 in hexadecimal, however it is written; None where it is none."""
    text = written.strip()
    if len(text) == _BASE32_LENGTH:
        return _from_nix(text)
    if len(text) == _SHA256_BYTES * 2:
        return text.lower() if all(char in "0123456789abcdefABCDEF" for char in text) else None
    try:
        decoded = base64.b64decode(text[:100], validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded.hex() if len(decoded) == _SHA256_BYTES else None


def is_placeholder(written: str) -> bool:
    """Tell whether a hash is all zeros: written down to be filled in later."""
    digits = written.strip().rstrip("=")
    return bool(digits) and (set(digits) == {"0"} or set(digits) == {"A"})


def _from_nix(text: str) -> str | None:
    decoded = bytearray(_SHA256_BYTES + 1)
    for place, char in enumerate(reversed(text)):
        value = _VALUES.get(char)
        if value is None:
            return None
        index, shift = divmod(place * 5, 8)
        decoded[index] |= (value << shift) & 0xFF
        decoded[index + 1] |= value >> (8 - shift)
    return None if decoded[_SHA256_BYTES] else bytes(decoded[:_SHA256_BYTES]).hex()
