# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail that the bot wants to send."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished mail: what is stored in the outbox and handed to SMTP as it is."""

    message_id: str
    """Without angle brackets; derived from list, series and revision, so never another one for
    the same answer."""
    sender: str
    """Envelope sender (RFC 5321 reverse-path)."""
    recipients: tuple[str, ...]
    """Envelope recipients."""
    subject: str
    content: bytes
    """The whole RFC 5322 message with CRLF line ends."""
