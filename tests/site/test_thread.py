# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of a thread is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.site.summary import summary_from_json, summary_of, summary_to_json
from bot.site.thread import ThreadPage, thread_page
from bot.store.database import Database
from bot.store.messages import StoredMessage, add_message, assign_series
from bot.store.orders import IGNORE, Order, put_order
from bot.store.thread_digests import thread_digests
from bot.store.threads import read_thread
from tests.site.made import NOW, SETTINGS, Revision, close, document, finding, package, put

FIRST = Revision(document(package(finding(), finding("size-ok", "pass"))), at=NOW - timedelta(9))
SECOND = Revision(
    document(
        package(finding("license-ok", "pass", rule="license-missing"), finding("size-ok", "pass"))
    ),
    number=2,
    key="series-2",
    at=NOW - timedelta(days=2),
)


def _page(database: Database, *revisions: Revision) -> ThreadPage:
    put(database, *revisions)
    with database.reading() as connection:
        return thread_page(read_thread(connection, "thread-1"), "79119", SETTINGS)


def test_revisions_beside_each_other(database: Database) -> None:
    table = _page(database, FIRST, SECOND).side_by_side
    assert table.columns == ("v1", "v2")
    ((name, rows),) = table.packages
    assert name == "condor-weights"
    assert [(row.check, row.changed, [cell.status for cell in row.cells]) for row in rows] == [
        ("license", True, ["fail", "pass"]),
        ("size", False, ["pass", "pass"]),
    ]
    assert [cell.as_before for cell in rows[1].cells] == [False, True]


def test_one_revision_needs_no_table(database: Database) -> None:
    assert _page(database, FIRST).side_by_side.packages == ()


def test_of_many_revisions_the_newest_are_shown(database: Database) -> None:
    many = [
        replace(FIRST, number=n, key=f"series-{n}", at=NOW - timedelta(20 - n)) for n in range(1, 8)
    ]
    page = _page(database, *many)
    assert page.side_by_side.columns == ("v4", "v5", "v6", "v7")
    assert page.side_by_side.left_out == 3
    assert len(page.revisions) == 7


def test_a_revision_that_came_twice_has_two_names(database: Database) -> None:
    again = replace(FIRST, key="series-again")
    labels = [one.label for one in _page(database, FIRST, again).revisions]
    assert labels == ["v1", "v1 (again)"]


def test_what_happened_in_its_order(database: Database) -> None:
    close(database, 79119, at=NOW - timedelta(days=1))
    page = _page(database, FIRST, SECOND)
    assert [(event.what, event.revision) for event in page.events] == [
        ("The patches came", "v1"),
        ("Judged", "v1"),
        ("Decided to answer", "v1"),
        ("The mail server took the answer", "v1"),
        ("The patches came", "v2"),
        ("Judged", "v2"),
        ("Decided to answer", "v2"),
        ("The mail server took the answer", "v2"),
        ("The issue was closed", ""),
    ]
    assert page.events[3].url == ("https://archive.example.org/weighbridge.series-1@example.org/")
    assert not page.is_open


def test_what_a_maintainer_ordered_is_told_and_ends_the_waiting(database: Database) -> None:
    before = _page(database, FIRST)
    assert before.is_open
    with database.reading() as connection:
        digest = thread_digests(connection)["thread-1"]
    order = Order(79119, IGNORE, "a joke <b>", "Ada Example", NOW - timedelta(days=1))
    with database.writing() as connection:
        put_order(connection, order)
        assert thread_digests(connection)["thread-1"] != digest, "its page is written anew"
        page = thread_page(read_thread(connection, "thread-1"), "79119", SETTINGS)
    assert page.orders == ("By order of Ada Example it is ignored (a joke <b>)",)
    assert page.events[-1].what == page.orders[0]
    assert not page.is_open
    assert page.waits == ()


def test_what_a_mail_server_said_is_not_told(database: Database) -> None:
    refused = replace(FIRST, answer="failed", reason="550 dara@example.org: go away")
    (event,) = [event for event in _page(database, refused).events if "delivered" in event.what]
    assert event.why == ""
    held = replace(SECOND, answer="held", hold="moderated", reason="waits for approval")
    assert any(event.why == "waits for approval" for event in _page(database, held).events)


def test_the_conversation_leads_into_the_archive(database: Database) -> None:
    reply = StoredMessage(
        message_id="reply@example.net",
        source="archive",
        location="there",
        subject="Re: [PATCH] gnu: Add condor-weights.",
        author="Mel <mel@example.net>",
        author_email="mel@example.net",
        issue=79119,
        thread_root=None,
        dated_at=NOW,
        set_aside="a reply",
        content=None,
    )
    with database.writing() as connection:
        add_message(connection, reply, NOW)
    page = _page(database, FIRST)
    assert [(mail.author, mail.part, mail.url) for mail in page.mails] == [
        ("Dara Quigley", "v1", "https://archive.example.org/series-1@example.org/"),
        ("Mel", "", "https://archive.example.org/reply@example.net/"),
    ]


def test_a_clock_that_is_wrong_is_not_believed(database: Database) -> None:
    first = replace(FIRST, key="old")
    put(database, first)
    with database.writing() as connection:
        for number, at in enumerate((datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=900))):
            message = StoredMessage(
                f"wrong-{number}@example.org", "archive", "", "", "", "", 79119, None, at, "", b"x"
            )
            add_message(connection, message, NOW)
            assign_series(connection, [message.message_id], "old")
    with database.reading() as connection:
        (one,) = thread_page(read_thread(connection, "thread-1"), "x", SETTINGS).revisions
    seen = first.at + timedelta(minutes=5)
    assert (one.began_at, one.came_at) == (first.at, seen)


def test_a_summary_survives_being_kept(database: Database) -> None:
    summary = summary_of(_page(database, FIRST, SECOND))
    assert summary_from_json(summary_to_json(summary)) == summary
    assert summary.days_to_pass == 7
    assert summary.load.kept_off == 1024
    assert [result.verdict for result in summary.results] == ["fail", "pass"]
    assert "@" not in str(summary_to_json(summary))


def test_weights_of_unknown_size_are_in_no_sum(database: Database) -> None:
    unsized = package(finding(), name="unsized")
    unsized["origins"][0] |= {"size": None, "learnt": None}
    farmed = package(finding(), name="farmed", substitutable=None)
    load = summary_of(_page(database, Revision(document(package(), unsized, farmed)))).load
    assert (load.kept_off, load.not_kept_off, load.unknown) == (1024, 1024, 1)


def test_unpacked_size_counts_where_it_is_known(database: Database) -> None:
    unpacked = package(finding())
    unpacked["origins"][0]["learnt"]["unpacked_size"] = {"value": 5000}
    assert summary_of(_page(database, Revision(document(unpacked)))).load.kept_off == 5000
