# SPDX-License-Identifier: GPL-3.0-or-later
"""Short IDs of held mails: what a person can copy from one phone screen to the next."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.reply.outbox import State
from bot.store.outbox import StoredMail, mail_in

_SHORT = 8


def short_id(message_id: str, prefix: str) -> str:
    """Return the beginning of ``message_id`` behind the ``prefix`` that all of the bot's have.

    >>> short_id("weighbridge.880d5beabc3185.0@example.org", "weighbridge.")
    '880d5bea'
    """
    return message_id.removeprefix(prefix)[:_SHORT]


def held_mail(connection: Connection, written: str, prefix: str) -> StoredMail | str:
    """Return the held mail that ``written`` names (short, or whole), or why there is none."""
    wanted = written.strip("<> ").removeprefix(prefix).lower()
    found = [
        mail
        for mail in mail_in(connection, {State.HELD})
        if mail.message_id.removeprefix(prefix).lower().startswith(wanted)
    ]
    if not found:
        return f'No held mail has the ID {written[:60]}: "list held" shows those that there are.'
    if len(found) > 1:
        return f"The ID {written[:60]} is that of {len(found)} held mails: write more of it."
    return found[0]
