# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes into the audit log what a mail asked for and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.report.clean import one_line
from bot.steering.asking import Outcome, Result
from bot.steering.command import Command, Mistake, Reading
from bot.store.audit import AuditEntry, add_entries


@dataclass(frozen=True, slots=True)
class Told:
    """What is the same in all entries of one mail, or of one command on the machine."""

    message_id: str
    """Of the mail; empty on the machine."""
    who: str
    proof: str
    now: datetime

    def entry(self, what: Command | Mistake, result: Result, detail: str) -> AuditEntry:
        """Return the entry of one command, or of a line that is none."""
        return AuditEntry(
            at=self.now,
            message_id=self.message_id,
            who=one_line(self.who, 300),
            proof=one_line(self.proof, 300),
            command=one_line(what.written, 400),
            issue=what.issue if isinstance(what, Command) else None,
            outcome=result,
            detail=one_line(detail, 300),
        )


def log_outcomes(
    connection: Connection, told: Told, outcomes: Sequence[Outcome], mistakes: Sequence[Mistake]
) -> None:
    """Write down what came of each command of a mail, and what was no command."""
    done = (told.entry(one.command, one.result, _detail_of(one)) for one in outcomes)
    wrong = (told.entry(one, Result.MISTAKEN, one.suggestion) for one in mistakes)
    add_entries(connection, *done, *wrong)


def log_ignored(connection: Connection, told: Told, reading: Reading, reason: str) -> None:
    """Write down what was asked for and is not even answered."""
    written: list[Command | Mistake] = [*reading.commands, *reading.mistakes]
    add_entries(connection, *(told.entry(one, Result.IGNORED, reason) for one in written))


def _detail_of(outcome: Outcome) -> str:
    """Return what the log keeps of an answer; nothing where a question was answered."""
    if outcome.result is Result.TOLD:
        return ""
    return one_line(outcome.text, 300)
