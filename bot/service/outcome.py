# SPDX-License-Identifier: GPL-3.0-or-later
"""What one round of work did: for the summary of ``poll --once``, the demo and the log."""

from __future__ import annotations

from dataclasses import dataclass, fields

from bot.mail.series import Series
from bot.reply.decide import Decision
from bot.reply.outgoing import Outgoing
from bot.report.report import Report
from bot.service.letters import Written

_TOLD = 5_000
_JUDGED_TOLD = 500
_LETTERS_TOLD = 500


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
    letters: tuple[Written, ...] = ()
    """To those who wanted to be told of it."""


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
    untold: int = 0
    """How many were left alone beyond the first 5,000, which are not listed: an archive of years
    must not be held in memory.  Nor are reports, but for the first and those that are answered."""
    triaged: int = 0
    """Series that were triaged."""
    letters: tuple[Written, ...] = ()
    """Answers to commands, and news to those who have subscribed; the first 500."""

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
        judged = _with_replies_and_first(both["judged"])
        left_alone = both["left_alone"][:_TOLD]
        bounded = {
            "judged": judged,
            "left_alone": left_alone,
            "letters": both["letters"][:_LETTERS_TOLD],
            "untold": both["untold"] + len(both["left_alone"]) - len(left_alone),
            # What waits at the end is what the later one saw.
            "waiting": other.waiting,
        }
        return PollOutcome(**{**both, **bounded})


def _with_replies_and_first(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    if len(judged) <= _JUDGED_TOLD:
        return judged
    later = (one for one in judged[_JUDGED_TOLD:] if one.reply is not None)
    return (*judged[:_JUDGED_TOLD], *later)
