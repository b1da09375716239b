# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses are the bot's, the list's and the tracker's: never those of a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

LISTS = ("guix-patches@gnu.org", "guix-devel@gnu.org", "bug-guix@gnu.org", "help-guix@gnu.org")

_COMMANDS = (
    "-bounces", "-request", "-owner", "-admin", "-join", "-leave", "-subscribe", "-unsubscribe",
    "-confirm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """Who is who on the list, from the configuration.

    The defaults describe guix-patches; another list, tracker or bot is another value.
    """

    addresses: tuple[str, ...] = ()
    """The bot's own addresses, in any case; ``bot+tag@`` and the like count too."""
    message_id_prefix: str = "weighbridge."
    """How the local part of each Message-ID begins that the bot makes."""
    header: str = "X-Weighbridge"
    """The header that every mail of the bot carries."""
    lists: tuple[str, ...] = LISTS
    """Addresses of lists, which Mailman puts in place of a person's."""
    tracker_domains: tuple[str, ...] = ("debbugs.gnu.org",)
    """Where ``N@`` is the address of report N."""

    def is_own(self, email: str) -> bool:
        """Say whether ``email`` is one of the bot's addresses in any form."""
        address = plain_address(email)
        return any(plain_address(own) == address for own in self.addresses)

    def is_public(self, email: str) -> bool:
        """Say whether ``email`` is a list's or the tracker's, so not a person's."""
        address = plain_address(email)
        domain = address.rpartition("@")[2]
        return address in self.lists or any(
            domain == tracker or domain.endswith(f".{tracker}") for tracker in self.tracker_domains
        )


@lru_cache(maxsize=2_000)
def plain_address(email: str) -> str:
    """Return ``email`` in lower case, without ``+tag``, a list's ``-bounces`` and a final dot.

    Lists take commands at addresses of their own (Mailman 2.1, "List addresses"): what is sent
    there would subscribe, unsubscribe or confirm.

    >>> plain_address("Bot+abc@Example.ORG")
    'bot@example.org'
    """
    local, at, domain = email.strip().lower().rpartition("@")
    local = local.split("+", 1)[0]
    for suffix in _COMMANDS:
        local = local.removesuffix(suffix)
    return f"{local}{at}{domain.rstrip('.')}"
