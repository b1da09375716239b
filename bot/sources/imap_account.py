# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a mailbox is and who reads it."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum


class ImapSecurity(StrEnum):
    """How the connection is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"
    """Not at all: to this machine alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where the mailbox is and who reads it."""

    host: str
    username: str
    password: str
    port: int | None = None
    """None for the usual one: 993 with TLS, else 143."""
    security: ImapSecurity = ImapSecurity.TLS
    folder: str = "INBOX"
    done_folder: str | None = None
    """Where mails go that were read; None leaves them where they are."""
    bad_folder: str | None = None
    """Where mails go that could not be read; None: where the others go."""
    ca_file: str | None = None
    """PEM file of the authority that signed the server's certificate, beside the system's."""

    def __repr__(self) -> str:
        """Leave out the password: it must not get into a log."""
        return f"ImapAccount({self.username!r} at {self.host!r})"

    @property
    def moves_mail(self) -> bool:
        """Whether any mail is moved away after it was read."""
        return self.done_folder is not None or self.bad_folder is not None

    @property
    def exposes_password(self) -> bool:
        """Whether the password would go unprotected to another machine."""
        return self.security is ImapSecurity.PLAIN and not _is_local(self.host)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False
