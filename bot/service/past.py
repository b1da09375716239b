# SPDX-License-Identifier: GPL-3.0-or-later
"""What went before in a thread, read from the store for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.mail.series import Series
from bot.reply.decide import Past
from bot.reply.outbox import SAID, UNSAID
from bot.report.comparison import Difference, compare
from bot.report.report import Report
from bot.store.cursors import since_of_series
from bot.store.issues import any_closed
from bot.store.messages import message_key
from bot.store.orders import IGNORE, Order
from bot.store.outbox import StoredMail, mail_of_thread, traffic
from bot.store.reports import report_by_id
from bot.store.series import newest_revision


@dataclass(frozen=True, slots=True)
class Conversation:
    """The mails of a thread, and what follows from them."""

    past: Past
    mails: tuple[StoredMail, ...]
    difference: Difference | None
    """Against what was said last; None where nothing was said."""
    answers_to_series: int
    """How many mails answered this very series and revision, whatever became of them."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a decision is to be made about."""

    series: Series
    report: Report
    person: str
    """Address of who would get the mail."""
    orders: Sequence[Order]
    """Those that stand for the issues of the series."""


def read_conversation(connection: Connection, about: Reported, now: datetime) -> Conversation:
    """Return what a decision must know of what went before."""
    series, report = about.series, about.report
    thread_key, series_key = message_key(series.thread_key), message_key(series.key)
    mails = tuple(mail for mail in mail_of_thread(connection, thread_key) if mail.kind == "reply")
    said = [mail for mail in mails if mail.state in SAID]
    difference = _difference(connection, said[-1], report) if said else None
    counts = traffic(connection, thread_key, about.person, now)

    def says_the_same(mail: StoredMail) -> bool:
        found = _difference(connection, mail, report)
        return found is not None and not found.changed

    past = Past(
        said_revisions=tuple(mail.revision for mail in said),
        changed=difference.changed if difference else None,
        waiting_already=any(
            mail.series_key == series_key and says_the_same(mail)
            for mail in mails
            if mail.state in UNSAID
        ),
        refused_already=any(says_the_same(mail) for mail in mails if mail.hold == "rejected"),
        newest_revision=newest_revision(connection, thread_key),
        closed=any_closed(connection, series.issues),
        silenced=_silenced(about.orders),
        since=since_of_series(connection, series_key),
        sent_last_hour=counts.last_hour,
        sent_last_day=counts.last_day,
        sent_to_thread=counts.thread_last_day,
        sent_to_person=counts.person_last_day,
    )
    return Conversation(
        past, mails, difference, sum(mail.series_key == series_key for mail in mails)
    )


def _silenced(orders: Sequence[Order]) -> str:
    for order in orders:
        what = "to be ignored" if order.kind == IGNORE else "muted"
        return (
            f"issue {order.issue} is {what}, says {order.given_by}: {order.reason or 'no reason'}"
        )
    return ""


def _difference(connection: Connection, mail: StoredMail, report: Report) -> Difference | None:
    if mail.report_id is None:
        return None
    stored = report_by_id(connection, mail.report_id)
    return None if stored is None else compare(stored.document, report)
