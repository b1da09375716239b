# SPDX-License-Identifier: GPL-3.0-or-later
"""Once a day: forget what is old, and tell the operator how the day was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.report.clean import one_line
from bot.service.status import OverallStatus
from bot.store.reports import StoredDecision

_MOST_LINES = 60


def digest_text(
    status: OverallStatus,
    decisions: Sequence[StoredDecision],
    problems: Sequence[str],
    now: datetime,
) -> str:
    """Return the daily mail to the operator."""
    return "\n".join((*_standing(status, decisions, problems, now), *_answers(decisions))) + "\n"


def _standing(
    status: OverallStatus,
    decisions: Sequence[StoredDecision],
    problems: Sequence[str],
    now: datetime,
) -> Iterator[str]:
    answered = sum(one.answer for one in decisions)
    mails = ", ".join(f"{count} {state}" for state, count in status.mails.items() if count)
    yield f"The day to {now:%Y-%m-%d %H:%M} UTC, in mode {status.mode}."
    yield ""
    yield f"Series triaged: {len(decisions)}, answered: {answered}."
    yield f"Outbox: {mails or 'empty'}."
    if status.pause is not None:
        yield f"Mail is stopped since {status.pause.at:%Y-%m-%d %H:%M} UTC: {status.pause.reason}"
    if problems:
        yield ""
        yield "To look at:"
        yield from (f"- {one_line(problem, 300)}" for problem in problems)


def _answers(decisions: Sequence[StoredDecision]) -> Iterator[str]:
    answered = [one for one in decisions if one.answer]
    if answered:
        yield ""
        yield "Answered:"
    for one in answered[:_MOST_LINES]:
        subject, reason = one_line(one.subject, 100), one_line(one.reason, 200)
        yield f"- {one.issue or '-'}: {subject} ({reason})"
    if len(answered) > _MOST_LINES:
        yield f"- and {len(answered) - _MOST_LINES} more"
