# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers: a maintainer accepts a finding, which is still shown and no longer counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.checks.finding import Finding, Status, Waived
from bot.report.report import Report

_CAN_BE_WAIVED = frozenset({Status.FAIL, Status.WARN, Status.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Waiver:
    """What a maintainer accepts in a series, in all its revisions."""

    code: str
    package: str
    """Empty for every package, and for what is said of the series as a whole."""
    by: str
    reason: str
    at: datetime
    """In UTC."""


def with_waivers(report: Report, waivers: Sequence[Waiver]) -> Report:
    """Return ``report`` with the findings that ``waivers`` accept as notes that say so."""
    if not waivers:
        return report
    packages = tuple(
        replace(one, findings=_accepted(one.findings, one.model.change.package.name, waivers))
        for one in report.packages
    )
    return replace(report, packages=packages, findings=_accepted(report.findings, None, waivers))


def _accepted(
    findings: Iterable[Finding], package: str | None, waivers: Sequence[Waiver]
) -> tuple[Finding, ...]:
    return tuple(_one(finding, package, waivers) for finding in findings)


def _one(finding: Finding, package: str | None, waivers: Sequence[Waiver]) -> Finding:
    if finding.status not in _CAN_BE_WAIVED:
        return finding
    for waiver in waivers:
        if waiver.code == finding.code and waiver.package in ("", package):
            waived = Waived(waiver.by, waiver.reason, waiver.at, finding.status)
            return replace(finding, status=Status.NOTE, waived=waived)
    return finding
