# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports as SARIF, for tools that show findings beside the code.

Static Analysis Results Interchange Format, version 2.1.0 plus errata 01 (OASIS,
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from bot import __version__
from bot.checks.finding import Finding, Status
from bot.report.clean import one_line
from bot.report.report import PackageReport, Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {
    Status.FAIL: ("fail", "error"),
    Status.WARN: ("fail", "warning"),
    Status.NOTE: ("informational", "none"),
    Status.UNKNOWN: ("open", "none"),
    Status.PASS: ("pass", "none"),
}
"""Status to ``kind`` and ``level`` (3.27.9, 3.27.10: a level other than none only with fail)."""
_ROOT = "SRCROOT"


def document_to_sarif(
    reports: Iterable[Report], errors: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return one run with all findings; ``errors`` are (source, message) of unread input."""
    found = [
        (package, finding)
        for report in reports
        for package in report.packages
        for finding in package.findings
    ]
    codes = list(dict.fromkeys(finding.code for _, finding in found))
    run: dict[str, Any] = {
        "tool": {"driver": _driver(codes, found)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The tree that is patched."}}},
        "results": [_result(package, finding, codes) for package, finding in found],
        "invocations": [_invocation(errors)],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(codes: Sequence[str], found: Sequence[tuple[PackageReport, Finding]]) -> dict[str, Any]:
    first = {code: next(f for _, f in found if f.code == code) for code in codes}
    return {
        "name": "Weighbridge",
        "version": __version__,
        "rules": list(_rules(first.values())),
    }


def _rules(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        rule: dict[str, Any] = {"id": finding.code, "properties": {"check": finding.check}}
        if finding.source:
            rule["helpUri"] = finding.source
        yield rule


def _result(package: PackageReport, finding: Finding, codes: Sequence[str]) -> dict[str, Any]:
    kind, level = _LEVELS[finding.status]
    definition = package.model.change.package
    text = f"{definition.name}: {finding.message}. {finding.hint}".strip()
    region = {"startLine": max(1, finding.line or definition.line)}
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "kind": kind,
        "level": level,
        "message": {"text": one_line(text, 1000)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": quote(one_line(package.model.change.file)),
                        "uriBaseId": _ROOT,
                    },
                    "region": region,
                },
                "logicalLocations": [{"name": one_line(definition.name or ""), "kind": "package"}],
            }
        ],
    }


def _invocation(errors: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "executionSuccessful": not errors,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": one_line(f"{source}: {message}", 1000)}}
            for source, message in errors
        ],
    }
