# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages about all threads must know of each: small enough to be kept in the manifest.

So a run reads only the threads that have changed, and takes the others as it left them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.site.document import ReadPackage
from bot.site.naming import hashed
from bot.site.revisions import Revision, all_findings
from bot.site.thread import ThreadPage
from bot.site.words import machine_time

_NAMES = 12
_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What one revision came to: an entry of the feed."""

    key: str
    """Stands for the series (hashed): what makes the entry's id."""
    revision: str
    verdict: str
    headline: str
    at: str
    """RFC 3339."""


@dataclass(frozen=True, slots=True)
class Code:
    """One finding's code, as it stands now."""

    code: str
    """Of the rule that spoke, or the finding's own."""
    status: str
    waived: bool


@dataclass(frozen=True, slots=True)
class Load:
    """What the weights of a thread weigh, and where they would lie."""

    kept_off: int
    """Bytes of weights whose packages say ``#:substitutable? #f``."""
    not_kept_off: int
    """Bytes of weights whose packages do not."""
    unknown: int
    """Packages with weights of which some size is not known; they are in neither."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One thread in short; times are RFC 3339."""

    name: str
    issue: int | None
    subject: str
    author: str
    verdict: str
    headline: str
    is_open: bool
    revision: str
    """The newest: ``v2``."""
    packages: tuple[str, ...]
    began_at: str
    """When its first mail was written."""
    changed_at: str
    """When anything happened last."""
    waits: tuple[tuple[str, str], ...]
    """(who, why)."""
    codes: tuple[Code, ...]
    results: tuple[Result, ...]
    """The newest last."""
    days_to_pass: int | None
    """Whole days from the first mail to the last one of the first revision that passed; None
    where none did."""
    load: Load


def summary_of(page: ThreadPage) -> Summary:
    """Return a thread in short."""
    newest = page.revisions[-1] if page.revisions else None
    report = page.now.report if page.now else None
    packages = report.packages if report else ()
    return Summary(
        name=page.name,
        issue=page.issue,
        subject=page.subject,
        author=page.author,
        verdict=page.verdict,
        headline=page.headline,
        is_open=page.is_open,
        revision=newest.label if newest else "",
        packages=tuple(package.name for package in packages[:_NAMES]),
        began_at=machine_time(min((one.began_at for one in page.revisions), default=None)),
        changed_at=max((event.at for event in page.events), default=""),
        waits=tuple((wait.who, wait.why) for wait in page.waits),
        codes=tuple(_codes(page.now)),
        results=tuple(_results(page))[-_RESULTS:],
        days_to_pass=_days_to_pass(page),
        load=_load(packages),
    )


def summary_to_json(summary: Summary) -> dict[str, Any]:
    """Return the form that is kept."""
    return asdict(summary)


def summary_from_json(kept: Mapping[str, Any]) -> Summary:
    """Return what ``summary_to_json`` gave; raises where it is not that."""
    values = {field.name: kept[field.name] for field in fields(Summary)}
    values["packages"] = tuple(values["packages"])
    values["waits"] = tuple((who, why) for who, why in values["waits"])
    values["codes"] = tuple(Code(**code) for code in values["codes"])
    values["results"] = tuple(Result(**result) for result in values["results"])
    values["load"] = Load(**values["load"])
    return Summary(**values)


def _codes(now: Revision | None) -> Iterator[Code]:
    """The worst status of each code, as often as it may stand there."""
    if now is None or now.report is None:
        return
    seen: set[tuple[str, str, bool]] = set()
    for finding in all_findings(now.report):
        if finding.status == "pass":
            continue
        key = (finding.rule or finding.code, finding.status, finding.waived is not None)
        if key[0] and key not in seen:
            seen.add(key)
            yield Code(*key)


def _results(page: ThreadPage) -> Iterator[Result]:
    for one in page.revisions:
        if one.report is not None and one.judged_at is not None:
            at = machine_time(one.judged_at)
            yield Result(hashed(one.series_key, 32), one.label, one.verdict, one.headline, at)


def _days_to_pass(page: ThreadPage) -> int | None:
    passed = next((one for one in page.revisions if one.verdict == "pass"), None)
    if passed is None:
        return None
    return max(0, (passed.came_at - min(one.began_at for one in page.revisions)).days)


def _load(packages: tuple[ReadPackage, ...]) -> Load:
    kept_off = not_kept_off = unknown = 0
    for package in packages:
        size = _size(package)
        if package.change == "removed" or not package.weights:
            continue
        if size is None:
            unknown += 1
        elif package.substitutable is False:
            kept_off += size
        else:
            not_kept_off += size
    return Load(kept_off, not_kept_off, unknown)


def _size(package: ReadPackage) -> int | None:
    """What is installed: unpacked where that is known, else as it is downloaded."""
    sizes = [
        one.unpacked_size if one.unpacked_size is not None else one.size for one in package.weights
    ]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None
