# SPDX-License-Identifier: GPL-3.0-or-later
"""What the terminal at the other end can show."""

from __future__ import annotations

import os
from typing import TextIO


def understands_escapes(stream: TextIO | None) -> bool:
    """Tell whether ``stream`` (None: closed) is a terminal that knows escape sequences."""
    return bool(stream and stream.isatty() and os.environ.get("TERM") != "dumb")


def shows_colour(stream: TextIO | None) -> bool:
    """Tell whether to colour what goes there: not where NO_COLOR is set (https://no-color.org)."""
    return understands_escapes(stream) and not os.environ.get("NO_COLOR")
