# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads in the states that the bundled conversations do not have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.store.database import Database
from tests.site.made import NOW, Revision, close, document, finding, package, put

_LONG = "gnu:-Add-" + "averylongnamewithoutanyplacetobreakit" * 6
_WAIVED = {
    "by": "Mel Maintainer",
    "reason": "The licence came by mail from the authors; see the thread.",
    "at": "2025-11-09T10:00:00+00:00",
    "status": "fail",
}
HELD, FAILED, WAIVED, LONG, UNKNOWN, WAITING, SILENT, CLOSED = range(79201, 79209)


def fill(database: Database) -> None:
    """Put one thread of each state into a database."""
    failing = document(package(finding(scheme="    (license license:asl2.0)", hint="State it:")))
    passing = document(package(finding("license-ok", "pass", rule="license-missing")))
    waived = document(
        package(finding(status="note", waived=_WAIVED)), findings=[finding("size-series", "warn")]
    )
    long = document(
        package(
            finding(
                message=_LONG, hint=_LONG, learnt_from=f"https://example.org/{_LONG} (2025-11-01)"
            ),
            name=_LONG,
            version=_LONG,
            file=_LONG,
            excerpt=[{"line": 14, "text": _LONG}],
        ),
        missing=[2, 3],
        patches=3,
        notes=[_LONG],
    )
    unknown = document(package(finding("size-unknown", "unknown"), change="removed"))
    put(
        database,
        _one(HELD, failing, answer="held", hold="moderated", reason="first answer; waits"),
        _one(FAILED, failing, answer="failed", reason="550 <dara@example.org> unknown"),
        _one(WAIVED, failing),
        _one(WAIVED, waived, number=2, key="waived-2", at=NOW - timedelta(days=3)),
        _one(LONG, long, subject=_LONG, author=f"{_LONG} <dara@example.org>"),
        _one(UNKNOWN, unknown),
        _one(WAITING, failing),
        _one(WAITING, None, number=2, key="waiting-2", at=NOW - timedelta(hours=1)),
        _one(SILENT, failing, answer=None, reason="older than 14 days"),
        _one(CLOSED, passing),
        Revision(None, key="fresh", thread="fresh", issue=79300, subject="gnu: Add fresh-weights."),
    )
    close(database, CLOSED)


def _one(issue: int, document: object, **more: object) -> Revision:
    plain = Revision(None, key=f"s{issue}", thread=f"t{issue}", issue=issue)
    return replace(plain, document=document, **more)  # type: ignore[arg-type]
