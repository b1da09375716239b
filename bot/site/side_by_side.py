# SPDX-License-Identifier: GPL-3.0-or-later
"""The revisions of a thread beside each other: what each check said of each package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.site.document import STATUSES, ReadFinding
from bot.site.revisions import Revision

COLUMNS = 4
"""Revisions shown; of more the newest."""
_ROWS = 200
_WHOLE_SERIES = "The series as a whole"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one check said of one package in one revision."""

    revision: str
    status: str
    """Empty where the revision has nothing of it."""
    message: str
    as_before: bool
    """Whether the revision in the column before has the very same."""


@dataclass(frozen=True, slots=True)
class Row:
    """One check of one package."""

    check: str
    cells: tuple[Cell, ...]
    changed: bool
    """Whether its status is not the same in all revisions shown."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The table; empty where there is but one revision."""

    columns: tuple[str, ...]
    packages: tuple[tuple[str, tuple[Row, ...]], ...]
    """(name, its rows)."""
    left_out: int
    """Earlier revisions that are not among the columns."""


def side_by_side(revisions: Sequence[Revision]) -> SideBySide:
    """Return the table of the revisions that have been judged."""
    judged = [one for one in revisions if one.report is not None]
    shown = judged[-COLUMNS:]
    if len(shown) < 2:
        return SideBySide((), (), 0)
    tables = [_statements(one) for one in shown]
    # The newest revision's order; what only earlier ones had follows.
    keys = list(dict.fromkeys(key for table in reversed(tables) for key in table))[:_ROWS]
    packages: dict[str, list[Row]] = {}
    for key in keys:
        packages.setdefault(key[0], []).append(_row(key, shown, tables))
    return SideBySide(
        tuple(one.label for one in shown),
        tuple((name, tuple(rows)) for name, rows in packages.items()),
        len(judged) - len(shown),
    )


_Key = tuple[str, str]


def _statements(revision: Revision) -> dict[_Key, ReadFinding]:
    """The worst finding of each check of each package."""
    found: dict[_Key, ReadFinding] = {}
    if revision.report is None:
        return found
    for package in revision.report.packages:
        _add(found, package.name, package.findings)
    _add(found, _WHOLE_SERIES, revision.report.findings)
    return found


def _add(found: dict[_Key, ReadFinding], name: str, findings: Iterable[ReadFinding]) -> None:
    for finding in findings:
        known = found.get((name, finding.check))
        if known is None or _rank(finding.status) < _rank(known.status):
            found[name, finding.check] = finding


def _rank(status: str) -> int:
    return STATUSES.index(status)


def _row(key: _Key, shown: Sequence[Revision], tables: Sequence[dict[_Key, ReadFinding]]) -> Row:
    said = [
        (table[key].status, table[key].message) if key in table else ("", "") for table in tables
    ]
    cells = tuple(
        Cell(one.label, *now, as_before=bool(now[0]) and now == before)
        for one, now, before in zip(shown, said, [("", ""), *said], strict=False)
    )
    return Row(key[1], cells, len({cell.status for cell in cells}) > 1)
