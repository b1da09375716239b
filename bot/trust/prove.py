# SPDX-License-Identifier: GPL-3.0-or-later
"""Who wrote a mail, provably: the one question that this room answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.errors import MessageError
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.structure import read_structure
from bot.trust.domain_proof import prove_by_dkim, prove_by_server
from bot.trust.errors import NotProvenError
from bot.trust.key_records import KeyRecords, Lookup, dns_lookup
from bot.trust.keyring import Keyring
from bot.trust.letter import Letter
from bot.trust.openpgp import prove_by_openpgp
from bot.trust.proof import Proof, Unproven


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Prover:
    """Examines mails.  It knows no maintainers: whom a proof names is for others to judge."""

    own: OwnIdentity
    """Whose addresses are the bot's, a list's or the tracker's."""
    keyring: Keyring = field(default_factory=Keyring)
    """Whose OpenPGP signatures are heard."""
    trusted_authserv_ids: frozenset[str] = frozenset()
    """Servers whose Authentication-Results are believed, in lower case."""
    dkim: bool = True
    """Whether DKIM signatures are verified here, which asks the DNS."""
    lookup: Lookup = dns_lookup
    now: Callable[[], datetime] = _utc_now
    limits: Limits = DEFAULT_LIMITS

    def prove(self, raw: bytes, message: Message) -> Proof | Unproven:
        """Return who wrote the mail ``raw``, of which bot.mail made ``message``.

        Raises nothing for what a mail says.  OpenPGP, which proves a person, comes before a
        domain's word, and what is verified here before what a server says it verified.
        """
        try:
            letter = self._letter(raw, message)
        except (NotProvenError, MessageError) as error:
            return Unproven(str(error))
        refusals: list[NotProvenError] = []
        for way in (self._by_openpgp, self._by_dkim, self._by_server):
            try:
                return way(letter)
            except NotProvenError as error:
                refusals.append(error)
            except MessageError as error:  # a part past the bounds
                refusals.append(NotProvenError(str(error)))
        reasons = dict.fromkeys(error.reason for error in refusals)
        return Unproven("; ".join(reasons), any(error.temporary for error in refusals))

    def _letter(self, raw: bytes, message: Message) -> Letter:
        if len(raw) > self.limits.proof_bytes:
            raise NotProvenError(f"it is longer than {self.limits.proof_bytes} bytes")
        return Letter(raw, read_structure(raw, self.limits), message, self.own, self.limits)

    def _by_openpgp(self, letter: Letter) -> Proof:
        return prove_by_openpgp(letter, self.keyring)

    def _by_dkim(self, letter: Letter) -> Proof:
        if not self.dkim:
            raise NotProvenError("DKIM signatures are not verified here")
        return prove_by_dkim(letter, KeyRecords(self.lookup, self.limits), self.now())

    def _by_server(self, letter: Letter) -> Proof:
        return prove_by_server(letter, self.trusted_authserv_ids, self.now())
