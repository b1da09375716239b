# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one issue, in short lines: its revisions, what is open, what was said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from bot.report.clean import one_line
from bot.steering.lines import hanging, minute, wrapped
from bot.store.orders import IGNORE, Standing, StoredWaiver, standing_for
from bot.store.outbox import mail_of_issue
from bot.store.reports import StoredReport, decisions_of_issue, latest_report
from bot.store.series import WAITING, StoredSeries, series_of_issue

_LISTED = 25
_OPEN = frozenset({"fail", "warn", "unknown"})


def issue_lines(connection: Connection, issue: int, found: Sequence[StoredSeries]) -> Iterator[str]:
    """Yield what is known of an issue whose series are ``found``, the newest last."""
    yield from wrapped(one_line(found[-1].subject, 150), "  ")
    standing = standing_for(connection, [issue])
    if others := [str(each) for each in standing.issues if each != issue]:
        yield f"one series with {', '.join(others)}"
    for one in found:
        mark = f"{one.issue} " if others else ""
        yield from _revision(connection, one, mark)
    for line in lines_of_standing(standing):
        yield from hanging(line)
    decisions = decisions_of_issue(connection, issue)
    if decisions:
        last = decisions[-1]
        what = "held" if last.hold else "answered" if last.answer else "silent"
        yield from hanging(f"{what} {minute(last.at)}: {one_line(last.reason, 200)}")
    mails = [mail for mail in mail_of_issue(connection, issue) if mail.kind == "reply"]
    for mail in mails[-3:]:
        yield f"mail on v{mail.revision}: {mail.state}"


def lines_of_standing(standing: Standing) -> Iterator[str]:
    """Yield what maintainers have ordered, and how many people want to be told: a line each."""
    for order in standing.orders:
        why = one_line(order.reason, 200) or "no reason given"
        what = "ignored" if order.kind == IGNORE else "muted"
        yield f"{order.issue} is {what} by {one_line(order.given_by, 80)}: {why}"
    # Several issues of one series may have the same.
    yield from dict.fromkeys(map(_waived, standing.waivers))
    if standing.subscribers:
        yield f"subscribed: {standing.subscribers}"


def _waived(waiver: StoredWaiver) -> str:
    finding = finding_name(waiver.code, waiver.package)
    by = f"{one_line(waiver.given_by, 80)}: {one_line(waiver.reason, 200)}"
    return f"waived {finding} by {by}"


def _revision(connection: Connection, series: StoredSeries, mark: str) -> Iterator[str]:
    report = latest_report(connection, series.series_key)
    if series.state == WAITING:
        yield f"{mark}v{series.revision}: to be judged {minute(series.due_at)}"
    elif report is None:
        yield f"{mark}v{series.revision}: not judged, for it does not speak of a model"
    if report is None:
        return
    yield f"{mark}v{series.revision}: {report.verdict}, {minute(report.made_at)}"
    points = list(_points(report))
    for name, code, status in points[:_LISTED]:
        yield f"  {status} {code}"
        if name:
            yield f"      {name}"
    if len(points) > _LISTED:
        yield f"  and {len(points) - _LISTED} more"


def _points(report: StoredReport) -> Iterator[tuple[str, str, str]]:
    """Yield (package, code, status) of what is open in a report, and of what is waived."""
    packages: list[dict[str, Any]] = [*report.document.get("packages", ()), dict(report.document)]
    for package in packages:
        name = one_line(str(package.get("name") or ""), 100)
        for finding in package.get("findings", ()):
            waived = finding.get("waived")
            if finding.get("status") not in _OPEN and not waived:
                continue
            status = "waived" if waived else str(finding["status"])
            yield name, one_line(str(finding["code"]), 100), status


def findings_of(connection: Connection, issues: Collection[int]) -> frozenset[tuple[str, str]]:
    """Return (package, code) of what is open, or waived, in the newest report of ``issues``."""
    found = [one for issue in issues for one in series_of_issue(connection, issue)]
    for one in sorted(found, key=lambda each: each.revision, reverse=True):
        report = latest_report(connection, one.series_key)
        if report is not None:
            return frozenset((name, code) for name, code, _ in _points(report))
    return frozenset()


def finding_name(code: str, package: str) -> str:
    """Return how a finding is written in commands: of one package, or (``""``) of all."""
    return f"{code}@{package}" if package else code
