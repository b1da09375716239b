# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a mail may hold commands: it went to the bot alone, or calls the bot by its name."""

from __future__ import annotations

from bot.limits import Limits
from bot.mail.addresses import read_addresses
from bot.mail.header_block import read_header
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message, Origin
from bot.steering.reading import mentions

_RECIPIENTS = ("to", "cc")


def may_hold_commands(
    message: Message, raw: bytes, name: str, own: OwnIdentity, limits: Limits
) -> bool:
    """Say whether a person wrote this to the bot, or a line in it begins with ``@name``.

    No mail of a program is ever taken for a command: not of another bot, of a tracker, or an
    answer on somebody's behalf (RFC 3834).
    """
    if message.origin is not Origin.PERSON:
        return False
    return mentions(message.body, name) or is_direct(raw, own, limits)


def is_direct(raw: bytes, own: OwnIdentity, limits: Limits) -> bool:
    """Say whether a mail went to the bot, and to no list or tracker besides.

    Raises ``MessageError`` as the parser of mails does.
    """
    beginning = raw[: limits.header_bytes].lower()
    domains = {address.rpartition("@")[2].lower().encode() for address in own.addresses}
    if not any(domain in beginning for domain in domains):
        return False  # as nearly all
    header = read_header(raw, limits)
    recipients = [
        address.email
        for field in _RECIPIENTS
        for value in header.every(field)
        for address in read_addresses(value, limits)
    ]
    return any(map(own.is_own, recipients)) and not any(map(own.is_public, recipients))
