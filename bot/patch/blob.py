# SPDX-License-Identifier: GPL-3.0-or-later
"""Git's blobs: their ids, and their bytes as text and back.

Source: gitprotocol and gitformat documentation; "Git Internals - Git Objects" in Pro Git:
an object's id is the hash of ``blob SIZE NUL CONTENT``.
"""

from __future__ import annotations

import hashlib

SHORTEST_PROOF = 7
"""Fewest hexadecimal digits of an abbreviated id that count as a proof; git's own minimum for
``core.abbrev`` is 4, its least default 7."""


def blob_id(content: bytes, object_format: str = "sha1") -> str:
    """Return the hexadecimal id that git gives ``content`` as a blob."""
    header = b"blob %d\0" % len(content)
    return hashlib.new(object_format, header + content, usedforsecurity=False).hexdigest()


def same_blob(full: str, abbreviated: str) -> bool:
    """Return whether an abbreviated id is long enough to tell, and names the blob ``full``."""
    return len(abbreviated) >= SHORTEST_PROOF and full.startswith(abbreviated)


def decode(content: bytes) -> str:
    """Return a blob's text; bytes that are not UTF-8 survive the way back."""
    return content.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Return the bytes of a text; characters that UTF-8 cannot hold become question marks."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
