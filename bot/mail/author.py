# SPDX-License-Identifier: GPL-3.0-or-later
"""The person who wrote a mail, behind what Mailman and Debbugs made of From.

Mailman 2.1 (``from_is_list``, ``dmarc_moderation_action``) writes ``NAME via LIST <list>`` into
From and keeps the person in Reply-To; Debbugs keeps the From that it saw in Resent-From.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.limits import Limits
from bot.mail.addresses import read_addresses, without_list
from bot.mail.header_block import HeaderBlock
from bot.mail.identity import OwnIdentity
from bot.mail.message import Address

_PLACES = ("x-original-from", "reply-to", "resent-from", "x-debbugs-original-from", "sender")
_IN_BODY = re.compile(r"\s{0,200}From:[ \t]+([^\n]{3,300})\n")


def find_author(header: HeaderBlock, body: str, own: OwnIdentity, limits: Limits) -> Address:
    """Return the person behind a mail.

    A From that is a person's stands.  Where it is a list's or the tracker's, the other places
    are asked in turn, and one whose name is the one that From shows comes first.  Where nobody
    is found the address is empty: a list's address is never returned.
    """
    written = read_addresses(header.first("from"), limits)
    for address in written:
        if not own.is_public(address.email):
            return address
    name = without_list(written[0].name) if written else ""
    candidates = [
        address
        for address in _elsewhere(header, body, limits)
        if not own.is_public(address.email) and not own.is_own(address.email)
    ]
    return _best(candidates, name)


def _elsewhere(header: HeaderBlock, body: str, limits: Limits) -> Iterable[Address]:
    for place in _PLACES:
        for value in header.every(place):
            yield from read_addresses(value, limits)
    found = _IN_BODY.match(body)
    if found:
        yield from read_addresses(found[1], limits)


def _best(candidates: list[Address], name: str) -> Address:
    """Prefer the candidate with the name that From shows, then the first."""
    for candidate in candidates:
        if name and candidate.name.casefold() == name.casefold():
            return candidate
    if not candidates:
        return Address(name, "")
    first = candidates[0]
    return Address(first.name or name, first.email)
