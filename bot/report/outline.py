# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says, in which order, before anybody decides how it looks.

Packages with the same findings share one table (seven nets of one procedure are one statement),
the same thing to do in several packages is asked for once, and what is unknown stands apart from
what is wrong.  Mail, terminal and Markdown are written from this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.checks.finding import Finding, Status
from bot.report.report import PackageReport, Report

GROUPS = 12
"""Tables shown at most; what is beyond is counted."""
TASKS = 15
_ORDER = (Status.FAIL, Status.WARN, Status.UNKNOWN, Status.PASS, Status.NOTE)
_HOPELESS = frozenset(("license-nonfree", "license-publisher-nonfree", "license-base-nonfree"))
"""Findings after which nothing else is worth the author's time."""


@dataclass(frozen=True, slots=True)
class Title:
    """A package as a heading names it."""

    name: str
    version: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of checks."""

    check: str
    status: Status
    message: str


@dataclass(frozen=True, slots=True)
class Group:
    """Packages with the same table."""

    titles: tuple[Title, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is to be done."""

    package: str
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do, or something that could not be found out, and where."""

    places: tuple[Place, ...]
    finding: Finding


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole report in the order in which it is read."""

    verdict: Status
    headline: str
    groups: tuple[Group, ...]
    groups_left_out: int
    tasks: tuple[Item, ...]
    tasks_left_out: int
    questions: tuple[Item, ...]


def outline(report: Report) -> Outline:
    """Return what the report has to say of its model packages."""
    judged = [package for package in report.packages if package.findings]
    groups = _groups(judged)
    tasks = _items(judged, (Status.FAIL, Status.WARN))
    questions = _items(judged, (Status.UNKNOWN,))
    return Outline(
        verdict=report.verdict,
        headline=_headline(report.verdict, len(judged), tasks, questions),
        groups=groups[:GROUPS],
        groups_left_out=sum(len(group.titles) for group in groups[GROUPS:]),
        tasks=tasks[:TASKS],
        tasks_left_out=len(tasks[TASKS:]),
        questions=questions[:TASKS],
    )


def _headline(
    verdict: Status, packages: int, tasks: Sequence[Item], questions: Sequence[Item]
) -> str:
    what = "package ships" if packages == 1 else "packages ship"
    subject = f"{packages} {what} trained parameters"
    if verdict is Status.NONE:
        return "no package that ships trained parameters is to be judged"
    must = sum(item.finding.status is Status.FAIL for item in tasks)
    counts = [
        f"{must} to fix" if must else "",
        f"{len(tasks) - must} advised" if len(tasks) > must else "",
        f"{len(questions)} not known" if questions else "",
    ]
    told = ", ".join(part for part in counts if part)
    return f"{subject}: {told or 'nothing to change'}"


def _groups(packages: Iterable[PackageReport]) -> tuple[Group, ...]:
    found: dict[tuple[Row, ...], list[Title]] = {}
    for package in packages:
        found.setdefault(_rows(package.findings), []).append(_title(package))
    return tuple(Group(tuple(titles), rows) for rows, titles in found.items())


def _title(package: PackageReport) -> Title:
    definition = package.model.change.package
    return Title(
        definition.name or definition.variable or "(a package whose name is not known)",
        definition.version or "",
        package.model.change.file,
        definition.line,
    )


def _rows(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """One row for each check, the worst first; what else the check found follows it."""
    checks: dict[str, list[Finding]] = {}
    for finding in findings:
        checks.setdefault(finding.check, []).append(finding)
    return tuple(
        Row(check, finding.status, finding.message)
        for check, of_check in checks.items()
        for finding in sorted(of_check, key=lambda found: _ORDER.index(found.status))
    )


def _items(packages: Iterable[PackageReport], statuses: tuple[Status, ...]) -> tuple[Item, ...]:
    """The findings of these statuses, the worst first, alike ones of several packages as one."""
    found: dict[tuple[str, str, str, str], Item] = {}
    for package in packages:
        for finding in _worth_saying(package.findings):
            if finding.status in statuses:
                key = (finding.code, finding.message, finding.hint, finding.scheme)
                place = Place(_title(package).name, package.model.change.file, finding.line)
                known = found.get(key)
                found[key] = (
                    replace(known, places=(*known.places, place))
                    if known
                    else Item((place,), finding)
                )
    return tuple(sorted(found.values(), key=lambda item: _ORDER.index(item.finding.status)))


def _worth_saying(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Where the terms forbid the package, advice on its form would be padding."""
    hopeless = [finding for finding in findings if finding.code in _HOPELESS]
    if any(finding.status is Status.FAIL for finding in hopeless):
        return hopeless
    return findings
