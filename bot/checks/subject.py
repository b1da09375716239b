# SPDX-License-Identifier: GPL-3.0-or-later
"""What several checks ask of a package: its weights, its unknown fields, where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.guix.package import PackageDefinition, PackageOrigin
from bot.models.assessment import ModelPackage
from bot.upstream.facts import OF_THE_WEIGHTS, OriginFacts, PackageFacts


@dataclass(frozen=True, slots=True)
class Weights:
    """One origin that is trained parameters, with what its publisher states (if asked)."""

    origin: PackageOrigin
    facts: OriginFacts | None

    @property
    def own_license(self) -> str | None:
        """What the publisher states of the weights themselves, and not of a repository as a whole.

        The licence of a repository may be that of its code.
        """
        known = self.facts
        if known is None or known.license is None or known.license_of != OF_THE_WEIGHTS:
            return None
        return known.license.value

    @property
    def place(self) -> str:
        """Name it for a person: its label, its file's name, or its URL's last part."""
        if self.origin.label or self.origin.file_name:
            return self.origin.label or self.origin.file_name or ""
        return self.origin.uris[0].rstrip("/").rsplit("/", 1)[-1] if self.origin.uris else "source"


def weights_of(model: ModelPackage, facts: PackageFacts) -> tuple[Weights, ...]:
    """Return the weights of a package; its source where no origin was singled out."""
    origins = model.change.package.origins
    chosen = [index for index in model.weight_origins if index < len(origins)]
    if not chosen:
        chosen = [index for index, origin in enumerate(origins) if origin.role == "source"]
    return tuple(Weights(origins[index], facts.origins.get(index)) for index in chosen)


def is_program(model: ModelPackage) -> bool:
    """Tell whether the weights come as inputs of something else that the package builds."""
    origins = model.change.package.origins
    chosen = [origins[index] for index in model.weight_origins if index < len(origins)]
    return bool(chosen) and all(origin.role != "source" for origin in chosen)


def unknown_reason(package: PackageDefinition, *fields: str) -> str | None:
    """Return why the first of the fields that is unknown is so; None where all are known."""
    for unknown in package.unknown:
        if unknown.field in fields:
            return unknown.reason or "it is computed"
    return None
