# SPDX-License-Identifier: GPL-3.0-or-later
"""What one round of work did, for a person: the replies, what was left alone, and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.reply.outgoing import Outgoing
from bot.report.clean import lines, one_line
from bot.report.report import Report
from bot.service.outcome import Judged, PollOutcome

_RULE = "-" * 72
_REPLY_LINES = 2_000


def outcome_text(outcome: PollOutcome, verb: str) -> str:
    """Return the whole outcome as text; ``verb`` says what happens to replies."""
    blocks = [
        *_mails("Reply", outcome.replies, verb),
        *_mails("Answer to commands", outcome.letters, verb),
        *_left_alone(outcome),
        *_trouble(outcome),
    ]
    return "\n".join([*blocks, *_summary(outcome)]) + "\n"


def _mails(what: str, mails: Sequence[Outgoing], verb: str) -> Iterator[str]:
    for number, reply in enumerate(mails, start=1):
        recipients = ", ".join(one_line(recipient) for recipient in reply.recipients)
        yield f"{_RULE}\n{what} {number} of {len(mails)}; {verb} to {recipients}\n{_RULE}"
        yield "\n".join(lines(reply.content.decode("utf-8", "replace"), _REPLY_LINES))


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
    left_alone = len(outcome.left_alone) + outcome.untold
    yield (
        f"{outcome.messages} mails read ({outcome.copies} of them copies), "
        f"{outcome.triaged} series triaged, {len(outcome.replies)} answered, "
        f"{left_alone} left alone, {len(outcome.unreadable)} not readable, "
        f"{outcome.waiting} waiting"
    )


def _row(judged: Judged) -> tuple[str, ...]:
    report = judged.report
    return (
        str(report.issue or "-"),
        f"v{report.revision}",
        report.verdict.value,
        str(len(report.packages)),
        "answered" if judged.reply else "silent",
        one_line(report.subject, 60),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
