# SPDX-License-Identifier: GPL-3.0-or-later
"""How mail leaves: ``[smtp]``, ``[dkim]``, ``[delivery]`` and ``[mail_limits]``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from bot.config.choices import Security, SinkKind
from bot.config.values import Duration, Frozen, Line, Port


class SmtpSettings(Frozen):
    """The server that takes the mail."""

    host: Line
    port: Port = 587
    security: Security = Security.STARTTLS
    username: Line | None = None
    password_file: Path | None = None
    password: SecretStr | None = None
    """Filled in from the environment or the file; a mistake in the TOML."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    timeout: Duration = timedelta(seconds=60)
    smtputf8: bool = False
    """Whether the server takes addresses beyond ASCII (RFC 6531)."""
    hello: Line | None = None
    """Name to say in EHLO; the host's own if not said."""

    @model_validator(mode="after")
    def _protects_the_password(self) -> Self:
        if self.security is Security.NONE and self.username and not _is_loopback(self.host):
            raise ValueError('username with security = "none" would send the password in clear')
        if self.password is not None and self.username is None:
            raise ValueError("username is missing: there is a password for it")
        return self


class DkimSettings(Frozen):
    """How mail is signed, where the SMTP server does not do that."""

    selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$")]
    key_file: Path
    """The private key (PEM)."""
    domain: Line | None = None
    """That of ``bot.address`` if not said."""


class DeliverySettings(Frozen):
    """How mail leaves the outbox."""

    sink: SinkKind = SinkKind.SMTP
    path: Path | None = None
    """Of the Maildir, or the directory of ``.eml`` files."""
    confirm_wait: Duration = timedelta(hours=1)
    """How long the archive is watched for a mail whose sending was cut off."""
    attempts: Annotated[int, Field(ge=1, le=100)] = 12
    """How often a mail is tried before it has failed."""
    first_retry: Duration = timedelta(minutes=1)
    longest_retry: Duration = timedelta(hours=4)

    @model_validator(mode="after")
    def _has_a_path(self) -> Self:
        if self.sink is not SinkKind.SMTP and self.path is None:
            raise ValueError(f'path is missing: sink = "{self.sink}" needs it')
        return self


class MailLimits(Frozen):
    """How much mail may leave, of all kinds together; past it, mail is held."""

    per_hour: Annotated[int, Field(ge=0, le=10_000)] = 10
    per_day: Annotated[int, Field(ge=0, le=100_000)] = 40
    per_thread_per_day: Annotated[int, Field(ge=0, le=1_000)] = 3
    per_person_per_day: Annotated[int, Field(ge=0, le=1_000)] = 8


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}
