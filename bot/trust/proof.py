# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mail proves about who wrote it, and which part of it that proof covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Method(StrEnum):
    """How a sender was proven."""

    DKIM = "dkim"
    """A signature of the domain of From, verified here (RFC 6376), aligned with From."""
    RESULTS = "authentication-results"
    """The word of a server that the configuration trusts (RFC 8601)."""
    OPENPGP = "openpgp"
    """A person's signature (RFC 9580), inline or PGP/MIME (RFC 3156), by a key of the keyring."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody is who they say; everything outside of ``text`` is still a stranger's word."""

    method: Method
    address: str
    """Lower-case address of the person that is proven: the one of From, with OpenPGP only where
    From is an address of the key's owner; else empty."""
    by: str
    """What vouches: the signing domain, the server's name, or the key's fingerprint (upper-case
    hexadecimal, of the primary key)."""
    text: str
    """The plain text that the proof covers, decoded, LF line ends; commands stand here only."""
    nonce: str
    """The same for every copy of what was signed, whatever was put around it; never empty."""
    signed_at: datetime
    """When it was signed, in UTC: the signature's own time, else the signed Date."""
    may_change: bool
    """Whether what is covered suffices for a command that changes something: sender, time,
    recipients or identity of the mail, and the whole text.  False for one that may only be
    answered; ``lacks`` then says why."""
    names_bot: bool
    """Whether an address of the bot stands among the recipients that the proof covers."""
    lacks: str = ""
    """What is missing for ``may_change``, for the sender to read; empty where nothing is."""
    key: str = ""
    """OpenPGP only: the fingerprint of the key that signed, the primary one or a subkey of it."""


@dataclass(frozen=True, slots=True)
class Unproven:
    """Nobody is proven."""

    reason: str
    """For the audit log and the operator: one sentence, without what could steer a terminal."""
    temporary: bool = False
    """Nothing is wrong with the mail: the DNS or gpgv gave no answer, and may later."""
