# SPDX-License-Identifier: GPL-3.0-or-later
"""Understands a bounce of one of the bot's own mails (RFC 3464 delivery status notification)."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

from bot.limits import Limits
from bot.report.clean import one_line

_ADDRESS = re.compile(r"(?:rfc822|utf-8)\s*;\s*<?([^\s<>;]{1,320})>?", re.IGNORECASE)
_MOST_RECIPIENTS = 20


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of the bot that somebody could not be given."""

    message_id: str
    recipients: tuple[str, ...]
    """Lower-case addresses that it did not reach."""
    reason: str
    """What their server said."""


def read_bounce(raw: bytes, message_id_prefix: str, limits: Limits) -> Bounce | None:
    """Return which of the bot's mails ``raw`` says to have failed, None where it says no such
    thing; a notice that a mail is only late is none."""
    if len(raw) > limits.message_bytes or message_id_prefix.encode() not in raw:
        return None
    # compat32 neither raises nor decodes; the depth of parts is bounded by the parser of mails,
    # which has read this mail before.
    parts = list(email.message_from_bytes(raw, policy=compat32).walk())[: limits.mime_parts]
    message_id = _original_id(parts, message_id_prefix)
    failed = list(_failed_recipients(parts))
    if message_id is None or not failed:
        return None
    reason = one_line("; ".join(reason for _, reason in failed), 500)
    return Bounce(message_id, tuple(address for address, _ in failed), reason)


def _original_id(parts: list[Message], prefix: str) -> str | None:
    """Find the Message-ID of what came back: in the copy of the mail, or of its header."""
    pattern = re.compile(rf"(?im)^Message-ID:\s{{0,10}}<({re.escape(prefix)}[^<>\s]{{1,300}})>")
    for part in parts:
        kind = part.get_content_type()
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            text = part.get_payload(decode=True)
            found = pattern.search(text.decode(errors="replace")) if type(text) is bytes else None
        else:
            found = pattern.match(f"Message-ID: {part.get('Message-ID', '')}")
        if found and (part is not parts[0]):
            return found[1]
    return None


def _failed_recipients(parts: list[Message]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.walk():
            if str(block.get("Action", "")).strip().lower() != "failed":
                continue
            said = block.get("Diagnostic-Code") or block.get("Status") or "no reason given"
            # The address that the mail was sent to comes first; it may have been an alias.
            for field in ("Original-Recipient", "Final-Recipient"):
                if match := _ADDRESS.search(str(block.get(field, ""))):
                    yield match[1].lower(), f"{match[1]}: {said}"
                    break
