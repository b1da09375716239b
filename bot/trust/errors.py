# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of a proof raise; it never leaves the room."""

from __future__ import annotations

from bot.mail.subject import one_line

_REASON = 300
_QUOTED = 100


class NotProvenError(Exception):
    """This way proves nobody; ``reason`` is one line that can be printed."""

    def __init__(self, reason: str, *, temporary: bool = False) -> None:
        """Keep the reason; ``temporary`` where asking again later may help."""
        self.reason = one_line(reason, _REASON)
        self.temporary = temporary
        super().__init__(self.reason)


def shown(value: str) -> str:
    """Return a stranger's words, short and without what could steer a terminal."""
    return one_line(value, _QUOTED)
