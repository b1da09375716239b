# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to "does this package ship trained parameters", with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from bot.guix.package import PackageChange


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation for or against, and how much it counts."""

    kind: str
    """``weights-file-type``, ``model-host``, ``install-plan``, ``inherits-model`` …"""
    detail: str
    weight: int
    """Points; negative speaks against.  docs/models.md says how much each kind counts, and why."""


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """A package change, judged."""

    change: PackageChange
    is_model: bool
    evidence: tuple[Evidence, ...]
    weight_origins: tuple[int, ...]
    """Indices into ``change.package.origins`` of those that are trained parameters."""
    reason: str
    """One sentence for a person: why it is, or is not, a model."""
    needs_report: bool
    """False where the change touches nothing that the checks look at (removed, moved, reformatted,
    description only)."""
