# SPDX-License-Identifier: GPL-3.0-or-later
"""The archives that are polled: ``[[sources]]``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import model_validator

from bot.config.choices import Security, SourceKind
from bot.config.values import Duration, Frozen, Line, Name, Port, Since

_SOURCE_KEYS = {"name", "kind", "since", "every"}
_SOURCE_NEEDS = {
    SourceKind.MBOX: ("path",),
    SourceKind.MAILDIR: ("path",),
    SourceKind.PUBLIC_INBOX: ("url",),
    SourceKind.PUBLIC_INBOX_GIT: ("url", "path"),
    SourceKind.IMAP: ("host", "username", "password_file"),
}


class SourceSettings(Frozen):
    """One archive that is polled; its cursor is stored under ``name``."""

    name: Name
    kind: SourceKind
    path: Path | None = None
    """Of an mbox file or a Maildir; of the mirror's directory with ``public-inbox-git``."""
    url: str | None = None
    """Of a public-inbox archive."""
    host: Line | None = None
    """Of an IMAP server, like all that follows up to ``ca_file``."""
    port: Port | None = None
    security: Security = Security.TLS
    username: Line | None = None
    password_file: Path | None = None
    """A file that holds the password and nothing else."""
    folder: Line = "INBOX"
    done_folder: Line | None = None
    """Where mail is moved once it has been stored; it stays where it is if not said."""
    bad_folder: Line | None = None
    """Where mail is moved that could not be read; it goes where the other mail goes if not said."""
    ca_file: Path | None = None
    since: Since = "now"
    """Mail older than this is read past and never answered; ``now`` is the first poll."""
    every: Duration | None = None
    """How often it is polled; ``schedule.poll`` if not said."""

    @property
    def place(self) -> str:
        """Where the mail is, for a person: an address, a path or a host."""
        return str(self.url or self.path or self.host)

    @model_validator(mode="after")
    def _has_its_place(self) -> Self:
        wanted = _SOURCE_NEEDS[self.kind]
        for key in wanted:
            if getattr(self, key) is None:
                raise ValueError(f'{key} is missing: kind = "{self.kind}" needs it')
        for key in sorted(self.model_fields_set - _SOURCE_KEYS - set(wanted)):
            if self.kind is not SourceKind.IMAP or key in ("path", "url"):
                needs = " and ".join(wanted)
                raise ValueError(f'{key} does not go with kind = "{self.kind}"; it needs {needs}')
        if self.url is not None and not re.match(r"https?://[^/\s@]+(/\S*)?\Z", self.url):
            raise ValueError("url must begin with http:// or https:// and hold no user or password")
        return self
