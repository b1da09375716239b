# SPDX-License-Identifier: GPL-3.0-or-later
"""Short lines, which a phone shows without breaking them."""

from __future__ import annotations

import textwrap
from datetime import datetime

_WIDTH = 60


def hanging(text: str) -> list[str]:
    """Return ``text`` like ``wrapped``, all lines but the first indented.

    For words of others behind ours: no line of theirs reads as a command where it is quoted.
    """
    first, *rest = wrapped(text) or [""]
    return [first, *wrapped(" ".join(rest), "  ")]


def wrapped(text: str, indent: str = "") -> list[str]:
    """Return ``text`` in lines of at most 60 columns (a word that is longer stays whole)."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def minute(moment: datetime) -> str:
    """Return a time in UTC for a person."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
