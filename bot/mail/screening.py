# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a mail can touch a Scheme file at all, told from bytes before any parser sees it.

It errs on the side of yes: a yes costs a millisecond, a no is final.
"""

from __future__ import annotations

import re

from bot.mail.light_decoding import mime_part
from bot.mail.plain_text import transfer_decoded
from bot.mail.structure import Part, Structure
from bot.mail.text_part import may_be_text, parameter

_SCHEME = b".scm"
_DIFF = re.compile(rb"^(?:diff --(?:git|cc|combined) |@@ -\d|\+\+\+ )", re.MULTILINE)
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_NOT_ASCII = re.compile(
    r"utf-?(?:7|16|32)|ucs|hz|iso-2022|ebcdic|cp037|cp500|cp1140", re.IGNORECASE
)


def may_touch_scheme(raw: bytes, structure: Structure) -> bool:
    """Say whether any part of the mail may hold a diff that names a ``.scm`` file."""
    return any(_part_may(raw, part) for part in structure.parts if not part.enclosed)


def _part_may(raw: bytes, part: Part) -> bool:
    encoding = part.transfer_encoding
    if encoding in _PLAIN_ENCODINGS and not _has_odd_form(part):
        return raw.find(_SCHEME, part.start, part.end) >= 0 and bool(
            _DIFF.search(raw, part.start, part.end)
        )
    mime = mime_part(part)
    if not may_be_text(mime):
        return False
    if _NOT_ASCII.search(parameter(mime, "charset")):
        return True
    content = transfer_decoded(raw[part.start : part.end], encoding)
    # A flowed line may be broken anywhere where DelSp says so.
    split = parameter(mime, "delsp").lower() == "yes"
    return bool(_DIFF.search(content)) and (split or _SCHEME in content)


def _has_odd_form(part: Part) -> bool:
    value = part.header.first("content-type").lower()
    return "delsp" in value or bool(_NOT_ASCII.search(value))
