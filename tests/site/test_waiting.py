# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose turn it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.site.revisions import revisions_of
from bot.site.waiting import waits_of
from bot.store.database import Database
from bot.store.threads import read_thread
from tests.site.made import NOW, Revision, close, document, finding, package, put

FAILING = document(package(finding(), finding("size-large", "warn")))
UNKNOWN = document(package(finding("size-unknown", "unknown")))
PASSING = document(package(finding("size-ok", "pass")))


def _waits(database: Database, *revisions: Revision) -> list[tuple[str, str]]:
    put(database, *revisions)
    with database.reading() as connection:
        thread = read_thread(connection, "thread-1")
    return [(wait.who, wait.why) for wait in waits_of(thread, revisions_of(thread))]


def test_the_author_where_something_is_to_be_fixed(database: Database) -> None:
    assert _waits(database, Revision(FAILING)) == [("author", "1 to fix, 1 advised")]


def test_nobody_where_all_is_well(database: Database) -> None:
    assert _waits(database, Revision(PASSING)) == []


def test_a_maintainer_where_something_is_not_known(database: Database) -> None:
    (wait,) = _waits(database, Revision(UNKNOWN))
    assert wait == ("maintainer", "1 thing to find out: size-unknown speaks")


@pytest.mark.parametrize(
    ("state", "hold", "expected"),
    [
        ("held", "moderated", ("maintainer", "an answer waits to be approved")),
        ("held", "limit", ("bot", "its answer leaves when the limits on mail allow it")),
        ("failed", "", ("maintainer", "an answer could not be delivered")),
        ("pending", "", ("bot", "its answer is about to leave")),
        ("sending", "", ("bot", "its answer is about to leave")),
    ],
)
def test_the_author_has_no_turn_before_the_answer_is_out(
    database: Database, state: str, hold: str, expected: tuple[str, str]
) -> None:
    waits = _waits(database, Revision(FAILING, answer=state, hold=hold))
    assert waits[0] == expected
    # "sending" may have arrived.
    assert [who for who, _ in waits[1:]] == (["author"] if state == "sending" else [])


def test_an_author_who_was_not_told(database: Database) -> None:
    (wait,) = _waits(database, Revision(FAILING, answer=None, reason="older than 14 days"))
    assert wait == ("author", "1 to fix, 1 advised (not told: older than 14 days)")


def test_the_bot_where_a_newer_revision_waits(database: Database) -> None:
    newer = Revision(None, number=2, key="series-2", at=NOW - timedelta(days=1))
    (wait,) = _waits(database, Revision(FAILING), newer)
    assert wait == ("bot", "v2 is judged from 2025-11-13 13:00 UTC on")


def test_nobody_where_the_issue_is_closed(database: Database) -> None:
    close(database, 79119)
    assert _waits(database, Revision(FAILING)) == []


def test_a_waived_finding_is_nobodys_turn(database: Database) -> None:
    waived = {"by": "Mel", "reason": "fine", "at": "2025-11-01", "status": "fail"}
    assert (
        _waits(database, Revision(document(package(finding(status="note", waived=waived))))) == []
    )
