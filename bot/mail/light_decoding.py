# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail decoded without mail-parser: what is enough for a mail that is no candidate.

Most mail of a list touches no Scheme file.  Its subject and text are still wanted, to say what
was left alone and to count it as the member of a series; both come from the parts that were
found on the bytes.  A test holds that both ways of decoding agree.
"""

from __future__ import annotations

from email.message import Message as MimePart

from mailparser.utils import decode_header_part  # type: ignore[import-untyped]

from bot.mail.decoded import DecodedMail
from bot.mail.structure import Part, Structure
from bot.mail.text_part import may_be_text, text_part

_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition")


def decode_lightly(raw: bytes, structure: Structure) -> DecodedMail:
    """Decode the subject and the text parts of ``raw``."""
    parts = []
    for part in structure.parts:
        mime = mime_part(part)
        if not part.enclosed and may_be_text(mime):
            parts.append(text_part(mime, raw[part.start : part.end]))
    return DecodedMail(decode_header_part(structure.header.first("subject")), tuple(parts))


def mime_part(part: Part) -> MimePart:
    """Return the fields of a part that say what it is, where the standard library reads them."""
    mime: MimePart = MimePart()
    for name in _FIELDS:
        if value := part.header.first(name):
            mime[name] = value
    return mime
