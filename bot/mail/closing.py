# SPDX-License-Identifier: GPL-3.0-or-later
"""Which issues a mail closes, as far as an archive of the list shows it.

Debbugs closes N on a mail to ``N-done@`` (or ``N-close@``), and says so in mails of its own
(https://debbugs.gnu.org/Developer.html#closing).  A forged one only makes the bot silent.
"""

from __future__ import annotations

import re

from bot.limits import Limits
from bot.mail.addresses import read_addresses
from bot.mail.header_block import HeaderBlock
from bot.mail.identity import OwnIdentity

_RECIPIENTS = ("to", "cc", "x-debbugs-original-to", "resent-to")
_CLOSING_ADDRESS = re.compile(r"(\d{1,9})-(?:done|closed?)(?:-[a-z]{1,10})?")
_NONE: frozenset[int] = frozenset()
_CLOSING_NOTICE = re.compile(r"(?:closed|they-closed|cc-closed)\s+(\d{1,9})")


def closed_issues(header: HeaderBlock, identity: OwnIdentity, limits: Limits) -> frozenset[int]:
    """Return the numbers of the issues that a mail with this header closes."""
    found = _recipients(header, identity, limits)
    for value in header.every("x-gnu-pr-message"):
        found |= _notice(value)
    return frozenset(found) if found else _NONE


def _notice(value: str) -> set[int]:
    match = _CLOSING_NOTICE.match(value.lower())
    return {int(match[1])} if match else set()


def _recipients(header: HeaderBlock, identity: OwnIdentity, limits: Limits) -> set[int]:
    closed: set[int] = set()
    for name in _RECIPIENTS:
        for value in header.every(name):
            lowered = value.lower()
            # Most mails go to no such address: the full parser reads only those that may.
            if "-done" in lowered or "-close" in lowered:
                closed |= _numbers(value, identity, limits)
    return closed


def _numbers(value: str, identity: OwnIdentity, limits: Limits) -> set[int]:
    numbers = set()
    for address in read_addresses(value, limits):
        local, _, domain = address.email.lower().rpartition("@")
        match = _CLOSING_ADDRESS.fullmatch(local)
        if match and domain in identity.tracker_domains:
            numbers.add(int(match[1]))
    return numbers
