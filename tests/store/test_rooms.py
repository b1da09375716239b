# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors, messages, series, claims and controls, each the same on SQLite and PostgreSQL."""

from __future__ import annotations

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
from bot.store.housekeeping import forget_contents
from bot.store.jobs import all_jobs, job_failed, job_started, job_succeeded
from bot.store.kinship import add_names, related_messages, stored_names
from bot.store.messages import (
    StoredMessage,
    add_message,
    add_messages,
    assign_each,
    assign_series,
    contents_of_series,
    message_key,
)
from bot.store.migrate import copy_database
from bot.store.quarantine import (
    BrokenMail,
    count_quarantined,
    keep_aside,
    let_out,
    locations_of,
    quarantined,
    quarantined_mail,
    still_broken,
)
from bot.store.series import (
    DONE,
    WAITING,
    StoredSeries,
    add_series,
    changed,
    claim_due,
    join_series,
    known_keys,
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


def test_a_batch_teaches_each_mail_once(connection: Connection) -> None:
    second = replace(MESSAGE, message_id="m2@example.org")
    numbered = replace(second, issue=70001, content=b"Subject: [bug#70001] x\n\ny")
    taught = add_messages(connection, [MESSAGE, second, numbered, MESSAGE], NOW)
    assert taught == {"m1@example.org", "m2@example.org"}
    assert add_messages(connection, [MESSAGE, second, numbered], NOW) == frozenset()
    assign_each(connection, {"m1@example.org": "s1", "m2@example.org": "s2"})
    assert contents_of_series(connection, "s2") == (("archive/1", numbered.content),)


def test_the_number_of_a_mail_that_is_left_alone_is_kept_and_is_no_news(
    connection: Connection,
) -> None:
    aside = replace(MESSAGE, set_aside="nothing in it", content=None)
    assert add_message(connection, aside, NOW)
    assert not add_message(connection, replace(aside, issue=7), NOW)
    assert not add_message(connection, replace(MESSAGE, issue=8), NOW)


def test_mails_that_share_a_name_are_found_with_their_series(connection: Connection) -> None:
    mails = [replace(MESSAGE, message_id=f"m{number}") for number in range(1, 5)]
    add_messages(connection, mails, NOW)
    add_names(connection, {"m1": ["issue 7", "mail m1"], "m2": ["mail m2"], "m3": ["mail m3"]})
    assign_series(connection, ["m1", "m2"], "s1")
    assert set(related_messages(connection, ["issue 7", "issue 8"])) == {"m1", "m2"}
    assert related_messages(connection, ["issue 8"]) == ()
    assert stored_names(connection, ["issue 7", "issue 8", "mail m3"]) == {"issue 7", "mail m3"}


def test_what_was_forgotten_is_related_to_nothing(connection: Connection) -> None:
    add_message(connection, MESSAGE, NOW)
    add_names(connection, {MESSAGE.message_id: ["issue 7"]})
    assert forget_contents(connection, NOW + LEASE) == 1
    assert related_messages(connection, ["issue 7"]) == ()
    assert stored_names(connection, ["issue 7"]) == frozenset()


def test_new_series_are_stored_at_once_and_known_ones_updated(connection: Connection) -> None:
    other = replace(SERIES, series_key="s2", thread_key="t2", state=DONE)
    add_series(connection, [SERIES, other], NOW)
    assert known_keys(connection, ["s0", "s1"], ["t2", "t3"]) == {"s1", "t2"}
    assert [one.series_key for one in claim_due(connection, "w", NOW, LEASE, 9)] == ["s1"]
    late = replace(other, series_key="s3")
    add_series(connection, [replace(other, state=WAITING), late], NOW)
    assert {one.series_key: one.version for one in series_of_issue(connection, 70001)} == {
        "s1": 1,
        "s2": 2,
        "s3": 1,
    }


def test_a_mail_is_kept_aside_once_until_it_is_let_out(connection: Connection) -> None:
    broken = BrokenMail("archive", "archive/9", "too many parts", b"\xff\0mail")
    long = BrokenMail("archive", "archive/10", "too long", None)
    assert keep_aside(connection, broken, NOW)
    assert not keep_aside(connection, broken, NOW)
    assert keep_aside(connection, long, NOW)
    assert not keep_aside(connection, long, NOW)
    first, second = quarantined(connection)
    assert (first.location, first.reason, first.content) == ("archive/9", "too many parts", None)
    found = quarantined_mail(connection, first.quarantine_id)
    assert found is not None
    assert found.content == b"\xff\0mail"
    assert locations_of(connection, "archive") == {"archive/9", "archive/10"}
    still_broken(connection, second.quarantine_id, "still too long")
    let_out(connection, [first.quarantine_id])
    assert [one.reason for one in quarantined(connection)] == ["still too long"]
    assert count_quarantined(connection) == 1
    assert quarantined_mail(connection, first.quarantine_id) is None


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
