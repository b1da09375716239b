# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a report is answered: the rules that keep the bot welcome on a list.

Pure: what was said before, the settings and the time are passed in.  When in doubt, silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.checks.finding import Status
from bot.mail.message import Message, Origin
from bot.mail.series import Series
from bot.report.report import Report


@dataclass(frozen=True, slots=True)
class Manners:
    """The settings that decisions go by."""

    needs_issue: bool
    """Whether an answer is addressed with the tracker's number."""
    max_age: timedelta | None
    """Older mail is not answered; None: age does not matter (a sample archive, say)."""
    moderated: bool
    """Whether a person approves each mail first."""
    per_hour: int
    per_day: int
    per_thread_per_day: int
    per_person_per_day: int


@dataclass(frozen=True, slots=True)
class Past:
    """What went before, as the store tells it."""

    said_revisions: tuple[int, ...] = ()
    """Revisions of this thread that were answered (or may have been), oldest first."""
    changed: bool | None = None
    """Whether the result differs from what was said last; None where nothing was said."""
    waiting_already: bool = False
    """Whether an answer with this very result waits in the outbox."""
    refused_already: bool = False
    """Whether a person rejected an answer with this very result."""
    newest_revision: int = 0
    """The highest revision of this thread that has come."""
    closed: bool = False
    """Whether the tracker says that the issue is closed."""
    silenced: str = ""
    """Which maintainer wants nothing said, and why; empty where nobody does."""
    since: datetime | None = None
    """Mail older than this came before the bot began."""
    sent_last_hour: int = 0
    sent_last_day: int = 0
    sent_to_thread: int = 0
    """In the last day."""
    sent_to_person: int = 0
    """In the last day."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a report."""

    answer: bool
    reason: str
    """One sentence, for the log and the operator."""
    hold: bool = False
    """The answer is written but waits: for a person, or until a limit allows it."""
    held_by: str = ""
    """``moderated`` or ``limit``."""


def decide(report: Report, series: Series, past: Past, manners: Manners, now: datetime) -> Decision:
    """Return whether ``report`` is answered, and why."""
    reason = (
        _nothing_to_say(report)
        or past.silenced
        or _nobody_to_answer(series, manners)
        or _too_late(series, past, manners, now)
        or _said_already(report, past)
    )
    if reason:
        return Decision(answer=False, reason=reason)
    why = (
        f"the result differs from what was said on {_revision(past)}"
        if past.changed
        else (f"first answer; verdict {report.verdict}")
    )
    if manners.moderated:
        return Decision(True, f"{why}; waits for approval", hold=True, held_by="moderated")
    limit = limit_reached(past, manners)
    if limit:
        return Decision(True, f"{why}; held: {limit}", hold=True, held_by="limit")
    return Decision(answer=True, reason=why)


def limit_reached(past: Past, manners: Manners) -> str:
    """Return which limit on mail is reached; empty where one more mail may go."""
    for sent, limit, what in (
        (past.sent_last_hour, manners.per_hour, "mails in the last hour"),
        (past.sent_last_day, manners.per_day, "mails in the last day"),
        (past.sent_to_thread, manners.per_thread_per_day, "mails to this thread in the last day"),
        (past.sent_to_person, manners.per_person_per_day, "mails to this person in the last day"),
    ):
        if sent >= limit:
            return f"{sent} {what}, the limit is {limit}"
    return ""


def date_of(series: Series) -> datetime | None:
    """Return when the newest member came, as far as any of its mails tells."""
    dates = [date for member in series.members if (date := _date(member)) is not None]
    return max(dates, default=None)


def _date(message: Message) -> datetime | None:
    # A relay's date is preferred: the author's clock may be wrong, or the mail moderated for days.
    return message.received_at or message.sent_at


def _nothing_to_say(report: Report) -> str:
    if report.verdict is not Status.NONE:
        return ""
    if not report.packages:
        return "no package in it ships a model"
    return "nothing that it changes about a model is checked"


def _nobody_to_answer(series: Series, manners: Manners) -> str:
    for member in series.members:
        if member.origin is not Origin.PERSON:
            return f"not written by a person ({member.origin}: {member.origin_reason})"
    if manners.needs_issue and series.issue is None:
        return "the tracker's number is not known, so there is no address to answer to"
    if not series.author.email:
        return "its author has no usable address"
    return ""


def _too_late(series: Series, past: Past, manners: Manners, now: datetime) -> str:
    if past.closed:
        return "the issue is closed"
    if past.newest_revision > series.revision:
        return f"revision {past.newest_revision} has come meanwhile"
    return _too_old(date_of(series), past.since, manners.max_age, now)


def _too_old(
    date: datetime | None, since: datetime | None, max_age: timedelta | None, now: datetime
) -> str:
    if date is None:
        bounded = since is not None or max_age is not None
        return "no mail of it has a date, so it may be old" if bounded else ""
    if since is not None and date < since:
        return f"older than {since:%Y-%m-%d %H:%M} UTC, when this source began"
    if max_age is not None and now - date > max_age:
        return f"older than {max_age.days} days"
    return ""


def _said_already(report: Report, past: Past) -> str:
    if past.waiting_already:
        return "an answer that says the same waits in the outbox"
    if past.refused_already:
        return "an answer that says the same was rejected"
    if past.changed is False:
        return f"the result is what was said on {_revision(past)}"
    if past.said_revisions and max(past.said_revisions) > report.revision:
        return f"revision {max(past.said_revisions)} is answered already"
    return ""


def _revision(past: Past) -> str:
    return f"revision {past.said_revisions[-1]}" if past.said_revisions else "this thread"
