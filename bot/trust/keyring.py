# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys whose signatures are heard, and what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.trust.certificates import Certificate, KeyringError, merged
from bot.trust.public_key import PublicKey

__all__ = ["Keyring", "KeyringError"]


class Keyring:
    """Certificates that do not change any more."""

    def __init__(self, certificates: Iterable[Certificate] = ()) -> None:
        """Take ``certificates``; copies of one are joined."""
        self.certificates = merged(certificates)
        self.content = b"".join(certificate.content for certificate in self.certificates)
        """All of them, as gpgv reads them."""
        self._by_fingerprint = {
            key.fingerprint: (certificate, key)
            for certificate in self.certificates
            for key in certificate.keys
        }

    def __bool__(self) -> bool:
        """Say whether there is any key."""
        return bool(self.certificates)

    def certificate(self, fingerprint: str) -> Certificate | None:
        """Return the certificate that holds the key or subkey with this fingerprint."""
        found = self._by_fingerprint.get(fingerprint)
        return found[0] if found else None

    def key(self, fingerprint: str) -> PublicKey | None:
        """Return the key or subkey with this fingerprint."""
        found = self._by_fingerprint.get(fingerprint)
        return found[1] if found else None

    def only(self, fingerprints: Collection[str]) -> Keyring:
        """Return a keyring with those certificates alone that hold one of ``fingerprints``."""
        wanted = set(fingerprints)
        return Keyring(
            certificate
            for certificate in self.certificates
            if wanted.intersection(key.fingerprint for key in certificate.keys)
        )
