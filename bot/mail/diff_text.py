# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a text holds a diff.  Where in it, and what it changes, is not asked here."""

from __future__ import annotations

import re

from bot.mail.line_start import LineStart

_GIT = LineStart(r"diff --(?:git|cc|combined) \S")
_PLAIN = LineStart(r"--- [^\n]{1,1000}\n\+\+\+ [^\n]{1,1000}\n@@{1,9} -\d{1,9}")
_OUTLOOK = LineStart(
    r"(?:-{3,20} ?(?:Original Message|Forwarded message|Ursprüngliche Nachricht"
    r"|Message d'origine) ?-{3,20}|_{10,200}\n+From: )",
    re.IGNORECASE,
)
_QUOTED = LineStart(r"[>|][>| ]{0,20}(?:diff --git |@@ -\d{1,9}|\+\+\+ |--- a/)")


def holds_diff(text: str) -> bool:
    """Say whether ``text`` holds a diff at the beginning of a line, so not a quoted one."""
    return bool(_GIT.search(text) or _PLAIN.search(text))


def without_original(text: str) -> str:
    """Return ``text`` up to where a mail program put the mail that is answered, without ``>``."""
    place = _OUTLOOK.place(text)
    return text[:place] if place >= 0 else text


def quotes_diff(text: str) -> bool:
    """Say whether ``text`` quotes a diff (``> diff --git …``)."""
    return bool(_QUOTED.search(text))
