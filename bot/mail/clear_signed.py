# SPDX-License-Identifier: GPL-3.0-or-later
"""Clear-signed text (RFC 9580 section 7): a patch inside has ``- `` in front of each ``-``."""

from __future__ import annotations

_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----\n"
_SIGNATURE = "\n-----BEGIN PGP SIGNATURE-----"


def without_signature(text: str) -> str:
    """Return the text that was signed, dash-escaping undone; other text as it is.

    Nothing is verified.

    >>> without_signature(_BEGIN + "Hash: SHA256\\n\\n- --- a/x\\n+++ b/x" + _SIGNATURE)
    '--- a/x\\n+++ b/x\\n'
    """
    if not text.startswith(_BEGIN):
        return text
    signed = text[: end + 1] if (end := text.find(_SIGNATURE)) >= 0 else text
    _, _, body = signed.partition("\n\n")
    return "\n".join(line.removeprefix("- ") for line in body.split("\n"))
