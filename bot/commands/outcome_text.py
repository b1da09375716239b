# SPDX-License-Identifier: GPL-3.0-or-later
"""What one round of work did, for a person: the mails, what was left alone, and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.reply.delivery import IN_SPITE_OF_A_HOLD
from bot.reply.outgoing import Outgoing
from bot.report.clean import lines, one_line
from bot.report.report import Report
from bot.service.outcome import Judged, PollOutcome
from bot.store.control import Pause

_RULE = "-" * 72
_REPLY_LINES = 2_000


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A mail on its way."""

    mail: Outgoing
    kind: str
    """As the outbox has it."""
    held: str
    """What it waits for; empty where it may leave."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What lies before the mails of an outcome."""

    rehearsal: bool
    """Whether none of them is sent."""
    pause: Pause | None = None
    """Who has stopped mail has stopped these too."""


def outcome_text(outcome: PollOutcome, prospect: Prospect) -> str:
    """Return the whole outcome as text; ``prospect`` says what happens to its mails."""
    replies = [_Leaving(one.reply, "reply", _held(one)) for one in outcome.judged if one.reply]
    letters = [_Leaving(one.mail, one.kind, one.held_by_limit) for one in outcome.letters]
    blocks = [
        *_mails("Reply", replies, prospect),
        *_mails("Answer to commands", [one for one in letters if one.kind != "news"], prospect),
        *_mails("News of a result", [one for one in letters if one.kind == "news"], prospect),
        *_left_alone(outcome),
        *_trouble(outcome),
    ]
    return "\n".join([*blocks, *_summary(outcome)]) + "\n"


def _held(judged: Judged) -> str:
    return judged.decision.reason if judged.decision.hold else ""


def _mails(what: str, mails: Sequence[_Leaving], prospect: Prospect) -> Iterator[str]:
    for number, one in enumerate(mails, start=1):
        yield f"{_RULE}\n{what} {number} of {len(mails)}; {_happens(one, prospect)}\n{_RULE}"
        yield "\n".join(lines(one.mail.content.decode("utf-8", "replace"), _REPLY_LINES))


def _happens(one: _Leaving, prospect: Prospect) -> str:
    """Return what happens to a mail, and why it does not leave if it does not."""
    to = ", ".join(one_line(recipient) for recipient in one.mail.recipients)
    if one.held:
        is_held = "it would be held" if prospect.rehearsal else "it is held"
        return f"{is_held}, to {to}\n{one_line(one.held)}"
    if prospect.pause and (prospect.pause.total or one.kind not in IN_SPITE_OF_A_HOLD):
        why = one_line(prospect.pause.reason) or "no reason given"
        waits = "it would wait" if prospect.rehearsal else "it waits"
        return f"{waits}, to {to}\nall mail is stopped: {why}"
    return f"{'it would go' if prospect.rehearsal else 'it goes'} to {to}"


def _left_alone(outcome: PollOutcome) -> Iterator[str]:
    if not outcome.left_alone:
        return
    yield f"{_RULE}\nLooked at and left alone\n{_RULE}"
    reports = {
        judged.series.members[0].message_id: judged.report
        for judged in outcome.judged
        if judged.reply is None
    }
    for item in outcome.left_alone:
        yield one_line(item.subject, 200)
        yield f"    {one_line(item.reason)}"
        report = reports.get(item.message_id)
        yield from _packages(report) if report else ()
    yield ""


def _packages(report: Report) -> Iterator[str]:
    for package in (*report.other_packages, *report.packages):
        definition = package.model.change.package
        name = definition.name or definition.variable or "unnamed package"
        yield f"    {one_line(name, 100)}: {one_line(package.model.reason)}"


def _trouble(outcome: PollOutcome) -> Iterator[str]:
    for title, items in (
        ("Could not be read", outcome.unreadable),
        ("Could not be done, and will be tried again", outcome.failures),
    ):
        if items:
            yield f"{_RULE}\n{title}\n{_RULE}"
            yield from (f"{one_line(place)}: {one_line(reason)}" for place, reason in items)
            yield ""


def _summary(outcome: PollOutcome) -> Iterator[str]:
    yield f"{_RULE}\nSummary\n{_RULE}"
    rows = [_row(judged) for judged in outcome.judged]
    if rows:
        yield from _table(("issue", "rev", "verdict", "models", "done", "subject"), rows)
        yield ""
    held = sum(bool(one.reply and one.decision.hold) for one in outcome.judged)
    left_alone = len(outcome.left_alone) + outcome.untold
    yield (
        f"{outcome.messages} mails read ({outcome.copies} of them copies), "
        f"{outcome.triaged} series triaged, {len(outcome.replies) - held} answered, "
        + (f"{held} held, " if held else "")
        + f"{left_alone} left alone, {len(outcome.unreadable)} not readable, "
        f"{outcome.waiting} waiting"
    )


def _row(judged: Judged) -> tuple[str, ...]:
    report = judged.report
    return (
        str(report.issue or "-"),
        f"v{report.revision}",
        report.verdict.value,
        str(len(report.packages)),
        "silent" if not judged.reply else "held" if judged.decision.hold else "answered",
        one_line(report.subject, 60),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
