# SPDX-License-Identifier: GPL-3.0-or-later
"""One command that changes something, about to be carried out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.report.clean import one_line
from bot.steering.asking import Asker, Circumstances, Outcome, Result
from bot.steering.command import Command
from bot.store.orders import all_linked
from bot.store.series import series_of_issue

_REASON = 400


@dataclass(frozen=True, slots=True)
class Errand:
    """The command, who gave it, and what it is carried out with."""

    connection: Connection
    command: Command
    asker: Asker
    around: Circumstances

    @property
    def issue(self) -> int:
        """The issue that it names; 0 where it names none."""
        return self.command.issue or 0

    @property
    def issues(self) -> tuple[int, ...]:
        """The issue and those linked with it."""
        return all_linked(self.connection, [self.issue])

    @property
    def reason(self) -> str:
        """The reason given, on one line."""
        return one_line(self.command.reason, _REASON)

    @property
    def is_known(self) -> bool:
        """Whether a series of the issue, or of one linked with it, was ever seen."""
        return any(series_of_issue(self.connection, issue) for issue in self.issues)

    def done(self, text: str) -> Outcome:
        """Return that something was changed; ``text`` is for the asker."""
        return Outcome(self.command, Result.DONE, text)

    def mistaken(self, text: str) -> Outcome:
        """Return that it cannot be done; ``text`` says why."""
        return Outcome(self.command, Result.MISTAKEN, text)
