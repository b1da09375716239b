# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to questions by mail: short lines that a phone shows without breaking them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection

from bot.policy.describe import explain, show_policy
from bot.policy.load import PolicyError
from bot.report.clean import ascii_only, one_line
from bot.steering.asking import Asker, Circumstances, Outcome, Result
from bot.steering.command import Command
from bot.steering.forms import FORMS, help_lines
from bot.steering.issue_text import issue_lines
from bot.steering.lines import minute, wrapped
from bot.steering.overview_text import list_lines, standing_lines
from bot.store.messages import left_alone_of_issue
from bot.store.orders import all_linked
from bot.store.reports import latest_report
from bot.store.series import StoredSeries, series_of_issue


def answer(
    connection: Connection, command: Command, asker: Asker, around: Circumstances
) -> Outcome:
    """Return the answer to a question (``help``, ``status``, ``report``, ``explain``, ``policy``,
    ``list``); nothing is changed."""
    return _ANSWERS[command.name](connection, command, asker, around)


def unknown_issue(issue: int) -> str:
    """Return what is said of an issue that was never seen."""
    return f"Nothing is known of issue {issue}."


def _told(command: Command, lines: Sequence[str] | Iterator[str]) -> Outcome:
    return Outcome(command, Result.TOLD, "\n".join(lines))


def _status(
    connection: Connection, command: Command, _asker: Asker, around: Circumstances
) -> Outcome:
    if command.issue is None:
        return _told(command, standing_lines(connection, around))
    found = _series(connection, command)
    return (
        _told(command, issue_lines(connection, command.issue, found))
        if found
        else _unknown(connection, command)
    )


def _unknown(connection: Connection, command: Command) -> Outcome:
    alone = left_alone_of_issue(connection, command.issue or 0)
    if alone and command.revision is None:
        reasons = dict.fromkeys(one_line(reason, 200) for _, reason in alone)
        lines = [line for reason in list(reasons)[:5] for line in wrapped(reason, "  ")]
        return _told(command, [f"Issue {command.issue} was looked at and left alone:", *lines])
    version = f" v{command.revision}" if command.revision else ""
    text = f"Nothing is known of issue {command.issue}{version}."
    return Outcome(command, Result.MISTAKEN, text)


def _help(asker: Asker, around: Circumstances) -> Iterator[str]:
    yield f"Write to {around.bot_address}, one command a line,"
    yield "at the left margin, three at most. On the list a line"
    yield f'begins with "@{around.bot_name}". "quit" ends them.'
    yield ""
    yield from help_lines([form for form in FORMS.values() if not form.changes])
    yield ""
    if asker.maintainer:
        yield f"You are known as {ascii_only(one_line(asker.maintainer, 60))}:"
    else:
        yield "For maintainers, in a mail that is signed:"
    yield ""
    yield from help_lines([form for form in FORMS.values() if form.changes])


def _explained(
    _connection: Connection, command: Command, _asker: Asker, around: Circumstances
) -> Outcome:
    try:
        return _told(command, explain(around.policy, command.code).splitlines())
    except PolicyError as error:
        return Outcome(command, Result.MISTAKEN, one_line(str(error), 300))


def _series(connection: Connection, command: Command) -> list[StoredSeries]:
    """Return the series that a command is about, the newest last."""
    issues = all_linked(connection, [command.issue or 0])
    found = [one for issue in issues for one in series_of_issue(connection, issue)]
    if command.revision is not None:
        found = [one for one in found if one.revision == command.revision]
    return sorted(found, key=lambda one: one.revision)


def _report(
    connection: Connection, command: Command, _asker: Asker, _around: Circumstances
) -> Outcome:
    found = _series(connection, command)
    return (
        _newest_report(connection, command, found[-1]) if found else _unknown(connection, command)
    )


def _newest_report(connection: Connection, command: Command, series: StoredSeries) -> Outcome:
    report = latest_report(connection, series.series_key)
    head = f"issue {command.issue} v{series.revision}"
    if report is None:
        return _told(command, issue_lines(connection, command.issue or 0, [series]))
    if report.verdict == "none":
        return _told(command, [f"{head}: no package in it ships trained parameters"])
    if not report.text:
        line = f'{head}: its text was not kept; "recheck {command.issue}" makes it anew'
        return _told(command, wrapped(line, ""))
    lines = (f"{head}, judged {minute(report.made_at)}", "", report.text.rstrip("\n"))
    return _told(command, lines)


_ANSWERS: Mapping[str, Callable[[Connection, Command, Asker, Circumstances], Outcome]] = (
    MappingProxyType(
        {
            "help": lambda _connection, command, asker, around: _told(
                command, _help(asker, around)
            ),
            "policy": lambda _connection, command, _asker, around: _told(
                command, show_policy(around.policy).splitlines()
            ),
            "list": lambda connection, command, asker, around: _told(
                command, list_lines(connection, command.which, asker, around)
            ),
            "explain": _explained,
            "status": _status,
            "report": _report,
        }
    )
)
QUESTIONS = frozenset(_ANSWERS)
"""Names of the commands that are answered here."""
