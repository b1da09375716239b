# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about the origins of a package, each with where and when it was learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.guix.package import PackageOrigin

T = TypeVar("T")
OF_THE_WEIGHTS = "the weights"
"""What a licence is stated for, unless it is of a repository as a whole."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value that somebody outside stated, or the reason why there is none."""

    value: T | None
    source: str
    """URL that it was learnt from, or would have been."""
    learnt_at: datetime | None
    """UTC; None where it was not learnt."""
    reason: str = ""
    """Why there is no value: ``not asked: offline``, ``HTTP 404`` …"""

    def cited(self, page: str) -> Fact[T]:
        """Return the same with ``page`` as its source: the publisher's page for people."""
        return replace(self, source=page)


@dataclass(frozen=True, slots=True)
class BaseModelFacts:
    """One model that another one was derived from, and the terms that it passes on."""

    name: str
    license: Fact[str]
    """The publisher's identifier, as given."""
    license_spdx: str | None = None
    license_verdict: str | None = None


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """What the publisher of one origin states."""

    size: Fact[int]
    """Bytes of the download."""
    unpacked_size: Fact[int] | None = None
    license: Fact[str] | None = None
    """The publisher's identifier, as given."""
    license_spdx: str | None = None
    license_verdict: str | None = None
    """``free``, ``nonfree`` or ``unclear``, by the licence table."""
    license_of: str = OF_THE_WEIGHTS
    """What the licence is stated for, where that is not the weights: ``the repository``."""
    license_link: str | None = None
    """Where the publisher keeps the text of a licence that has no identifier."""
    base_models: tuple[str, ...] = ()
    base_chain: tuple[BaseModelFacts, ...] = ()
    """The base models and theirs, nearest first, as far as they were followed."""
    base_chain_complete: bool = True
    """False where the chain went on and was not followed (depth, loop, no answer)."""
    datasets: tuple[str, ...] = ()
    sha256: Fact[str] | None = None
    """Hexadecimal, as the publisher states it for the file."""
    gated: bool | None = None
    file_formats: tuple[str, ...] = ()
    uses_lfs: bool | None = None
    immutable: bool | None = None
    """Whether the URL names something that its publisher cannot change; None where not known."""
    revision: str | None = None
    """The commit that the publisher resolves the named revision to."""
    publisher: str | None = None
    """The account that publishes it, where the host has accounts."""
    safe_alternative: str | None = None
    """A file of the same publisher and revision in a format that runs no code when loaded."""
    open_training_code: bool | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """Facts for each origin of a package, by index into ``package.origins``."""

    origins: Mapping[int, OriginFacts] = field(default_factory=dict)
    previous: Mapping[int, OriginFacts] = field(default_factory=dict)
    """The same for ``change.before.origins`` of a package that is updated; may be empty."""


class FactFinder(Protocol):
    """Asks the world about an origin; never raises for what the world does."""

    def for_one_mail(self) -> FactFinder:
        """Return a finder with a budget of its own for one series; cache and limits are shared."""

    def facts_about(self, origin: PackageOrigin) -> OriginFacts:
        """Return what is known; what is not carries the reason."""
