# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail decoded without mail-parser: what is enough for a mail that is no candidate.

Most mail of a list touches no Scheme file.  Its subject and text are still wanted, to say what
was left alone and to count it as the member of a series; both come from the parts that were
found on the bytes.  A test holds that both ways of decoding agree.
"""

from __future__ import annotations

from mailparser.utils import decode_header_part  # type: ignore[import-untyped]

from bot.mail.decoded import DecodedMail
from bot.mail.part_form import read_form
from bot.mail.structure import Structure
from bot.mail.text_part import text_part


def decode_lightly(raw: bytes, structure: Structure) -> DecodedMail:
    """Decode the subject and the text parts of ``raw``."""
    parts = []
    for part in structure.parts:
        form = read_form(part.header)
        if form.is_text and not part.enclosed:
            parts.append(text_part(form, raw[part.start : part.end]))
    return DecodedMail(_subject(structure), tuple(parts))


def _subject(structure: Structure) -> str:
    value = structure.header.first("subject")
    # Without an encoded word (RFC 2047) there is nothing to decode.
    return value if value.isascii() and "=?" not in value else str(decode_header_part(value))
