# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may change things: persons, and what proves each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.trust.proof import Method, Proof


@dataclass(frozen=True, slots=True)
class Maintainer:
    """One person whose commands are carried out."""

    name: str
    addresses: tuple[str, ...] = ()
    """Lower-case; what a domain's word proves."""
    fingerprints: tuple[str, ...] = ()
    """Of OpenPGP keys, upper-case hexadecimal, all 40 or 64 digits.  That of a primary key speaks
    for its subkeys; that of a subkey for itself alone."""


class Maintainers:
    """All of them.  Where two name the same address or key, the first one has it."""

    def __init__(self, people: Iterable[Maintainer] = ()) -> None:
        """Take the persons in the order of precedence."""
        self.people = tuple(people)
        self._by_address: dict[str, Maintainer] = {}
        self._by_fingerprint: dict[str, Maintainer] = {}
        for person in self.people:
            for address in person.addresses:
                self._by_address.setdefault(address, person)
            for fingerprint in person.fingerprints:
                self._by_fingerprint.setdefault(fingerprint, person)

    @property
    def fingerprints(self) -> frozenset[str]:
        """The fingerprints of all of them."""
        return frozenset(self._by_fingerprint)

    def of(self, proof: Proof) -> Maintainer | None:
        """Return whom ``proof`` proves; None for somebody else.

        A domain's word is good for an address, and an OpenPGP signature for its key: never for an
        address that stands beside it, and never for a display name.
        """
        if proof.method is Method.OPENPGP:
            signer = self._by_fingerprint.get(proof.key)
            return signer or self._by_fingerprint.get(proof.by)
        return self._by_address.get(proof.address)
