# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail through mail-parser, with all that could hurt taken off before.

mail-parser reads everything in its constructor, turns a header that stands twice into a list,
keeps attached patches in base64 and normalises text.  So it is given the few header fields that
are asked for, each once, and bodies whose number and nesting have been checked; what it made of
headers and MIME is used, and the text of the parts is decoded from the bytes that it found.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as MimePart
from typing import Any

import mailparser  # type: ignore[import-untyped]
from mailparser.exceptions import MailParserError  # type: ignore[import-untyped]

from bot.limits import Limits
from bot.mail.errors import MessageError
from bot.mail.plain_text import (
    charset_decoded,
    part_parameter,
    transfer_decoded,
    unflowed,
    unified_line_ends,
)
from bot.mail.structure import Structure

# It logs raw header values, terminal escapes and all, and none of them is news to anybody.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)

_KEPT = (
    "subject",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
)
_LONE_CR = re.compile(rb"\r(?!\n)")
_TEXT_NAME = re.compile(r"\.(?:patch|diff|txt|eml|mbox|patch\.txt)\Z", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class DecodedMail:
    """What mail-parser and this module made of a mail."""

    subject: str
    """Encoded words decoded; may still hold control characters."""
    parts: tuple[TextPart, ...]


def decode_mail(raw: bytes, structure: Structure, limits: Limits) -> DecodedMail:
    """Decode the subject and the text parts of ``raw``, whose structure has been checked.

    Raises ``MessageError`` where mail-parser gives up.
    """
    try:
        parser: Any = mailparser.parse_from_bytes(_reduced(raw, structure))
    except (MailParserError, RecursionError) as error:
        raise MessageError("the parts of the mail are nested too deep") from error
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise MessageError(f"the mail cannot be parsed ({type(error).__name__})") from error
    subject = parser.subject
    text = subject if isinstance(subject, str) else str(subject)
    return DecodedMail(text, tuple(_text_parts(parser.message, limits)))


def _reduced(raw: bytes, structure: Structure) -> bytes:
    """Return the mail with only the header fields that are wanted, each once."""
    lines: list[bytes] = []
    for name in _KEPT:
        for field, value in structure.header.fields:
            if field == name:
                lines.append(name.encode() + b": " + value + b"\n")
                break
    body = raw[structure.header.body_start :]
    if len(structure.parts) > 1 and b"\r" in body:
        body = _LONE_CR.sub(b"\n", body)
    return b"".join(lines) + b"\n" + body


def _text_parts(message: MimePart, limits: Limits) -> Iterator[TextPart]:
    for number, part in enumerate(message.walk()):
        if number > 2 * limits.mime_parts:
            raise MessageError(f"the mail has more than {limits.mime_parts} parts")
        if not part.is_multipart() and _may_be_text(part):
            yield _text_part(part)


def _may_be_text(part: MimePart) -> bool:
    kind = part.get_content_type()
    if kind == "text/html":
        return False
    return kind.startswith("text/") or kind in _TEXT_TYPES or _has_text_name(part)


def _file_name(part: MimePart) -> str:
    disposition = str(part.get("content-disposition", ""))
    found = re.search(r"filename\*?\d?\*?=\"?([^\";]{1,300})", disposition, re.IGNORECASE)
    return (found[1] if found else part_parameter(part, "name")).strip()


def _has_text_name(part: MimePart) -> bool:
    return bool(_TEXT_NAME.search(_file_name(part)))


def _text_part(part: MimePart) -> TextPart:
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    content = transfer_decoded(_payload_bytes(part), encoding)
    text, problem = charset_decoded(content, part_parameter(part, "charset"))
    text = unified_line_ends(text)
    if part_parameter(part, "format").lower() == "flowed":
        text = unflowed(text, part_parameter(part, "delsp").lower() == "yes")
    attachment = str(part.get("content-disposition", "")).strip().lower().startswith("attachment")
    return TextPart(text, part.get_content_type(), attachment or bool(_file_name(part)), problem)


def _payload_bytes(part: MimePart) -> bytes:
    """Return the part's content as it stands in the mail, transfer encoding still on it."""
    # get_payload() would apply the charset that the part declares.
    payload = vars(part).get("_payload")
    if not isinstance(payload, str):
        return b""
    return payload.encode("utf-8", "surrogateescape")
