# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out ``waive`` and ``unwaive``: a maintainer accepts a finding, or no longer does."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.policy.model import Policy
from bot.report.clean import one_line
from bot.steering.asking import Outcome
from bot.steering.command import Command
from bot.steering.errand import Errand
from bot.steering.issue_text import finding_name, findings_of
from bot.steering.lines import wrapped
from bot.steering.questions import unknown_issue
from bot.store.orders import StoredWaiver, put_waiver, take_waiver, waivers_of
from bot.store.series import judge_again

_NAMED = 20
_JUDGED = "The series is judged again now."


def waive(errand: Errand) -> Outcome:
    """Accept a finding; where it is accepted already, the new reason takes the place of the old."""
    command = errand.command
    if not errand.is_known:
        return errand.mistaken(unknown_issue(errand.issue))
    standing = findings_of(errand.connection, errand.issues)
    if reason := _cannot_be_waived(command, standing, errand.around.policy):
        return errand.mistaken(reason)
    before = [one for one in _waivers(errand) if _is_named(one, command)]
    # Where linked issues have one, too, none of them may go on saying the old reason.
    for issue in {errand.issue, *(one.issue for one in before)}:
        _put(errand, issue)
    judge_again(errand.connection, errand.issues, errand.around.now)
    return errand.done(_replaced(errand, before[0]) if before else _waived(errand))


def _put(errand: Errand, issue: int) -> None:
    command = errand.command
    new = StoredWaiver(
        issue,
        command.code,
        command.package,
        errand.reason,
        errand.asker.name,
        errand.around.now,
    )
    put_waiver(errand.connection, new)


def _waived(errand: Errand) -> str:
    return (
        f"{_finding(errand.command)} is waived for {errand.issue}, in all its\n"
        f"revisions. It stays visible, with your name and reason.\n{_JUDGED}"
    )


def _replaced(errand: Errand, before: StoredWaiver) -> str:
    head = f"{_finding(errand.command)} was waived for {before.issue} already:"
    # Indented: what others wrote must not read as a command where the answer is quoted.
    by = wrapped(f"{one_line(before.given_by, 80)}: {one_line(before.reason, 200)}", "  ")
    return "\n".join([head, *by, "Your name and reason take the place of these.", _JUDGED])


def _cannot_be_waived(
    command: Command, standing: Collection[tuple[str, str]], policy: Policy
) -> str:
    """Return why a waiver would be a slip of the pen; empty where it may be meant."""
    packages = {package for package, _ in standing if package}
    codes = sorted({code for _, code in standing})
    if command.code not in {*codes, *policy.rules_by_id}:
        there = f"The findings of {command.issue} are:\n  " + "\n  ".join(codes)
        return f"There is no finding {command.code}. {there if codes else ''}".rstrip()
    if command.package and packages and command.package not in packages:
        named = "\n  ".join(sorted(packages)[:_NAMED])
        return f"{command.package} is no package of {command.issue}. Its packages are:\n  {named}"
    return ""


def unwaive(errand: Errand) -> Outcome:
    """Take a waiver back: the one that is named, and none that is wider or narrower."""
    command = errand.command
    taken = [
        take_waiver(errand.connection, issue, command.code, command.package)
        for issue in errand.issues
    ]
    left = _waivers(errand)
    if not any(taken):
        head = f"{_finding(command)} is not waived for {errand.issue}."
        return errand.mistaken("\n".join([head, *_named(left, "What is waived:")]))
    judge_again(errand.connection, errand.issues, errand.around.now)
    same = [one for one in left if _overlaps(one, command)]
    if same:
        head = f"This waiver of {_finding(command)} is taken back."
        return errand.done("\n".join([head, *_named(same, "Waived all the same:"), _JUDGED]))
    return errand.done(f"{_finding(command)} counts again for {errand.issue}.\n{_JUDGED}")


def _waivers(errand: Errand) -> tuple[StoredWaiver, ...]:
    return waivers_of(errand.connection, errand.issues)


def _is_named(waiver: StoredWaiver, command: Command) -> bool:
    return (waiver.code, waiver.package) == (command.code, command.package)


def _overlaps(waiver: StoredWaiver, command: Command) -> bool:
    """Say whether ``waiver`` accepts some of what ``command`` names."""
    return waiver.code == command.code and (
        not waiver.package or not command.package or waiver.package == command.package
    )


def _named(waivers: Sequence[StoredWaiver], head: str) -> list[str]:
    names = sorted({finding_name(one.code, one.package) for one in waivers})
    more = [f"  and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return [head, *(f"  {name}" for name in names[:_NAMED]), *more] if names else []


def _finding(command: Command) -> str:
    return finding_name(command.code, command.package)
