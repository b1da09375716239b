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
from email.message import Message as MimePart
from typing import Any, TypeGuard

import mailparser  # type: ignore[import-untyped]
from mailparser.exceptions import MailParserError  # type: ignore[import-untyped]

from bot.limits import Limits
from bot.mail.decoded import DecodedMail
from bot.mail.errors import MessageError
from bot.mail.light_decoding import decode_lightly
from bot.mail.part_form import form_of
from bot.mail.structure import Structure
from bot.mail.text_part import TextPart, text_part

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


def decode_mail(raw: bytes, structure: Structure, limits: Limits) -> DecodedMail:
    """Decode the subject and the text parts of ``raw``, whose structure has been checked.

    Raises ``MessageError`` where the parts are too many or too deep for mail-parser.
    """
    try:
        parser: Any = mailparser.parse_from_bytes(_reduced(raw, structure))
    except (MailParserError, RecursionError) as error:
        raise MessageError("the parts of the mail are nested too deep") from error
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return decode_lightly(raw, structure)  # a header that the standard library trips over
    subject = parser.subject
    text = subject if isinstance(subject, str) else str(subject)
    return DecodedMail(text, tuple(_text_parts(parser.message, limits)))


def _reduced(raw: bytes, structure: Structure) -> bytes:
    """Return the mail with only the header fields that are wanted, each once."""
    kept = ((name, structure.header.octets(name)) for name in _KEPT)
    lines = [name.encode() + b": " + value + b"\n" for name, value in kept if value is not None]
    body = raw[structure.header.body_start :]
    if len(structure.parts) > 1 and b"\r" in body:
        body = _LONE_CR.sub(b"\n", body)
    return b"".join(lines) + b"\n" + body


def _text_parts(message: MimePart, limits: Limits) -> Iterator[TextPart]:
    """Yield the text parts in their order; what a mail encloses as another mail is not its own."""
    waiting = [message]
    seen = 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > 2 * limits.mime_parts:
            raise MessageError(f"the mail has more than {limits.mime_parts} parts")
        if not part.is_multipart():
            form = form_of(part)
            if form.is_text:
                yield text_part(form, _payload_bytes(part))
        elif part.get_content_maintype() != "message":
            children: Any = part.get_payload()
            waiting += [child for child in reversed(children) if _is_part(child)]


def _is_part(child: object) -> TypeGuard[MimePart]:
    return isinstance(child, MimePart)


def _payload_bytes(part: MimePart) -> bytes:
    """Return the part's content as it stands in the mail, transfer encoding still on it."""
    # get_payload() would apply the charset that the part declares.
    payload = vars(part).get("_payload")
    if not isinstance(payload, str):
        return b""
    return payload.encode("utf-8", "surrogateescape")
