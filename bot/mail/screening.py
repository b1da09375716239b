# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a mail can touch a Scheme file at all, told from bytes before any parser sees it.

It errs on the side of yes: a yes costs a millisecond, a no is final.
"""

from __future__ import annotations

from bot.mail.decoded import DecodedMail
from bot.mail.line_start import LineStart
from bot.mail.part_form import read_form
from bot.mail.structure import Structure
from bot.mail.text_part import TextPart

_SCHEME = b".scm"
_DIFF = LineStart(rb"diff --(?:git|cc|combined) |@@ -\d|\+\+\+ ")


def may_touch_scheme(raw: bytes, structure: Structure, decoded: DecodedMail) -> bool:
    """Say whether any part of the mail may hold a diff that names a ``.scm`` file.

    ``decoded`` are its text parts; others are searched as they stand in the mail, if at all.
    """
    if any(_text_may(part) for part in decoded.parts):
        return True
    return len(decoded.parts) < len(structure.parts) and _others_may(raw, structure)


def _text_may(part: TextPart) -> bool:
    if part.form.not_ascii:
        return True
    # A flowed line may be broken anywhere where DelSp says so.
    names_it = part.form.delsp or _SCHEME in part.content
    return names_it and bool(_DIFF.search(part.content))


def _others_may(raw: bytes, structure: Structure) -> bool:
    for part in structure.parts:
        form = read_form(part.header)
        if part.enclosed or form.is_text or not form.searchable:
            continue
        if raw.find(_SCHEME, part.start, part.end) >= 0 and _DIFF.search(raw, part.start, part.end):
            return True
    return False
