# SPDX-License-Identifier: GPL-3.0-or-later
"""The one mailbox of From, read strictly: what a domain can vouch for.

``bot.mail.addresses`` reads leniently whom a mail may be answered to.  Here the question is what
a signature stands for, so a From that could be read in two ways names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.mail.addresses import read_addresses
from bot.mail.header_block import HeaderBlock
from bot.mail.identity import plain_address
from bot.trust.errors import NotProvenError
from bot.trust.letter import Letter

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM}){{0,31}}@{_LABEL}(?:\.{_LABEL}){{1,31}}"
_PHRASE = r'(?:[^\x00-\x1f\x7f()<>\[\]:;@\\,"]|"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*")*'
# RFC 5322 section 3.4 without comments, groups and quoted local parts.
_MAILBOX = re.compile(rf"\s*(?:({_PHRASE})<({_ADDRESS})>|({_ADDRESS}))\s*")
_LONGEST = 1_000
_LIST_POST = re.compile(r"<mailto:([^<>?\s]{3,320})")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom From names."""

    address: str
    """Lower-case."""
    name: str
    """As written; anybody may write anything here."""

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2]


def read_sender(header: HeaderBlock) -> Sender:
    """Return the one mailbox of the one From; raises ``NotProvenError`` for any other From.

    Domains beyond ASCII are refused: a look-alike letter cannot hide in what is left.
    """
    values = header.every("from")
    if len(values) != 1:
        raise NotProvenError("it has not exactly one header from")
    found = _MAILBOX.fullmatch(values[0]) if len(values[0]) <= _LONGEST else None
    if found is None:
        raise NotProvenError("its From is not exactly one plain mailbox")
    return Sender((found[2] or found[3]).lower(), (found[1] or "").strip())


def require_person(letter: Letter, sender: Sender) -> None:
    """Raise ``NotProvenError`` where From is the address of a list, a tracker or the bot.

    A list that rewrites From signs with a domain that is aligned with what it wrote, for
    anybody who writes to it.
    """
    own = letter.own
    if own.is_public(sender.address) or own.is_own(sender.address):
        raise NotProvenError(
            "its From is no person's address; such mail needs an OpenPGP signature"
        )
    if plain_address(sender.address) in set(_list_addresses(letter)) or (
        letter.message.list_id and re.search(r"\bvia\b", sender.name, re.IGNORECASE)
    ):
        raise NotProvenError("a list wrote its From; such mail needs an OpenPGP signature")


def _list_addresses(letter: Letter) -> Iterator[str]:
    header = letter.header
    for value in header.every("list-post"):
        yield from (plain_address(address) for address in _LIST_POST.findall(value[:_LONGEST]))
    for name in ("x-beenthere", "x-mailing-list", "mailing-list"):
        for value in header.every(name):
            yield from (plain_address(a.email) for a in read_addresses(value, letter.limits))
    if list_id := letter.message.list_id:
        name, _, host = list_id.lower().partition(".")
        yield f"{name}@{host}"
