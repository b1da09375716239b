# SPDX-License-Identifier: GPL-3.0-or-later
"""One MIME part as text: what its headers say about it, and its bytes decoded accordingly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as MimePart

from bot.mail.clear_signed import without_signature
from bot.mail.plain_text import charset_decoded, transfer_decoded, unflowed, unified_line_ends

_TEXT_NAME = re.compile(r"\.(?:patch|diff|txt|eml|mbox)\Z", re.IGNORECASE)
_FILE_NAME = re.compile(r"filename\*?\d?\*?=\s?\"?([^\";]{1,300})", re.IGNORECASE)
_TEXT_TYPES = frozenset(
    {
        "application/octet-stream",
        "application/x-patch",
        "application/x-diff",
        "application/patch",
        "application/diff",
        "application/mbox",
        "application/x-mbox",
    }
)


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part of a mail as text."""

    text: str
    """Decoded, LF line ends."""
    content_type: str
    attached: bool
    """It is an attachment or has a file name."""
    problem: str
    """What was wrong with its encoding, "" if nothing."""


def may_be_text(part: MimePart) -> bool:
    """Say whether a part may hold a patch: text, or a file of no or a fitting type."""
    kind = part.get_content_type()
    if kind == "text/html":
        return False
    return kind.startswith("text/") or kind in _TEXT_TYPES or bool(_TEXT_NAME.search(_name(part)))


def text_part(part: MimePart, payload: bytes) -> TextPart:
    """Decode ``payload``, the content of ``part`` as it stands in the mail."""
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    content = transfer_decoded(payload, encoding)
    text, problem = charset_decoded(content, parameter(part, "charset"))
    text = without_signature(unified_line_ends(text))
    if parameter(part, "format").lower() == "flowed":
        text = unflowed(text, delsp=parameter(part, "delsp").lower() == "yes")
    attachment = str(part.get("content-disposition", "")).strip().lower().startswith("attachment")
    return TextPart(text, part.get_content_type(), attachment or bool(_name(part)), problem)


def parameter(part: MimePart, name: str) -> str:
    """Return a parameter of a part's Content-Type as one string, "" where absent or broken."""
    if name not in str(part.get("content-type", "")).lower():
        return ""
    try:
        value = part.get_param(name, "")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    if isinstance(value, tuple):  # RFC 2231: (charset, language, value)
        value = value[2]
    return str(value)


def _name(part: MimePart) -> str:
    found = _FILE_NAME.search(str(part.get("content-disposition", "")))
    return (found[1] if found else parameter(part, "name")).strip()
