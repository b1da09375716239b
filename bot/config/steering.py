# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may ask and steer by mail, and how that is proven: ``[steering]``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.config.values import Duration, Frozen


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | Path) else value


def _parse_server(value: object) -> object:
    if isinstance(value, str) and value and not set(value) & set(' \t;"()=@'):
        return value.lower()
    raise ValueError(
        "must be the name that the server writes first into Authentication-Results, such as "
        '"mx.example.org"'
    )


def _parse_branch(value: object) -> object:
    if (
        isinstance(value, str)
        and value
        and not value.startswith("-")
        and not set(value) & set(" :")
    ):
        return value
    raise ValueError('must be the name of a branch, such as "origin/keyring"')


Count = Annotated[int, Field(ge=0, le=10_000)]


class AuthorizationsSettings(Frozen):
    """The committers of a Guix channel as maintainers: names, fingerprints and keys from Git."""

    repository: Path | None = None
    """Clone of the channel; ``guix_repo`` if not said."""
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    """Whose ``.guix-authorizations`` counts: all of it, so that nobody can change it by a push."""
    keyring_branch: Annotated[str, BeforeValidator(_parse_branch)] | None = None
    """Where the keys are; ``origin/keyring`` or else ``keyring`` if not said."""


class SteeringSettings(Frozen):
    """Commands by mail."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")] = "weighbridge"
    """The word behind ``@`` that a line on the list addresses the bot with."""
    maintainers: Path | None = None
    """TOML file of persons who may change something; ``config/maintainers.toml`` is a sample."""
    keyring: Annotated[tuple[Path, ...], BeforeValidator(_as_list)] = ()
    """Files of OpenPGP keys, armoured or binary."""
    trusted_authserv_ids: tuple[Annotated[str, BeforeValidator(_parse_server)], ...] = ()
    """Mail servers whose Authentication-Results are believed."""
    dkim: bool = True
    """Whether DKIM signatures are verified, which asks the DNS."""
    authorizations: AuthorizationsSettings | None = None
    window: Duration = timedelta(days=3)
    """How old, or how far in the future, a signed command may be."""
    answers_per_sender_per_day: Count = 20
    answers_per_domain_per_day: Count = 60
    refusals_per_sender_per_day: Count = 1
    refusals_per_domain_per_day: Count = 5
