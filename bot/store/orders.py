# SPDX-License-Identifier: GPL-3.0-or-later
"""What maintainers have ordered for an issue: waivers, silence, links; and who wants to be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select, update

from bot.store.database import insert_if_absent
from bot.store.key_lists import one_of
from bot.store.messages import message_key
from bot.store.schema import issue_links, orders, subscriptions, waivers

IGNORE, MUTE = "ignore", "mute"


@dataclass(frozen=True, slots=True)
class StoredWaiver:
    """A finding that a maintainer accepts."""

    issue: int
    code: str
    package: str
    """Empty where it holds for every package of the series."""
    reason: str
    given_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """An issue is ignored, or muted."""

    issue: int
    kind: str
    reason: str
    given_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody wants to be told of the results of an issue."""

    issue: int
    address: str
    once: bool
    """Of the next result, whatever it is; else of each that differs from the one before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that stands for one change."""

    issues: tuple[int, ...]
    """Those of the change and all that are linked with them, lowest first."""
    waivers: tuple[StoredWaiver, ...] = ()
    orders: tuple[Order, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def subscribers(self) -> int:
        """How many people want to be told, be it of the next result alone."""
        return len({one.address for one in self.subscriptions})


_LINKED = select(issue_links.c.issue).where(
    issue_links.c.linked_to.in_(select(issue_links.c.linked_to).where(one_of(issue_links.c.issue)))
)
_WAIVERS = select(waivers).where(one_of(waivers.c.issue)).order_by(waivers.c.at, waivers.c.code)
_ORDERS = select(orders).where(one_of(orders.c.issue)).order_by(orders.c.at)
_SUBSCRIPTIONS = (
    select(subscriptions)
    .where(one_of(subscriptions.c.issue))
    .order_by(subscriptions.c.at, subscriptions.c.address)
)
_WHETHER_ANY = select(
    *(
        exists().where(one_of(table.c.issue)).label(table.name)
        for table in (waivers, orders, subscriptions)
    )
)


def standing_for(connection: Connection, issues: Collection[int]) -> Standing:
    """Return what stands for a change that is tracked under ``issues``."""
    group = all_linked(connection, issues)
    there = connection.execute(_WHETHER_ANY, {"keys": group}).one()
    return Standing(
        issues=group,
        waivers=waivers_of(connection, group) if there.waivers else (),
        orders=orders_of(connection, group) if there.orders else (),
        subscriptions=subscriptions_of(connection, group) if there.subscriptions else (),
    )


def put_waiver(connection: Connection, waiver: StoredWaiver) -> None:
    """Store a waiver; one of the same finding takes its place."""
    take_waiver(connection, waiver.issue, waiver.code, waiver.package)
    values = {name: getattr(waiver, name) for name in StoredWaiver.__slots__}
    insert_if_absent(connection, waivers, values)


def take_waiver(connection: Connection, issue: int, code: str, package: str) -> bool:
    """Drop a waiver; return whether there was one."""
    statement = delete(waivers).where(
        waivers.c.issue == issue, waivers.c.code == code, waivers.c.package == package
    )
    return connection.execute(statement).rowcount > 0


def waivers_of(connection: Connection, issues: Collection[int]) -> tuple[StoredWaiver, ...]:
    """Return the waivers of any of ``issues``, oldest first."""
    rows = connection.execute(_WAIVERS, {"keys": issues}).all()
    names = StoredWaiver.__slots__
    return tuple(StoredWaiver(**{name: getattr(row, name) for name in names}) for row in rows)


def put_order(connection: Connection, order: Order) -> bool:
    """Store an order; return False where it stands already (the first one's reason stays)."""
    return insert_if_absent(
        connection, orders, {name: getattr(order, name) for name in Order.__slots__}
    )


def take_order(connection: Connection, issues: Collection[int], kind: str) -> bool:
    """End an order for any of ``issues``; return whether there was one."""
    statement = delete(orders).where(orders.c.issue.in_(issues), orders.c.kind == kind)
    return connection.execute(statement).rowcount > 0


def orders_of(connection: Connection, issues: Collection[int]) -> tuple[Order, ...]:
    """Return the orders for any of ``issues``, oldest first."""
    names = Order.__slots__
    rows = connection.execute(_ORDERS, {"keys": issues}).all()
    return tuple(Order(**{name: getattr(row, name) for name in names}) for row in rows)


def ignored_issues(connection: Connection) -> frozenset[int]:
    """Return the issues that are ignored."""
    statement = select(orders.c.issue).where(orders.c.kind == IGNORE)
    return frozenset(connection.execute(statement).scalars())


def subscribe(connection: Connection, issue: int, address: str, once: bool, now: datetime) -> bool:
    """Subscribe ``address``; return False where it is subscribed already.

    Who is subscribed for good stays so when asking for the next result.
    """
    key = {"issue": issue, "address": message_key(address.lower())}
    if insert_if_absent(connection, subscriptions, {**key, "once": once, "at": now}):
        return True
    if not once:
        statement = update(subscriptions).where(
            subscriptions.c.issue == issue,
            subscriptions.c.address == key["address"],
            subscriptions.c.once.is_(True),
        )
        return connection.execute(statement.values(once=False)).rowcount > 0
    return False


def count_subscriptions(connection: Connection, issue: int, address: str) -> tuple[int, int]:
    """Return how many subscriptions ``address`` has, and how many others ``issue`` has."""
    who = message_key(address.lower())
    of_address = select(func.count()).where(subscriptions.c.address == who)
    of_issue = select(func.count()).where(
        subscriptions.c.issue == issue, subscriptions.c.address != who
    )
    return (
        connection.execute(of_address).scalar_one(),
        connection.execute(of_issue).scalar_one(),
    )


def unsubscribe(connection: Connection, issues: Collection[int], address: str) -> bool:
    """End subscriptions; return whether there was one."""
    statement = delete(subscriptions).where(
        subscriptions.c.issue.in_(issues),
        subscriptions.c.address == message_key(address.lower()),
    )
    return connection.execute(statement).rowcount > 0


def subscriptions_of(connection: Connection, issues: Collection[int]) -> tuple[Subscription, ...]:
    """Return who wants to be told of any of ``issues``."""
    rows = connection.execute(_SUBSCRIPTIONS, {"keys": issues})
    return tuple(Subscription(row.issue, row.address, row.once) for row in rows)


def link_issues(connection: Connection, one: int, other: int) -> tuple[int, ...]:
    """Say that two issues are about one change; return all that are linked with them now."""
    group = all_linked(connection, [one, other])
    connection.execute(delete(issue_links).where(issue_links.c.issue.in_(group)))
    for issue in group:
        insert_if_absent(connection, issue_links, {"issue": issue, "linked_to": group[0]})
    return group


def unlink_issue(connection: Connection, issue: int) -> tuple[int, ...]:
    """Part ``issue`` from all that it is linked with, and return these; they stay linked."""
    group = all_linked(connection, [issue])
    rest = tuple(one for one in group if one != issue)
    connection.execute(delete(issue_links).where(issue_links.c.issue.in_(group)))
    for one in rest if len(rest) > 1 else ():
        insert_if_absent(connection, issue_links, {"issue": one, "linked_to": rest[0]})
    return rest


def all_linked(connection: Connection, issues: Collection[int]) -> tuple[int, ...]:
    """Return ``issues`` and all that are linked with any of them, lowest first."""
    return tuple(sorted({*issues, *connection.execute(_LINKED, {"keys": issues}).scalars()}))


def has_links(connection: Connection) -> bool:
    """Say whether any issues are linked."""
    return connection.execute(select(issue_links.c.issue).limit(1)).first() is not None
