# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a stored report (bot/report/json_form.py) for the pages.

An older version of this program may have written it, or a newer one: what is not there is not
missed, what is not known is left out, and nothing in it is trusted to be short, clean or a URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.report.clean import lines
from bot.site.links import safe_url
from bot.site.words import machine_time, parsed_time, shown, subject, without_addresses

STATUSES = ("fail", "warn", "unknown", "pass", "note", "none")
"""The worst first; what a later version calls otherwise is taken for unknown."""
_PACKAGES = 500
_FINDINGS = 200
_ORIGINS = 50
_LINES = 100
_LONG = 600


@dataclass(frozen=True, slots=True)
class Waiver:
    """A maintainer has said that a finding need not hold a package up."""

    by: str
    reason: str
    at: str
    """RFC 3339, or a day, as it is kept."""
    status: str
    """What the finding would be without it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of the author's lines."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ReadFinding:
    """One statement of a check."""

    check: str
    code: str
    status: str
    message: str
    hint: str
    scheme: tuple[str, ...]
    """Lines that the author may write instead."""
    line: int | None
    rule: str
    source: str
    """Of the rule: a URL that may be linked to, or empty."""
    learnt_from: str
    """Where and when a fact of the outside world was learnt: a URL and a day, or empty."""
    learnt_url: str
    """That URL, where it may be linked to."""
    waived: Waiver | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """Something that a publisher states, or why that is not known."""

    value: str | int | None
    where: str
    """As it was asked."""
    url: str
    """The same where it may be linked to; else empty."""
    at: str
    """RFC 3339, in UTC; empty where it was not learnt."""
    reason: str
    spdx: str = ""
    verdict: str = ""
    """``free``, ``nonfree``, ``unclear`` or empty: of a licence."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One origin of a package that holds trained parameters."""

    place: str
    """The first URL, as the package has it."""
    url: str
    role: str
    size: int | None
    """Bytes of the download."""
    unpacked_size: int | None
    size_learnt: Learnt | None
    license_learnt: Learnt | None
    pinned: bool | None


