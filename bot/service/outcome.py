# SPDX-License-Identifier: GPL-3.0-or-later
"""What one round of work did: for the summary of ``poll --once``, the demo and the log."""

from __future__ import annotations

from dataclasses import dataclass, fields

from bot.mail.series import Series
from bot.reply.decide import Decision
from bot.reply.outgoing import Outgoing
from bot.report.report import Report


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A mail or a series that was looked at and is not answered."""

    subject: str
    author: str
    issue: int | None
    message_id: str
    """Of the mail, or of the first mail of the series."""
    location: str
    """Where the mail was found; empty for a series."""
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A series that was triaged."""

    series: Series
    report: Report
    decision: Decision
    reply: Outgoing | None
    """What goes out, waits, or (in a dry run) would go out; None: the series is left alone."""


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """Everything that one round looked at, and what came of it."""

    judged: tuple[Judged, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    """Mails that make no series to triage, and series that are not answered."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """(location, reason) of mails that could not be read."""
    failures: tuple[tuple[str, str], ...] = ()
    """(source or series, reason) of what could not be done and is tried again later."""
    messages: int = 0
    """Mails read from the sources, copies of known ones included."""
    copies: int = 0
    """Of those, copies of mails that were known already."""
    waiting: int = 0
    """Series that are not due yet."""
    sent: tuple[str, ...] = ()
    """Message-IDs of what a server has taken."""

    @property
    def replies(self) -> tuple[Outgoing, ...]:
        """The mails that go out, wait, or would go out."""
        return tuple(judged.reply for judged in self.judged if judged.reply is not None)

    def __add__(self, other: PollOutcome) -> PollOutcome:
        """Return both as one."""
        both = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
        }
        # What waits at the end is what the later one saw.
        return PollOutcome(**{**both, "waiting": other.waiting})
