# SPDX-License-Identifier: GPL-3.0-or-later
"""One MIME part as text: its bytes decoded as its header fields say."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.mail.clear_signed import without_signature
from bot.mail.part_form import PartForm
from bot.mail.plain_text import charset_decoded, transfer_decoded, unflowed, unified_line_ends


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part of a mail as text."""

    text: str
    """Decoded, LF line ends."""
    form: PartForm
    problem: str
    """What was wrong with its encoding, "" if nothing."""
    content: bytes = field(repr=False, compare=False)
    """What the text was decoded from, without the transfer encoding."""

    @property
    def is_plain_text(self) -> bool:
        """Whether it is what a person reads as the mail."""
        return not self.form.attached and self.form.content_type == "text/plain"


def text_part(form: PartForm, payload: bytes) -> TextPart:
    """Decode ``payload``, the content of a part of this form as it stands in the mail."""
    content = transfer_decoded(payload, form.encoding)
    text, problem = charset_decoded(content, form.charset)
    text = without_signature(unified_line_ends(text))
    if form.flowed:
        text = unflowed(text, delsp=form.delsp)
    return TextPart(text, form, problem, content)
