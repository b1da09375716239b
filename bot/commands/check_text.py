# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``weighbridge check`` prints for a person."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from bot.checking import CheckRun
from bot.checks.finding import Status
from bot.commands.nothing_judged import nothing_judged
from bot.commands.terminal import shows_colour
from bot.policy.model import Policy
from bot.report.clean import one_line
from bot.report.report import PackageReport, Report
from bot.report.text import terminal_text


def run_text(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    """Return the reports, then (if asked) what is no model and why, then one line of summary.

    Where there is nothing to report, what was read and why that is nothing stands in its place.

    Colours are used on a terminal only.
    """
    colour = shows_colour(sys.stdout)
    width = shutil.get_terminal_size().columns
    blocks = [
        terminal_text(report, width, colour)
        for report in run.reports
        if report.verdict is not Status.NONE
    ]
    if all_packages:
        blocks += ["\n".join(_others(run)) + "\n"]
    blocks.append(nothing_judged(run, all_packages))
    return "\n".join([*(block for block in blocks if block.strip()), _summary(run, policy)])


def _others(run: CheckRun) -> Iterator[str]:
    for report in run.reports:
        for package in (*_silent(report), *report.other_packages):
            yield from _other(package)
        for note in report.notes:
            yield f"{one_line(report.subject, 100)}: {one_line(note)}"
    for location, reason in run.left_alone:
        yield f"{one_line(location)}: left alone: {one_line(reason)}"


def _silent(report: Report) -> Iterator[PackageReport]:
    """Yield the model packages that this patch gives no reason to judge."""
    return (package for package in report.packages if not package.findings)


def _other(package: PackageReport) -> Iterator[str]:
    definition = package.model.change.package
    name = definition.name or definition.variable or "a package of unknown name"
    yield (
        f"{one_line(name, 100)} ({one_line(definition.file)}, line {definition.line}): "
        f"{one_line(package.model.reason)}"
    )
    for evidence in package.model.evidence:
        yield f"    {evidence.weight:+d} {evidence.kind}: {one_line(evidence.detail)}"


def _summary(run: CheckRun, policy: Policy) -> str:
    judged = [report for report in run.reports if report.verdict is not Status.NONE]
    models = sum(len(report.packages) for report in judged)
    packages = sum(len(report.packages) + len(report.other_packages) for report in run.reports)
    said = [
        f"{len(run.reports)} series",
        f"{packages} package{_s(packages)}, {models} that ship{'s' if models == 1 else ''} a model"
        if packages
        else "no package in it",
    ]
    for status in (Status.FAIL, Status.WARN, Status.UNKNOWN, Status.PASS):
        count = sum(report.verdict is status for report in judged)
        if count:
            said.append(f"{count} {status.value}")
    if run.left_alone:
        said.append(f"{len(run.left_alone)} mail{_s(len(run.left_alone))} left alone")
    if run.errors:
        said.append(f"{len(run.errors)} not read")
    return f"{', '.join(said)} (policy {policy.id})\n"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
