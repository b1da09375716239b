# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``weighbridge check`` says where nothing was judged: what was read, why not, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bot.checking import CheckRun
from bot.checks.finding import Status
from bot.report.clean import one_line
from bot.report.report import Report

_LISTED = 5
_ADVICE = """\
To have packages judged, hand in what 'git format-patch' writes of them, or name
commits: weighbridge check --range origin/master.."""
_WHY = "To see why: weighbridge check --all-packages, with the same input."


def nothing_judged(run: CheckRun, all_packages: bool) -> str:
    """Return some lines; empty where something was judged.

    With ``all_packages`` the reasons are printed already, and are not repeated.
    """
    if any(report.verdict is not Status.NONE for report in run.reports):
        return ""
    return "".join(f"{line}\n" for line in _lines(run, all_packages))


def _lines(run: CheckRun, all_packages: bool) -> Iterator[str]:
    if any(report.packages for report in run.reports):
        yield "Nothing to judge: no model in it is changed in what is checked."
        yield from () if all_packages else (_WHY,)
    elif any(report.other_packages for report in run.reports):
        yield "Nothing to judge: no package in it is taken for a model."
        yield from () if all_packages else (_WHY,)
    elif run.reports or run.left_alone:
        yield "Nothing to judge: what was read adds or changes no package."
        yield from () if all_packages else _reasons(run)
        yield f"That is right for a change to something else.\n{_ADVICE}"
    elif run.errors:
        yield "Nothing was judged: no mail and no patch could be read."
        yield _ADVICE
    else:
        yield "Nothing to judge: there is no change."


def _reasons(run: CheckRun) -> Iterator[str]:
    """Say of the first mails and series what they are instead."""
    yield from islice(_all_reasons(run), _LISTED)
    more = len(run.left_alone) + len(run.reports) - _LISTED
    if more > 0:
        yield f"  and {more} more: --all-packages lists what was left alone"


def _all_reasons(run: CheckRun) -> Iterator[str]:
    for location, reason in run.left_alone:
        yield f"  {one_line(location, 200)}: {one_line(reason)}"
    for report in run.reports:
        yield f"  {one_line(report.subject, 100) or 'a series'}: {_of_series(report)}"


def _of_series(report: Report) -> str:
    """Return what came of reading a series in which no package was found."""
    notes = "; ".join(one_line(note) for note in report.notes)
    return notes or "there is no package definition in what it changes"
