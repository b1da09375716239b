# SPDX-License-Identifier: GPL-3.0-or-later
"""Strangers' text made fit to print: no control characters, no terminal escapes, no end in sight.

Package names, licence names and URLs come out of a mail that anybody may write.  Printed as they
are they could move a terminal's cursor, reverse the direction of a line (Unicode's bidirectional
controls) or fill the reply.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_ASCII = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
MAXIMUM_LINE = 400


def one_line(text: str, limit: int = MAXIMUM_LINE) -> str:
    """Return ``text`` as one printable line of at most ``limit`` characters."""
    shown = text[: limit * 4]
    if not shown.isprintable():  # which is true of nothing that is not visible
        shown = "".join(" " if char in "\t\n\r" else char for char in shown if _visible(char))
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else f"{shown[: limit - 3]}..."


def lines(text: str, limit: int = 40) -> list[str]:
    """Return at most ``limit`` printable lines, indentation kept."""
    found = []
    for line in text[: MAXIMUM_LINE * limit].split("\n")[:limit]:
        shown = line.expandtabs()
        if not shown.isprintable():
            shown = "".join(char for char in shown if _visible(char))
        found.append(shown.rstrip()[:MAXIMUM_LINE])
    return found


def ascii_only(text: str) -> str:
    """Return ``text`` with everything beyond ASCII replaced by its nearest ASCII form or ``?``."""
    if text.isascii():
        return text
    plain = "".join(_ASCII.get(char, char) for char in text)
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(
        char if char.isascii() else "?" for char in plain if not unicodedata.combining(char)
    )


def _visible(char: str) -> bool:
    return char in "\t\n\r" or unicodedata.category(char) not in _HIDDEN