@dataclass(frozen=True, slots=True)
class ReadPackage:
    """One package that ships trained parameters."""

    name: str
    version: str
    file: str
    line: int | None
    change: str
    verdict: str
    substitutable: bool | str | None
    """As the definition says it: True, False, ``conditional`` or None."""
    licenses: tuple[str, ...]
    """What the package states: SPDX identifiers, else Guix's names."""
    evidence: tuple[str, ...]
    weights: tuple[Weights, ...]
    findings: tuple[ReadFinding, ...]
    lines: tuple[Line, ...]
    """The author's lines that findings point at, with some around them."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """One stored report."""

    subject: str
    verdict: str
    patches: int
    missing: tuple[int, ...]
    packages: tuple[ReadPackage, ...]
    findings: tuple[ReadFinding, ...]
    """Of the series as a whole."""
    notes: tuple[str, ...]


def read_document(document: Mapping[str, Any]) -> ReadReport:
    """Return what a stored report says; never raises for what is in it."""
    packages = (_package(one) for one in _tables(document.get("packages"), _PACKAGES))
    return ReadReport(
        subject=subject(_text(document.get("subject"))),
        verdict=_verdict(document.get("verdict")),
        patches=_number(document.get("patches")) or 0,
        missing=tuple(
            number for item in _list(document.get("missing"), 100) if (number := _number(item))
        ),
        packages=tuple(package for package in packages if package is not None),
        findings=_findings(document.get("findings")),
        notes=tuple(
            without_addresses(note)
            for item in _list(document.get("notes"), 50)
            if (note := shown(item))
        ),
    )


def _package(table: Mapping[str, Any]) -> ReadPackage | None:
    if table.get("model") is False:
        return None
    return ReadPackage(
        name=shown(table.get("name"), 100) or "(a package whose name is not known)",
        version=shown(table.get("version"), 100),
        file=shown(table.get("file"), 200),
        line=_number(table.get("line")),
        change=shown(table.get("change"), 20),
        verdict=_verdict(table.get("verdict")),
        substitutable=_substitutable(table.get("substitutable")),
        licenses=tuple(
            name
            for item in _tables(table.get("licenses"), _ORIGINS)
            if (name := shown(item.get("spdx"), 80) or shown(item.get("variable"), 80))
        ),
        evidence=tuple(
            f"{shown(item.get('kind'), 40)}: {shown(item.get('detail'), 200)}"
            for item in _tables(table.get("evidence"), 20)
        ),
        weights=tuple(
            _weights(item)
            for item in _tables(table.get("origins"), _ORIGINS)
            if item.get("weights") is True
        ),
        findings=_findings(table.get("findings")),
        lines=_lines(table),
    )


def _weights(table: Mapping[str, Any]) -> Weights:
    places = [shown(item, 400) for item in _list(table.get("uri"), 20)]
    place = next(filter(None, places), "")
    learnt = _table(table.get("learnt"))
    unpacked = _table(learnt.get("unpacked_size"))
    pinned = table.get("pinned")
    return Weights(
        place=place,
        url=safe_url(place),
        role=shown(table.get("role"), 40),
        size=_number(table.get("size")),
        unpacked_size=_number(unpacked.get("value")),
        size_learnt=_learnt(learnt.get("size")),
        license_learnt=_learnt(learnt.get("license")),
        pinned=pinned if isinstance(pinned, bool) else None,
    )


def _learnt(value: object) -> Learnt | None:
    table = _table(value)
    if not table:
        return None
    known = table.get("value")
    where = shown(table.get("source"), 400)
    return Learnt(
        value=shown(known, 100) if isinstance(known, str) else _number(known),
        where=where,
        url=safe_url(where),
        at=machine_time(parsed_time(table.get("learnt_at"))),
        reason=shown(table.get("reason")),
        spdx=shown(table.get("spdx"), 80),
        verdict=shown(table.get("verdict"), 20),
    )


def _findings(value: object) -> tuple[ReadFinding, ...]:
    """The worst first."""
    found = (_finding(one) for one in _tables(value, _FINDINGS))
    return tuple(sorted(found, key=lambda finding: STATUSES.index(finding.status)))


def _finding(table: Mapping[str, Any]) -> ReadFinding:
    return ReadFinding(
        check=shown(table.get("check"), 60),
        code=shown(table.get("code"), 60),
        status=_status(table.get("status")),
        message=shown(table.get("message"), _LONG),
        hint=shown(table.get("hint"), _LONG),
        scheme=tuple(lines(_text(table.get("scheme")))) if table.get("scheme") else (),
        line=_number(table.get("line")),
        rule=shown(table.get("rule"), 60),
        source=safe_url(_text(table.get("source"))),
        learnt_from=shown(table.get("learnt_from"), 400),
        learnt_url=safe_url(shown(table.get("learnt_from"), 400).partition(" (")[0]),
        waived=_waiver(table.get("waived")),
    )


def _waiver(value: object) -> Waiver | None:
    table = _table(value)
    if not table:
        return None
    return Waiver(
        by=without_addresses(shown(table.get("by"), 100)) or "a maintainer",
        reason=without_addresses(shown(table.get("reason"), _LONG)),
        at=machine_time(parsed_time(table.get("at"))),
        status=_status(table.get("status")),
    )


def _lines(table: Mapping[str, Any]) -> tuple[Line, ...]:
    """The excerpt, or the quotes alone where that is all a document has."""
    found: dict[int, str] = {}
    for key in ("excerpt", "quotes"):
        for item in _tables(table.get(key), _LINES):
            number = _number(item.get("line"))
            if number:
                text = lines(_text(item.get("text"))[:400], 1)
                found.setdefault(number, text[0] if text else "")
    return tuple(Line(number, found[number]) for number in sorted(found))


def _status(value: object) -> str:
    return value if isinstance(value, str) and value in STATUSES else "unknown"


def _verdict(value: object) -> str:
    """A status that a whole report may have: a note is none."""
    status = _status(value)
    return "unknown" if status == "note" else status


def _substitutable(value: object) -> bool | str | None:
    return value if isinstance(value, bool) else shown(value, 20) or None


def _number(value: object) -> int | None:
    """A count, a size or a line's number; nothing else is one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**18 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object, limit: int) -> list[object]:
    return value[:limit] if isinstance(value, list) else []


def _tables(value: object, limit: int) -> Iterator[Mapping[str, Any]]:
    return (item for item in _list(value, limit) if isinstance(item, Mapping))
