# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of one thread shows, out of what the store keeps of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.site.links import archive_link, issue_link
from bot.site.revisions import Revision, current, revisions_of
from bot.site.settings import SiteSettings
from bot.site.side_by_side import SideBySide, side_by_side
from bot.site.waiting import Wait, waits_of
from bot.site.words import machine_time, person, reason, subject
from bot.store.orders import IGNORE, Order
from bot.store.outbox import Transition
from bot.store.threads import StoredThread, ThreadMessage

_STATES = {
    "pending": "The answer was put into the outbox",
    "held": "The answer is held",
    "sending": "The answer was handed to the mail server",
    "sent": "The mail server took the answer",
    "confirmed": "The answer was seen in the archive",
    "failed": "The answer could not be delivered",
    "cancelled": "The answer was taken back",
    "rehearsed": "An answer was written; it was a dry run, so nothing was sent",
}
_EXPLAINED = frozenset({"held", "cancelled"})
"""States whose reason is the bot's or a moderator's, and not a mail server's words."""
_SEEN = frozenset({"sent", "confirmed"})
_MAILS = 200
"""Shown at most."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the conversation."""

    subject: str
    author: str
    """A name, never an address."""
    at: str
    """RFC 3339; empty where the mail has no date."""
    message_id: str
    url: str
    """In the archive; empty where there is no link."""
    part: str
    """``v1`` of the series that it belongs to; empty for another mail of the issue."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    at: str
    """RFC 3339."""
    what: str
    why: str
    revision: str
    """``v1``; empty where it concerns all."""
    verdict: str
    """Of a report; else empty."""
    url: str
    """Of the answer in the archive; else empty."""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread as its page shows it."""

    name: str
    """Of its files, without their suffix."""
    issue: int | None
    issue_url: str
    subject: str
    author: str
    verdict: str
    headline: str
    closed_at: str
    """RFC 3339, also where a maintainer has it ignored; empty while it is open."""
    orders: tuple[str, ...]
    """What maintainers have ordered, in words."""
    waits: tuple[Wait, ...]
    revisions: tuple[Revision, ...]
    now: Revision | None
    """The newest one that has been judged."""
    side_by_side: SideBySide
    mails: tuple[Mail, ...]
    events: tuple[Event, ...]

    @property
    def is_open(self) -> bool:
        """Whether the issue is open, as far as the bot saw."""
        return not self.closed_at


def thread_page(thread: StoredThread, name: str, settings: SiteSettings) -> ThreadPage:
    """Return what the page of ``thread`` shows; never raises for what strangers wrote."""
    revisions = revisions_of(thread)
    now = current(revisions)
    newest = now or (revisions[-1] if revisions else None)
    first = thread.series[0] if thread.series else None
    issue = next((one.issue for one in thread.series if one.issue is not None), None)
    return ThreadPage(
        name=name,
        issue=issue,
        issue_url=issue_link(settings.issue_url, issue),
        subject=newest.subject if newest else "(no subject)",
        author=person(first.author) if first else "somebody",
        verdict=newest.verdict if newest else "none",
        headline=newest.headline if newest else "",
        closed_at=machine_time(thread.ended_at),
        orders=tuple(_ordered(one) for one in thread.orders),
        waits=waits_of(thread, revisions),
        revisions=revisions,
        now=now,
        side_by_side=side_by_side(revisions),
        mails=tuple(_mails(thread, revisions, settings)),
        events=tuple(_events(thread, revisions, settings)),
    )


def _mails(
    thread: StoredThread, revisions: Sequence[Revision], settings: SiteSettings
) -> Iterator[Mail]:
    labels = {one.series_key: one.label for one in revisions}
    for mail in thread.messages[:_MAILS]:
        yield Mail(
            subject=subject(mail.subject),
            author=person(mail.author),
            at=machine_time(mail.dated_at),
            message_id=_message_id(mail),
            url=archive_link(settings.archive_url, mail.message_id),
            part=labels.get(mail.series_key or "", ""),
        )


def _message_id(mail: ThreadMessage) -> str:
    return "" if mail.message_id.startswith("sha256:") else _printable(mail.message_id)


def _printable(message_id: str) -> str:
    """A Message-ID is printable ASCII (RFC 5322, 3.6.4); what is not is no part of one."""
    return "".join(char for char in message_id if "!" <= char <= "~")[:300]


def _events(
    thread: StoredThread, revisions: Sequence[Revision], settings: SiteSettings
) -> list[Event]:
    labels = {one.series_key: one.label for one in revisions}
    found: list[tuple[datetime, int, Event]] = []

    def add(at: datetime, rank: int, what: str, **more: str) -> None:
        parts = {"why": "", "revision": "", "verdict": "", "url": "", **more}
        found.append((at, rank, Event(machine_time(at), what, **parts)))

    for one in revisions:
        add(one.came_at, 0, "The patches came", revision=one.label)
    for report in thread.reports:
        verdict = report.verdict
        label = labels.get(report.series_key, "")
        add(report.made_at, 1, "Judged", revision=label, verdict=verdict)
    for decision in thread.decisions:
        what = "Decided to answer" if decision.answer else "Decided to say nothing"
        label = labels.get(decision.series_key, "")
        add(decision.at, 2, what, why=reason(decision.reason), revision=label)
    for answer in thread.answers:
        link = archive_link(settings.archive_url, answer.message_id)
        for change in _changes(answer.history):
            add(
                change.at,
                3,
                _STATES.get(change.state_after, "The answer's state changed"),
                why=reason(change.reason) if change.state_after in _EXPLAINED else "",
                revision=labels.get(answer.series_key, ""),
                url=link if change.state_after in _SEEN else "",
            )
    for order in thread.orders:
        add(order.at, 4, _ordered(order))
    if thread.closed_at is not None:
        add(thread.closed_at, 4, "The issue was closed")
    return [event for _, _, event in sorted(found, key=lambda item: item[:2])]


def _ordered(order: Order) -> str:
    what = "ignored" if order.kind == IGNORE else "muted: it is judged, and nothing is mailed to it"
    why = f" ({reason(order.reason)})" if order.reason else ""
    return f"By order of {person(order.given_by)} it is {what}{why}"


def _changes(history: Sequence[Transition]) -> Iterator[Transition]:
    return (change for change in history if change.state_after != change.state_before)
