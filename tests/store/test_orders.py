# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands for an issue: kept once, found through links, and ended for all that are linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.store.orders import (
    IGNORE,
    MUTE,
    Order,
    StoredWaiver,
    Subscription,
    all_linked,
    count_subscriptions,
    has_links,
    ignored_issues,
    link_issues,
    orders_of,
    put_order,
    put_waiver,
    standing_for,
    subscribe,
    subscriptions_of,
    take_order,
    take_waiver,
    unlink_issue,
    unsubscribe,
    waivers_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WAIVER = StoredWaiver(70001, "license-missing", "", "it is in the README", "Mina", NOW)
MUTED = Order(70001, MUTE, "too much", "Mina", NOW)


def test_a_waiver_given_again_replaces_the_reason(connection: Connection) -> None:
    put_waiver(connection, WAIVER)
    again = replace(WAIVER, reason="they wrote so", given_by="Otto", at=LATER)
    put_waiver(connection, again)
    assert waivers_of(connection, [70001]) == (again,)


def test_a_waiver_of_one_package_is_another(connection: Connection) -> None:
    of_one = replace(WAIVER, package="condor", at=LATER)
    put_waiver(connection, of_one)
    put_waiver(connection, WAIVER)
    assert waivers_of(connection, [70001]) == (WAIVER, of_one), "the oldest comes first"
    assert not take_waiver(connection, 70001, "license-missing", "heron")
    assert not take_waiver(connection, 70002, "license-missing", "condor")
    assert take_waiver(connection, 70001, "license-missing", "condor")
    assert not take_waiver(connection, 70001, "license-missing", "condor")
    assert waivers_of(connection, [70001]) == (WAIVER,)


def test_an_order_given_again_keeps_the_first_reason(connection: Connection) -> None:
    assert put_order(connection, MUTED)
    assert not put_order(connection, replace(MUTED, reason="another", at=LATER))
    assert put_order(connection, replace(MUTED, kind=IGNORE, at=LATER))
    assert [(one.kind, one.reason) for one in orders_of(connection, [70001])] == [
        (MUTE, "too much"),
        (IGNORE, "too much"),
    ]


def test_an_order_is_ended_for_all_issues_that_are_named(connection: Connection) -> None:
    for issue in (70001, 70002, 70003):
        put_order(connection, replace(MUTED, issue=issue, kind=IGNORE))
    assert ignored_issues(connection) == {70001, 70002, 70003}
    assert not take_order(connection, [70001], MUTE)
    assert take_order(connection, [70001, 70002], IGNORE)
    assert not take_order(connection, [70001, 70002], IGNORE)
    assert ignored_issues(connection) == {70003}


def test_who_is_muted_is_not_ignored(connection: Connection) -> None:
    put_order(connection, MUTED)
    assert ignored_issues(connection) == frozenset()


def test_an_address_subscribes_once_in_any_case(connection: Connection) -> None:
    assert subscribe(connection, 70001, "Ada@Example.org", once=False, now=NOW)
    assert not subscribe(connection, 70001, "ada@example.org", once=False, now=LATER)
    assert subscriptions_of(connection, [70001]) == (Subscription(70001, "ada@example.org", False),)
    assert unsubscribe(connection, [70001, 70002], "ADA@example.org")
    assert not unsubscribe(connection, [70001], "ada@example.org")
    assert subscriptions_of(connection, [70001]) == ()


def test_for_good_outlasts_the_next_result(connection: Connection) -> None:
    assert subscribe(connection, 70001, "ada@example.org", once=True, now=NOW)
    assert subscribe(connection, 70001, "ada@example.org", once=False, now=NOW), "it is more"
    assert not subscribe(connection, 70001, "ada@example.org", once=True, now=NOW), "it is less"
    assert [one.once for one in subscriptions_of(connection, [70001])] == [False]


def test_subscriptions_are_counted_by_address_and_by_issue(connection: Connection) -> None:
    for issue in (70001, 70002):
        subscribe(connection, issue, "ada@example.org", once=False, now=NOW)
    for name in ("bob", "eve"):
        subscribe(connection, 70001, f"{name}@example.org", once=False, now=NOW)
    assert count_subscriptions(connection, 70001, "ADA@example.org") == (2, 2)
    assert count_subscriptions(connection, 70002, "ada@example.org") == (2, 0)
    assert count_subscriptions(connection, 70001, "new@example.org") == (0, 3)


def test_links_join_groups(connection: Connection) -> None:
    assert not has_links(connection)
    assert all_linked(connection, [70009]) == (70009,)
    assert link_issues(connection, 70004, 70002) == (70002, 70004)
    assert link_issues(connection, 70003, 70001) == (70001, 70003)
    assert link_issues(connection, 70004, 70003) == (70001, 70002, 70003, 70004)
    assert link_issues(connection, 70004, 70003) == (70001, 70002, 70003, 70004), "once more"
    assert has_links(connection)
    for issue in range(70001, 70005):
        assert all_linked(connection, [issue]) == (70001, 70002, 70003, 70004)
    assert all_linked(connection, [70002, 70009]) == (70001, 70002, 70003, 70004, 70009)


def test_what_is_unlinked_leaves_the_others_linked(connection: Connection) -> None:
    link_issues(connection, 70001, 70002)
    link_issues(connection, 70002, 70003)
    assert unlink_issue(connection, 70001) == (70002, 70003), "the one that the group hangs on"
    assert all_linked(connection, [70001]) == (70001,)
    assert all_linked(connection, [70002]) == (70002, 70003)
    assert unlink_issue(connection, 70001) == ()
    assert unlink_issue(connection, 70003) == (70002,)
    assert not has_links(connection), "nothing is linked with itself alone"


def test_what_stands_for_a_change_stands_for_all_its_issues(connection: Connection) -> None:
    put_waiver(connection, WAIVER)
    put_order(connection, MUTED)
    subscribe(connection, 70002, "ada@example.org", once=True, now=NOW)
    subscribe(connection, 70001, "ada@example.org", once=False, now=NOW)
    put_waiver(connection, replace(WAIVER, issue=79999))
    alone = standing_for(connection, [70002])
    assert (alone.issues, alone.waivers, alone.orders) == ((70002,), (), ())
    link_issues(connection, 70001, 70002)
    both = standing_for(connection, [70002])
    assert (both.issues, both.waivers, both.orders) == ((70001, 70002), (WAIVER,), (MUTED,))
    assert len(both.subscriptions) == 2
    assert both.subscribers == 1, "one person, though for both issues"
    unlink_issue(connection, 70001)
    assert standing_for(connection, [70002]).waivers == ()


def test_many_issues_are_asked_for_at_once(connection: Connection) -> None:
    put_waiver(connection, WAIVER)
    assert standing_for(connection, range(69_000, 72_000)).waivers == (WAIVER,)
    assert standing_for(connection, []).issues == ()
