# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of signing domains in the DNS (RFC 6376 section 3.6.1), asked once and within bounds."""

from __future__ import annotations

from collections.abc import Callable

import dns.exception
import dns.resolver

from bot.limits import Limits

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
        try:
            record = self._lookup(name, self._limits.dns_seconds)
        except OSError:
            self.unanswered = True
            return None
        return record if record and len(record) <= self._limits.key_record_bytes else None
