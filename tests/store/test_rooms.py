# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors, messages, series, claims and controls, each the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store.claims import claim_source, free_claims, release_source
from bot.store.control import claim_purpose, current_pause, pause, resume
from bot.store.cursors import (
    CursorMovedError,
    all_cursors,
    move_cursor,
    open_cursor,
    since_of_series,
)
from bot.store.database import Database, StoreError
from bot.store.jobs import all_jobs, job_failed, job_started, job_succeeded
from bot.store.messages import (
    StoredMessage,
    add_message,
    assign_series,
    contents_of_series,
    message_key,
    related_messages,
)
from bot.store.migrate import copy_database, upgrade
from bot.store.series import (
    StoredSeries,
    changed,
    claim_due,
    join_series,
    newest_revision,
    postpone,
    series_of_issue,
    settle,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=30)

MESSAGE = StoredMessage(
    message_id="m1@example.org",
    source="archive",
    location="archive/1",
    subject="[PATCH] gnu: Add a model.",
    author="Ada <ada@example.net>",
    author_email="ada@example.net",
    issue=None,
    thread_root=None,
    dated_at=NOW,
    set_aside="",
    content=b"Subject: x\n\ny",
)
SERIES = StoredSeries(
    series_key="s1",
    thread_key="t1",
    issue=70001,
    revision=1,
    subject="gnu: Add a model.",
    author="Ada <ada@example.net>",
    due_at=NOW,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    made = Database(url)
    upgrade(made, NOW)
    yield made
    made.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def test_a_cursor_begins_at_its_first_bound_and_keeps_it(connection: Connection) -> None:
    assert open_cursor(connection, "a", NOW, NOW).since == NOW
    later = open_cursor(connection, "a", None, NOW + LEASE)
    assert (later.since, later.cursor) == (NOW, None)


def test_a_cursor_moves_only_from_where_it_was(connection: Connection) -> None:
    open_cursor(connection, "a", None, NOW)
    move_cursor(connection, "a", None, "1", NOW)
    with pytest.raises(CursorMovedError):
        move_cursor(connection, "a", None, "1", NOW)
    move_cursor(connection, "a", "1", "2", NOW)
    assert [one.cursor for one in all_cursors(connection)] == ["2"]


def test_a_rolled_back_batch_moves_no_cursor(database: Database) -> None:
    def read_half() -> None:
        with database.writing() as connection:
            open_cursor(connection, "a", None, NOW)
            add_message(connection, MESSAGE, NOW)
            move_cursor(connection, "a", None, "1", NOW)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        read_half()
    with database.writing() as connection:
        assert all_cursors(connection) == ()
        assert add_message(connection, MESSAGE, NOW)


def test_a_copy_with_the_number_replaces_the_one_without(connection: Connection) -> None:
    assert add_message(connection, MESSAGE, NOW)
    assert not add_message(connection, MESSAGE, NOW)
    numbered = replace(MESSAGE, issue=70001, content=b"Subject: [bug#70001] x\n\ny")
    assert add_message(connection, numbered, NOW)
    assert not add_message(connection, numbered, NOW)
    assert not add_message(connection, MESSAGE, NOW)
    assign_series(connection, ["m1@example.org"], "s1")
    assert contents_of_series(connection, "s1") == (("archive/1", numbered.content),)


@pytest.mark.parametrize(
    "other",
    [
        {"author_email": "eve@example.org", "issue": 7},
        {"author_email": "ada@example.net", "issue": None},
        {"author_email": "eve@example.org", "thread_root": "m1@example.org"},
    ],
)
def test_what_may_share_a_series_is_found(connection: Connection, other: dict[str, str]) -> None:
    add_message(connection, replace(MESSAGE, issue=7), NOW)
    late = replace(MESSAGE, message_id="m2@example.org", **other)  # type: ignore[arg-type]
    add_message(connection, late, NOW)
    assert len(related_messages(connection, [late])) == 2


def test_what_cannot_share_a_series_is_not_read(connection: Connection) -> None:
    add_message(connection, replace(MESSAGE, issue=7), NOW)
    add_message(connection, replace(MESSAGE, message_id="aside", set_aside="x", content=None), NOW)
    far = replace(MESSAGE, message_id="m2", dated_at=NOW + timedelta(days=100))
    add_message(connection, far, NOW)
    assert len(related_messages(connection, [far])) == 1


def test_strangers_characters_are_stored(connection: Connection) -> None:
    odd = "a\0b\ud800c\N{SNOWMAN}"
    add_message(connection, replace(MESSAGE, subject=odd, message_id=odd), NOW)
    assert not add_message(connection, replace(MESSAGE, message_id=odd), NOW)
    assert len(message_key("x" * 10_000)) < 100


def test_a_series_is_claimed_by_one(connection: Connection) -> None:
    changed(connection, SERIES, NOW)
    (claimed,) = claim_due(connection, "w1", NOW, LEASE, 10)
    assert claim_due(connection, "w2", NOW, LEASE, 10) == ()
    assert not settle(connection, claimed, "w2")
    assert settle(connection, claimed, "w1")
    assert claim_due(connection, "w1", NOW + 2 * LEASE, LEASE, 10) == ()


def test_a_claim_ends_with_its_lease_or_its_process(connection: Connection) -> None:
    changed(connection, SERIES, NOW)
    claim_due(connection, "w1", NOW, LEASE, 1)
    assert len(claim_due(connection, "w2", NOW + LEASE, LEASE, 1)) == 1
    assert free_claims(connection, lambda name: name == "w1") == 0
    assert free_claims(connection, lambda name: name == "w2") == 1
    assert len(claim_due(connection, "w3", NOW + LEASE, LEASE, 1)) == 1


def test_a_member_that_comes_during_the_triage_keeps_the_series_waiting(
    connection: Connection,
) -> None:
    changed(connection, SERIES, NOW)
    (claimed,) = claim_due(connection, "w1", NOW, LEASE, 1)
    changed(connection, replace(SERIES, due_at=NOW + LEASE), NOW)
    assert settle(connection, claimed, "w1")
    assert claim_due(connection, "w1", NOW, LEASE, 1) == ()
    assert len(claim_due(connection, "w1", NOW + LEASE, LEASE, 1)) == 1


def test_a_postponed_series_comes_again_and_counts_its_attempts(connection: Connection) -> None:
    changed(connection, SERIES, NOW)
    (claimed,) = claim_due(connection, "w1", NOW, LEASE, 1)
    postpone(connection, claimed, "w1", NOW + LEASE, "broken")
    (again,) = claim_due(connection, "w1", NOW + LEASE, LEASE, 1)
    assert (again.attempts, again.last_error) == (1, "broken")


def test_groups_that_turn_out_to_be_one_are_joined(connection: Connection) -> None:
    changed(connection, SERIES, NOW)
    changed(connection, replace(SERIES, series_key="s2", thread_key="t2"), NOW + LEASE)
    add_message(connection, MESSAGE, NOW)
    assign_series(connection, ["m1@example.org"], "s2")
    assert join_series(connection, ["s0", "s2", "s1"], ["t0", "t1", "t2"]) == ("s1", "t1")
    assert [one.series_key for one in series_of_issue(connection, 70001)] == ["s1"]
    assert len(contents_of_series(connection, "s1")) == 1


def test_revisions_of_a_thread(connection: Connection) -> None:
    assert newest_revision(connection, "t1") == 0
    changed(connection, SERIES, NOW)
    changed(connection, replace(SERIES, series_key="s2", revision=3), NOW)
    assert newest_revision(connection, "t1") == 3


def test_the_bound_of_a_series_is_that_of_its_sources(connection: Connection) -> None:
    open_cursor(connection, "archive", NOW, NOW)
    open_cursor(connection, "other", NOW - LEASE, NOW)
    add_message(connection, MESSAGE, NOW)
    add_message(connection, replace(MESSAGE, message_id="m2", source="other"), NOW)
    assign_series(connection, ["m1@example.org", "m2"], "s1")
    assert since_of_series(connection, "s1") == NOW - LEASE
    assert since_of_series(connection, "s2") is None


def test_a_pause_keeps_its_time_and_ends_once(connection: Connection) -> None:
    assert current_pause(connection) is None
    pause(connection, "first", NOW)
    pause(connection, "second", NOW + LEASE)
    found = current_pause(connection)
    assert found is not None
    assert (found.reason, found.at) == ("second", NOW)
    assert resume(connection)
    assert not resume(connection)


def test_a_database_has_one_purpose(connection: Connection) -> None:
    claim_purpose(connection, "sending", NOW)
    claim_purpose(connection, "sending", NOW)
    with pytest.raises(StoreError, match="for sending, not for dry runs"):
        claim_purpose(connection, "dry runs", NOW)


def test_jobs_are_noted(connection: Connection) -> None:
    job_started(connection, "poll", NOW)
    assert job_failed(connection, "poll", "no route", NOW) == 1
    assert job_failed(connection, "poll", "no route", NOW) == 2
    assert all_jobs(connection)[0].last_error == "no route"
    job_succeeded(connection, "poll", NOW)
    (found,) = all_jobs(connection)
    assert (found.failures, found.last_error, found.succeeded_at) == (0, "", NOW)


def test_a_copy_holds_everything(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        changed(connection, SERIES, NOW)
        add_message(connection, MESSAGE, NOW)
        assign_series(connection, ["m1@example.org"], "s1")
    copy_database(database, tmp_path / "copy.db")
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    with copy.reading() as connection:
        assert len(contents_of_series(connection, "s1")) == 1
        assert len(series_of_issue(connection, 70001)) == 1
    copy.close()


def test_a_source_is_read_by_one(connection: Connection) -> None:
    assert claim_source(connection, "archive", "w1", NOW, LEASE)
    assert claim_source(connection, "archive", "w1", NOW, LEASE)
    assert not claim_source(connection, "archive", "w2", NOW, LEASE)
    assert claim_source(connection, "other", "w2", NOW, LEASE)
    release_source(connection, "archive", "w2")
    assert not claim_source(connection, "archive", "w2", NOW, LEASE)
    release_source(connection, "archive", "w1")
    assert claim_source(connection, "archive", "w2", NOW, LEASE)
    assert free_claims(connection, lambda name: name == "w2") == 2
    assert claim_source(connection, "archive", "w1", NOW, LEASE)
    assert claim_source(connection, "archive", "w2", NOW + LEASE, LEASE)
