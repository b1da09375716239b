# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads put into a database through the store itself, and sites made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.policy.load import load_policy
from bot.site.settings import SiteSettings
from bot.store.database import Database
from bot.store.issues import close_issue
from bot.store.messages import StoredMessage, add_message, assign_series
from bot.store.migrate import upgrade
from bot.store.outbox import StoredMail, insert_mail
from bot.store.reports import NewReport, StoredDecision, add_decision, add_report
from bot.store.series import DONE, StoredSeries, add_series

NOW = datetime(2025, 11, 14, 12, tzinfo=UTC)
SETTINGS = SiteSettings(
    title="Weighbridge",
    policy=load_policy("guix"),
    mode="live",
    list_address="guix-patches@gnu.org",
    archive_url="https://archive.example.org/{message_id}/",
    issue_url="https://tracker.example.org/{issue}",
)


def finding(code: str = "license-missing", status: str = "fail", **more: object) -> dict[str, Any]:
    """Return a finding as reports keep it."""
    return {
        "check": code.partition("-")[0],
        "code": code,
        "status": status,
        "message": f"{code} speaks",
        "hint": "",
        "scheme": "",
        "line": 14,
        "rule": code,
        "source": "https://guix.example.org/manual",
        "learnt_from": "",
        **more,
    }


def package(*findings: Mapping[str, Any], **more: object) -> dict[str, Any]:
    """Return a package as reports keep it; the verdict is the worst of the findings."""
    return {
        "name": "condor-weights",
        "version": "1",
        "file": "gnu/packages/condor.scm",
        "line": 9,
        "change": "added",
        "model": True,
        "evidence": [{"kind": "weights-file-type", "detail": "condor.safetensors"}],
        "build_system": "copy",
        "substitutable": False,
        "licenses": [{"variable": "asl2.0", "spdx": "Apache-2.0", "verdict": "free"}],
        "origins": [
            {
                "role": "source",
                "uri": ["https://models.example.org/condor.safetensors"],
                "pinned": True,
                "weights": True,
                "size": 1024,
                "learnt": {
                    "size": {
                        "value": 1024,
                        "source": "https://models.example.org/condor",
                        "learnt_at": "2025-11-03T06:00:00+00:00",
                        "reason": "",
                    },
                    "unpacked_size": None,
                    "license": None,
                },
            }
        ],
        "verdict": worst(findings),
        "findings": list(findings),
        "quotes": [],
        "excerpt": [
            {"line": 13, "text": "    (source"},
            {"line": 14, "text": '     (origin (method url-fetch) "x")'},
        ],
        **more,
    }


def worst(findings: tuple[Mapping[str, Any], ...]) -> str:
    statuses = {one["status"] for one in findings}
    return next((one for one in ("fail", "warn", "unknown") if one in statuses), "pass")


def document(*packages: Mapping[str, Any], **more: object) -> dict[str, Any]:
    """Return a report as it is kept."""
    findings = tuple(one for package in packages for one in package["findings"])
    return {
        "subject": "gnu: Add condor-weights.",
        "author": "Dara Quigley <dara@example.org>",
        "issue": 79119,
        "revision": 1,
        "patches": 1,
        "missing": [],
        "message_ids": [],
        "verdict": worst(findings) if packages else "none",
        "packages": list(packages),
        "findings": [],
        "notes": [],
        **more,
    }


@dataclass(frozen=True)
class Revision:
    """One revision to put into a database."""

    document: Mapping[str, Any] | None
    """None: it waits."""
    number: int = 1
    key: str = "series-1"
    thread: str = "thread-1"
    issue: int | None = 79119
    subject: str = "gnu: Add condor-weights."
    author: str = "Dara Quigley <dara@example.org>"
    at: datetime = NOW - timedelta(days=7)
    answer: str | None = "sent"
    """State of its answer in the outbox; None where there is none."""
    hold: str = ""
    reason: str = "first answer; verdict fail"
    more: Mapping[str, Any] = field(default_factory=dict)


def put(database: Database, *revisions: Revision) -> None:
    """Store revisions with their mails, reports, decisions and answers."""
    with database.writing() as connection:
        for one in revisions:
            _put(connection, one)


def _put(connection: Connection, one: Revision) -> None:
    state = "waiting" if one.document is None else DONE
    series = StoredSeries(
        one.key,
        one.thread,
        one.issue,
        one.number,
        one.subject,
        one.author,
        due_at=one.at + timedelta(hours=1),
        state=state,
    )
    mail = StoredMessage(
        message_id=f"{one.key}@example.org",
        source="archive",
        location="here",
        subject=f"[PATCH] {one.subject}",
        author=one.author,
        author_email="dara@example.org",
        issue=one.issue,
        thread_root=None,
        dated_at=one.at,
        set_aside="",
        content=b"bytes",
    )
    add_series(connection, [series], one.at + timedelta(minutes=5))
    add_message(connection, mail, one.at)
    assign_series(connection, [mail.message_id], one.key)
    if one.document is None:
        return
    judged = one.at + timedelta(hours=2)
    verdict = str(one.document["verdict"])
    report = NewReport(one.key, one.thread, judged, verdict, one.document)
    number = add_report(connection, report)
    add_decision(
        connection,
        StoredDecision(
            at=judged,
            series_key=one.key,
            thread_key=one.thread,
            issue=one.issue,
            subject=one.subject,
            mode="live",
            answer=one.answer is not None,
            hold=bool(one.hold),
            reason=one.reason,
        ),
    )
    if one.answer is not None:
        insert_mail(connection, _answer(one, number, judged))


def _answer(one: Revision, report_id: int, at: datetime) -> StoredMail:
    return StoredMail(
        message_id=f"weighbridge.{one.key}@example.org",
        kind="reply",
        thread_key=one.thread,
        series_key=one.key,
        issue=one.issue,
        revision=one.number,
        report_id=report_id,
        person="dara@example.org",
        sender="bot@example.org",
        recipients=("79119@debbugs.gnu.org", "dara@example.org"),
        remaining=(),
        subject="Re: it",
        content=b"",
        state=one.answer or "",
        hold=one.hold,
        reason=one.reason,
        attempts=1,
        created_at=at,
        queued_at=at,
        due_at=at,
        sent_at=at if one.answer == "sent" else None,
    )


def close(database: Database, *issues: int, at: datetime = NOW) -> None:
    """Note that issues are closed."""
    with database.writing() as connection:
        for issue in issues:
            close_issue(connection, issue, "there", at)


@contextmanager
def made_database(directory: Path, url: str = "") -> Iterator[Database]:
    """Yield an empty database."""
    database = Database(url or f"sqlite:///{directory / 'site.db'}")
    try:
        upgrade(database, NOW)
        yield database
    finally:
        database.close()


def files_of(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory but those that begin with a dot, by its path."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
