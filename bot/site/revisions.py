# SPDX-License-Identifier: GPL-3.0-or-later
"""The revisions of a thread, each with its newest report, and the verdict that stands now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.site.document import ReadFinding, ReadReport, read_document
from bot.site.words import plural, subject
from bot.store.reports import StoredReport
from bot.store.threads import StoredThread, ThreadMessage, ThreadSeries

_EARLIEST = 1995
"""A mail that says it is from before this year has a wrong clock."""
_WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a thread."""

    series_key: str
    label: str
    """``v2``; ``v2 (again)`` where it came twice."""
    number: int
    subject: str
    came_at: datetime
    """When its newest mail was written, as far as that can be believed."""
    began_at: datetime
    """The same of its oldest mail."""
    judged_at: datetime | None
    report_id: int | None
    times_judged: int
    report: ReadReport | None
    """The newest one; None while it waits."""
    due_at: datetime | None
    """When it will be judged, while it waits."""

    @property
    def verdict(self) -> str:
        """The report's verdict; ``waiting`` where there is none."""
        return self.report.verdict if self.report else _WAITING

    @property
    def headline(self) -> str:
        """What the report comes to, in a line."""
        return headline(self.report) if self.report else "not read yet"


def revisions_of(thread: StoredThread) -> tuple[Revision, ...]:
    """Return the revisions of a thread in their order."""
    reports: dict[str, list[StoredReport]] = {}
    for report in thread.reports:
        reports.setdefault(report.series_key, []).append(report)
    mails: dict[str, list[ThreadMessage]] = {}
    for mail in thread.messages:
        mails.setdefault(mail.series_key or "", []).append(mail)
    seen: Counter[int] = Counter()
    found = []
    for one in thread.series:
        seen[one.revision] += 1
        label = f"v{one.revision}" + (" (again)" if seen[one.revision] > 1 else "")
        key = one.series_key
        found.append(_revision(one, label, reports.get(key, ()), mails.get(key, ())))
    return tuple(found)


def current(revisions: Sequence[Revision]) -> Revision | None:
    """Return the newest revision that has been judged."""
    return next((one for one in reversed(revisions) if one.report is not None), None)


def all_findings(report: ReadReport) -> Iterable[ReadFinding]:
    """Return the findings of all packages, then those of the series as a whole."""
    for package in report.packages:
        yield from package.findings
    yield from report.findings


def headline(report: ReadReport) -> str:
    """Return a report in a line: ``2 models: 1 to fix, 3 advised, 1 not known``."""
    judged = [package for package in report.packages if package.findings]
    if not judged:
        return "no model to judge"
    counts = Counter(finding.status for finding in all_findings(report))
    waived = sum(finding.waived is not None for finding in all_findings(report))
    told = [
        f"{counts['fail']} to fix" if counts["fail"] else "",
        f"{counts['warn']} advised" if counts["warn"] else "",
        f"{counts['unknown']} not known" if counts["unknown"] else "",
        f"{waived} waived" if waived else "",
    ]
    what = ", ".join(filter(None, told)) or "nothing to change"
    return f"{plural(len(judged), 'model')}: {what}"


def believable(dated_at: datetime | None, seen_at: datetime) -> datetime:
    """Return when a mail was written; when it was seen, where its date cannot be right."""
    if dated_at is None or dated_at.year < _EARLIEST or dated_at > seen_at:
        return seen_at
    return dated_at


def _revision(
    series: ThreadSeries,
    label: str,
    reports: Sequence[StoredReport],
    mails: Sequence[ThreadMessage],
) -> Revision:
    dates = [believable(mail.dated_at, series.first_seen_at) for mail in mails]
    newest = reports[-1] if reports else None
    return Revision(
        series_key=series.series_key,
        label=label,
        number=series.revision,
        subject=subject(series.subject),
        came_at=max(dates, default=series.first_seen_at),
        began_at=min(dates, default=series.first_seen_at),
        judged_at=newest.made_at if newest else None,
        report_id=newest.report_id if newest else None,
        times_judged=len(reports),
        report=read_document(newest.document) if newest else None,
        due_at=series.due_at if series.state == _WAITING else None,
    )
