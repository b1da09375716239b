# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says, in which order, before anybody decides how it looks.

Packages with the same findings share one table (seven nets of one procedure are one statement),
the same thing to do in several packages is asked for once, and what is unknown stands apart from
what is wrong.  Mail, terminal and Markdown are written from this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.finding import Finding, Status
from bot.report.report import PackageReport, Report

GROUPS = 8
"""Tables shown at most; what is beyond is counted."""
ROWS = 40
"""Rows of all tables together; the first table is shown whatever it holds."""
TASKS = 10
QUESTIONS = 6
_MISSING = 12
_ORDER = (Status.FAIL, Status.WARN, Status.UNKNOWN, Status.PASS, Status.NOTE)
_HOPELESS = frozenset(
    (
        "license-nonfree",
        "license-publisher-nonfree",
        "license-base-nonfree",
        "provenance-torrent",
    )
)
"""Failures after which advice is not worth the author's time."""


@dataclass(frozen=True, slots=True)
class Title:
    """A package as a heading names it."""

    name: str
    version: str
    file: str
    line: int


WHOLE_SERIES = Title("The series as a whole", "", "", 0)
"""What stands in a package's place for findings on all of them together."""

_Said = tuple[Title, tuple[Finding, ...], Mapping[int, str]]


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
    quote: str = ""
    """What the author wrote there."""


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
    questions_left_out: int


def outline(report: Report) -> Outline:
    """Return what the report has to say of its model packages."""
    judged = [package for package in report.packages if package.findings]
    said: list[_Said] = [(_title(package), package.findings, package.quotes) for package in judged]
    if report.findings:
        said.append((WHOLE_SERIES, report.findings, {}))
    groups = _groups(said)
    shown = _that_fit(groups)
    tasks = _items(said, (Status.FAIL, Status.WARN))
    questions = _items(said, (Status.UNKNOWN,))
    return Outline(
        verdict=report.verdict,
        headline=_headline(report.verdict, len(judged), tasks, questions),
        groups=groups[:shown],
        groups_left_out=sum(len(group.titles) for group in groups[shown:]),
        tasks=tasks[:TASKS],
        tasks_left_out=len(tasks[TASKS:]),
        questions=questions[:QUESTIONS],
        questions_left_out=len(questions[QUESTIONS:]),
    )


def missing_patches(report: Report) -> str:
    """Return a sentence on the patches that have not come; empty where all have."""
    if not report.missing:
        return ""
    shown = ", ".join(f"{index}/{report.patches}" for index in report.missing[:_MISSING])
    more = len(report.missing) - _MISSING
    numbers = f"{shown} and {more} more" if more > 0 else shown
    if len(report.missing) == 1:
        return f"Patch {numbers} has not come, and is not judged here."
    return f"Patches {numbers} have not come, and are not judged here."


def _that_fit(groups: Sequence[Group]) -> int:
    """How many tables are shown."""
    rows = 0
    for count, group in enumerate(groups[:GROUPS]):
        rows += len(group.rows)
        if count and rows > ROWS:
            return count
    return min(len(groups), GROUPS)


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


def _groups(said: Iterable[_Said]) -> tuple[Group, ...]:
    found: dict[tuple[Row, ...], list[Title]] = {}
    for title, findings, _quotes in said:
        found.setdefault(_rows(findings), []).append(title)
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
        Row(check, finding.status, _message(finding))
        for check, of_check in checks.items()
        for finding in sorted(of_check, key=lambda found: _ORDER.index(found.status))
    )


def _message(finding: Finding) -> str:
    """What is the case, and who accepts it."""
    waived = finding.waived
    if waived is None:
        return finding.message
    who = f"{waived.by}, {waived.at:%Y-%m-%d}"
    return f"{finding.message} [{waived.status.value}, waived by {who}: {waived.reason}]"


def _items(said: Iterable[_Said], statuses: tuple[Status, ...]) -> tuple[Item, ...]:
    """The findings of these statuses, the worst first, alike ones of several packages as one."""
    found: dict[tuple[str, str, str, str], tuple[Finding, list[Place]]] = {}
    for title, findings, quotes in said:
        for finding in _worth_saying(findings):
            if finding.status in statuses:
                key = (finding.code, finding.message, finding.hint, finding.scheme)
                quote = quotes.get(finding.line or 0, "")
                place = Place(title.name, title.file, finding.line, quote)
                found.setdefault(key, (finding, []))[1].append(place)
    items = (Item(tuple(places), finding) for finding, places in found.values())
    return tuple(sorted(items, key=lambda item: _ORDER.index(item.finding.status)))


def _worth_saying(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Where the package cannot go in at all, advice on its form would be padding."""
    failures = [finding for finding in findings if finding.status is Status.FAIL]
    return failures if any(finding.code in _HOPELESS for finding in failures) else findings
