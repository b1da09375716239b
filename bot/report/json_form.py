# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON form of a report, version 1: what ``weighbridge check --format json`` prints.

It is a contract with other programs: keys are added, never renamed or removed, within a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.checks.finding import Finding, Waived
from bot.guix.package import PackageDefinition, PackageLicense, PackageOrigin
from bot.report.report import PackageReport, Report
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.revision import is_pinned

VERSION = 1


def document_to_json(
    policy: str,
    reports: Iterable[Report],
    errors: Sequence[tuple[str, str]],
    all_packages: bool = False,
) -> dict[str, Any]:
    """Return the whole document; ``errors`` are (source, message) of input that was not read.

    ``all_packages`` also lists the packages that ship no model.
    """
    return {
        "version": VERSION,
        "policy": policy,
        "series": [report_to_json(report, all_packages) for report in reports],
        "errors": [{"source": source, "message": message} for source, message in errors],
    }


def report_to_json(report: Report, all_packages: bool = False) -> dict[str, Any]:
    """Return one entry of ``series``; also the form in which a report is stored and compared."""
    packages = (*report.packages, *(report.other_packages if all_packages else ()))
    return {
        "subject": report.subject,
        "author": report.author,
        "issue": report.issue,
        "revision": report.revision,
        "patches": report.patches,
        "missing": list(report.missing),
        "message_ids": list(report.message_ids),
        "verdict": report.verdict.value,
        "packages": [_package(package) for package in packages],
        "findings": [_finding(item) for item in report.findings],
        "notes": list(report.notes),
    }


def _package(package: PackageReport) -> dict[str, Any]:
    model = package.model
    definition = model.change.package
    return {
        "name": definition.name,
        "version": definition.version,
        "file": model.change.file,
        "line": definition.line,
        "change": "changed" if model.change.kind == "moved" else model.change.kind,
        "model": model.is_model,
        "basis": model.change.basis.value,
        "basis_reason": model.change.basis_reason,
        "reason": model.reason,
        "evidence": [{"kind": item.kind, "detail": item.detail} for item in model.evidence],
        "build_system": definition.build_system,
        "substitutable": _substitutable(definition),
        "licenses": [_license(item) for item in definition.licenses],
        "origins": [
            _origin(origin, index in model.weight_origins, package.facts.origins.get(index))
            for index, origin in enumerate(definition.origins)
        ],
        "verdict": package.verdict.value if package.findings else "none",
        "findings": [_finding(item) for item in package.findings],
        "quotes": _lines(package.quotes),
        "excerpt": _lines(package.excerpt),
    }


def _lines(lines: Mapping[int, str]) -> list[dict[str, Any]]:
    return [{"line": number, "text": text} for number, text in sorted(lines.items())]


def _substitutable(definition: PackageDefinition) -> bool | str | None:
    value = definition.substitutable
    return None if value == "unknown" else value


def _license(item: PackageLicense) -> dict[str, Any]:
    return {"variable": item.variable, "spdx": item.spdx, "verdict": item.verdict}


def _origin(origin: PackageOrigin, weights: bool, facts: OriginFacts | None) -> dict[str, Any]:
    return {
        "role": origin.role,
        "method": origin.method,
        "uri": list(origin.uris),
        "hash": origin.hash,
        "pinned": is_pinned(origin),
        "weights": weights,
        "size": facts.size.value if facts else None,
        "learnt": _learnt(facts) if facts else None,
    }


def _learnt(facts: OriginFacts) -> dict[str, Any]:
    """What the publisher states, each with where and when that was learnt."""
    return {
        "size": _fact(facts.size),
        "unpacked_size": _fact(facts.unpacked_size),
        "license": _publisher_license(facts),
        "publisher": facts.publisher,
        "revision": facts.revision,
    }


def _fact(fact: Fact[Any] | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "value": fact.value,
        "source": fact.source,
        "learnt_at": fact.learnt_at.isoformat() if fact.learnt_at else None,
        "reason": fact.reason,
    }


def _publisher_license(facts: OriginFacts) -> dict[str, Any] | None:
    stated = _fact(facts.license)
    if stated is None:
        return None
    return {
        **stated,
        "spdx": facts.license_spdx,
        "verdict": facts.license_verdict,
        "of": facts.license_of,
        "link": facts.license_link,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    waived = finding.waived
    return {
        "check": finding.check,
        "code": finding.code,
        "status": finding.status.value,
        "message": finding.message,
        "hint": finding.hint,
        "line": finding.line,
        "scheme": finding.scheme,
        "rule": finding.rule,
        "source": finding.source,
        "learnt_from": finding.learnt_from,
        # Only the service knows of waivers: what ``weighbridge check`` prints never has the key.
        **({"waived": _waived(waived)} if waived else {}),
    }


def _waived(waived: Waived) -> dict[str, Any]:
    return {
        "by": waived.by,
        "reason": waived.reason,
        "at": waived.at.isoformat(timespec="seconds"),
        "status": waived.status.value,
    }
