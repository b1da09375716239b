# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of one series: what the checks found in each of its packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.checks.finding import Finding, Status, worst
from bot.models.assessment import ModelPackage
from bot.upstream.facts import PackageFacts


@dataclass(frozen=True, slots=True)
class PackageReport:
    """One package of the series; findings only where it is a model that needs a report."""

    model: ModelPackage
    facts: PackageFacts
    findings: tuple[Finding, ...]
    quotes: Mapping[int, str] = field(default_factory=dict)
    """The author's lines that findings point at, by number, as far as the patch shows them."""
    excerpt: Mapping[int, str] = field(default_factory=dict)
    """The same lines as they stand, with those around them."""

    @property
    def verdict(self) -> Status:
        """The worst status among the findings."""
        return worst(finding.status for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """What the pipeline says of one series at one revision."""

    policy: str
    subject: str
    author: str
    """``Name <address>`` of the person."""
    issue: int | None
    revision: int
    patches: int
    missing: tuple[int, ...]
    message_ids: tuple[str, ...]
    packages: tuple[PackageReport, ...]
    """The packages that ship models."""
    other_packages: tuple[PackageReport, ...] = ()
    """The packages that the series touches and that ship none."""
    findings: tuple[Finding, ...] = ()
    """What is said of the series as a whole (bot/checks/series.py)."""
    notes: tuple[str, ...] = ()
    """What the reader must know of how it was read: hunks that did not apply, limits reached."""

    @property
    def verdict(self) -> Status:
        """The worst status among all findings; ``none`` where nothing was to be judged."""
        judged = [package for package in self.packages if package.findings]
        if not judged:
            return Status.NONE
        of_packages = (finding for package in judged for finding in package.findings)
        return worst(finding.status for finding in (*of_packages, *self.findings))
