# SPDX-License-Identifier: GPL-3.0-or-later
"""What an OpenPGP signature is over, taken out of a mail and not verified yet."""

from __future__ import annotations

from dataclasses import dataclass

from bot.mail.header_block import HeaderBlock


@dataclass(frozen=True, slots=True)
class Signed:
    """Bytes, the signature over them, and the text that they are."""

    content: bytes
    """With CRLF line ends, as they were signed."""
    signature: bytes
    """Binary."""
    text: str
    """Decoded, LF line ends."""
    header: HeaderBlock | None = None
    """The header that was signed along, if the mail was signed together with one (RFC 9788)."""
