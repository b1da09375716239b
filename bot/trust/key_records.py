# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of signing domains in the DNS (RFC 6376 section 3.6.1), asked once and within bounds."""

from __future__ import annotations

import time
from collections.abc import Callable

import dns.exception
import dns.resolver

from bot.limits import Limits
from bot.trust.alignment import registrable

_SILENCE_SECONDS = 600.0
_MOST_SILENT = 1_000

Lookup = Callable[[bytes, float], bytes | None]
"""(name with a final dot, seconds) → the TXT record, None where there is none.

Raises ``OSError`` where nobody answers."""


def dns_lookup(name: bytes, seconds: float) -> bytes | None:
    """Ask the resolver of this machine for the one key record of ``name``; a ``Lookup``.

    Several are as good as none: RFC 6376 section 3.6.2.2 leaves undefined which one holds.
    """
    try:
        answer = dns.resolver.resolve(name.decode("ascii"), "TXT", lifetime=seconds)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except dns.exception.DNSException as error:
        raise OSError(f"the DNS does not answer for {name.decode('ascii')}") from error
    records = [b"".join(record.strings) for record in answer]
    keys = [record for record in records if b"p=" in record]
    return keys[0] if len(keys) == 1 else None


class RememberedSilence:
    """Asks, and leaves a domain alone for some minutes that has not answered.

    Each question to a name server that does not answer takes seconds: without this, a stranger's
    mails that are "signed" by such a domain would keep the bot from hearing anybody else.
    """

    def __init__(self, lookup: Lookup, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask through ``lookup``; ``clock`` tells seconds."""
        self._lookup = lookup
        self._clock = clock
        self._silent: dict[str, float] = {}

    def __call__(self, name: bytes, seconds: float) -> bytes | None:
        """Return the TXT record of ``name``; raises ``OSError`` at once for a silent domain."""
        # Whoever has a domain has as many below it as they like.
        written = name.lower().partition(b"._domainkey.")[2].rstrip(b".")
        domain = registrable(written.decode("ascii", "replace"))
        now = self._clock()
        if now < self._silent.get(domain, 0.0):
            raise OSError("the domain's name servers have not answered lately")
        try:
            return self._lookup(name, seconds)
        except OSError:
            if len(self._silent) >= _MOST_SILENT:
                self._silent.clear()
            self._silent[domain] = now + _SILENCE_SECONDS
            raise


class KeyRecords:
    """The key records for one mail, in the form in which dkimpy asks for them."""

    def __init__(self, lookup: Lookup, limits: Limits) -> None:
        """Ask through ``lookup``."""
        self._lookup = lookup
        self._limits = limits
        self._known: dict[bytes, bytes | None] = {}
        self.unanswered = False
        """Nobody answered one of the questions."""

    def __call__(self, name: bytes, timeout: float = 0) -> bytes | None:
        """Return the TXT record of ``name``; ``timeout`` is dkimpy's, and not used."""
        del timeout
        if name not in self._known:
            self._known[name] = self._asked(name)
        return self._known[name]

    def _asked(self, name: bytes) -> bytes | None:
        if self.unanswered:
            return None  # one silent name server a mail is enough
        try:
            record = self._lookup(name, self._limits.dns_seconds)
        except OSError:
            self.unanswered = True
            return None
        return record if record and len(record) <= self._limits.key_record_bytes else None
