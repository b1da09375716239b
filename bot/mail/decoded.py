# SPDX-License-Identifier: GPL-3.0-or-later
"""What decoding makes of a mail."""

from __future__ import annotations

from dataclasses import dataclass

from bot.mail.text_part import TextPart


@dataclass(frozen=True, slots=True)
class DecodedMail:
    """The subject and the text parts of a mail, in their order."""

    subject: str
    """Encoded words decoded; may still hold control characters."""
    parts: tuple[TextPart, ...]

    @property
    def own_text(self) -> str | None:
        """The first plain text that is no attachment; None where there is none."""
        return next((part.text for part in self.parts if part.is_plain_text), None)
