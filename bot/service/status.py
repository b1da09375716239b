# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one issue, and of the service as a whole: plain values to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.reply.outbox import State
from bot.store.command_mails import count_waiting_commands
from bot.store.control import Pause, current_pause
from bot.store.cursors import StoredCursor, all_cursors
from bot.store.database import Database
from bot.store.jobs import JobRecord, all_jobs
from bot.store.messages import left_alone_of_issue
from bot.store.orders import Standing, standing_for
from bot.store.outbox import (
    StoredMail,
    Transition,
    count_by_state,
    mail_of_issue,
    oldest_in,
    transitions_of,
)
from bot.store.quarantine import count_quarantined
from bot.store.reports import (
    StoredDecision,
    StoredReport,
    decisions_of_issue,
    latest_report,
)
from bot.store.series import StoredSeries, count_waiting, series_of_issue


@dataclass(frozen=True, slots=True)
class MailStatus:
    """A mail of the outbox, and how it came to its state."""

    mail: StoredMail
    history: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class SeriesStatus:
    """A series of an issue, and the newest report on it."""

    series: StoredSeries
    report: StoredReport | None


@dataclass(frozen=True, slots=True)
class IssueStatus:
    """Everything that is known of one issue."""

    issue: int
    series: tuple[SeriesStatus, ...]
    """By revision."""
    decisions: tuple[StoredDecision, ...]
    """Oldest first."""
    mails: tuple[MailStatus, ...]
    """Oldest first."""
    standing: Standing
    """What maintainers have ordered for it and the issues linked with it, and who is subscribed."""
    left_alone: tuple[tuple[str, str], ...] = ()
    """(subject, reason) of mails that make no series, oldest first."""

    @property
    def is_known(self) -> bool:
        """Whether anything was ever seen of it."""
        seen = self.series or self.decisions or self.mails or self.left_alone
        return bool(seen or self.linked_with)

    @property
    def linked_with(self) -> tuple[int, ...]:
        """The other issues of the same series, as maintainers say."""
        return tuple(one for one in self.standing.issues if one != self.issue)


@dataclass(frozen=True, slots=True)
class OverallStatus:
    """How the service stands."""

    mode: str
    database: str
    """Without its password."""
    pause: Pause | None
    sources: tuple[StoredCursor, ...]
    jobs: tuple[JobRecord, ...]
    series_waiting: int
    """Series that settle, or wait to be triaged."""
    mails: Mapping[str, int]
    """Count by state of the outbox; every state is there."""
    oldest_pending: datetime | None
    quarantined: int = 0
    """Mails that could not be read and are kept aside."""
    commands_waiting: int = 0
    """Mails with commands that are not dealt with yet."""


def issue_status(database: Database, issue: int) -> IssueStatus:
    """Return what is known of ``issue``."""
    with database.reading() as connection:
        return IssueStatus(
            issue=issue,
            series=tuple(
                SeriesStatus(found, latest_report(connection, found.series_key))
                for found in series_of_issue(connection, issue)
            ),
            decisions=decisions_of_issue(connection, issue),
            mails=tuple(
                MailStatus(mail, transitions_of(connection, mail.message_id))
                for mail in mail_of_issue(connection, issue)
            ),
            standing=standing_for(connection, [issue]),
            left_alone=left_alone_of_issue(connection, issue),
        )


def overall_status(database: Database, mode: str) -> OverallStatus:
    """Return how the service stands."""
    with database.reading() as connection:
        counts = count_by_state(connection)
        return OverallStatus(
            mode=mode,
            database=database.name,
            pause=current_pause(connection),
            sources=all_cursors(connection),
            jobs=all_jobs(connection),
            series_waiting=count_waiting(connection),
            mails={str(state): counts.get(state, 0) for state in State},
            oldest_pending=oldest_in(connection, State.PENDING),
            quarantined=count_quarantined(connection),
            commands_waiting=count_waiting_commands(connection),
        )
