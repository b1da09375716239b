# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new revision fixed, what is new in it and what remains, against the report before.

The report before is read from its stored JSON form (bot/report/json_form.py), which an older
version of this program may have written: what is not there is not missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.checks.finding import Finding, Status
from bot.report.report import Report

_COUNT = frozenset(status.value for status in (Status.FAIL, Status.WARN, Status.UNKNOWN))
_TRANSIENT = frozenset(("size-unknown", "pinned-unknown", "provenance-unknown"))
"""What a server that does not answer today makes unknown: no reason to write again."""


@dataclass(frozen=True, slots=True)
class Point:
    """One finding that an author is asked to act on, or that is open."""

    package: str
    check: str
    code: str
    status: str
    message: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions compared, finding by finding."""

    previous_revision: int
    fixed: tuple[Point, ...]
    """As they stood in the report before."""
    new: tuple[Point, ...]
    remaining: tuple[Point, ...]
    """As they stand now."""
    waived: tuple[Point, ...]
    """Of those that stood in the report before, what a maintainer has accepted since."""
    verdict_before: str
    verdict_now: str
    changed: bool
    """Whether there is anything to write about: a result that differs for the author's doing."""


def compare(previous: Mapping[str, Any], current: Report) -> Difference:
    """Compare the stored JSON form of the report before with the report now; never raises."""
    before = {_key(point): point for point in _stored(previous)}
    now = {_key(point): point for point in _current(current)}
    accepted = {
        _key(point): point
        for point in _current(current, counts=lambda finding: finding.waived is not None)
    }
    gone = {key: point for key, point in before.items() if key not in now}
    fixed = tuple(point for key, point in gone.items() if key not in accepted)
    waived = tuple(point for key, point in gone.items() if key in accepted)
    new = tuple(point for key, point in now.items() if key not in before)
    remaining = tuple(point for key, point in now.items() if key in before)
    eased = any(before[_key(point)].status != point.status for point in remaining)
    lasting = [point for point in (*fixed, *waived, *new) if point.code not in _TRANSIENT]
    revision = previous.get("revision")
    return Difference(
        previous_revision=revision if isinstance(revision, int) else current.revision - 1,
        fixed=fixed,
        new=new,
        remaining=remaining,
        waived=waived,
        verdict_before=str(previous.get("verdict", Status.NONE.value)),
        verdict_now=current.verdict.value,
        changed=bool(lasting) or eased or _names_differ(previous, current),
    )


def _key(point: Point) -> tuple[str, str]:
    return point.package, point.code


def _current(
    report: Report,
    counts: Callable[[Finding], bool] = lambda finding: finding.status.value in _COUNT,
) -> Iterator[Point]:
    """Yield the findings of a report that count."""
    for package in report.packages:
        yield from _points(package.model.change.package.name or "", package.findings, counts)
    yield from _points("", report.findings, counts)


def _points(
    name: str, findings: Iterable[Finding], counts: Callable[[Finding], bool]
) -> Iterator[Point]:
    for finding in findings:
        if counts(finding):
            yield Point(name, finding.check, finding.code, finding.status.value, finding.message)


def _stored(report: Mapping[str, Any]) -> Iterator[Point]:
    whole = {"name": "", "findings": report.get("findings")}
    for package in (*_tables(report.get("packages")), whole):
        if package.get("model") is False:
            continue
        for finding in _tables(package.get("findings")):
            if finding.get("status") in _COUNT:
                yield Point(
                    str(package.get("name") or ""),
                    str(finding.get("check") or ""),
                    str(finding.get("code") or ""),
                    str(finding["status"]),
                    str(finding.get("message") or ""),
                )


def _tables(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, Mapping))


def _names_differ(previous: Mapping[str, Any], current: Report) -> bool:
    """A model came or went: the reader was told of another set of packages."""
    before = {
        str(package.get("name") or "")
        for package in _tables(previous.get("packages"))
        if package.get("model") is not False and package.get("findings")
    }
    now = {item.model.change.package.name or "" for item in current.packages if item.findings}
    return before != now
