# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge status``: how the service stands, and what is known of one issue."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.application import open_application, utc_now
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_FAILED_CHECK, EXIT_UNREADABLE, give_up
from bot.config import Config
from bot.report.clean import one_line
from bot.service.health import problems_of
from bot.service.status import (
    IssueStatus,
    OverallStatus,
    SeriesStatus,
    issue_status,
    overall_status,
)
from bot.service.wiring import job_intervals
from bot.steering.issue_text import lines_of_standing
from bot.store.database import StoreError
from bot.store.jobs import JobRecord

EPILOG = """\b
Examples:
  weighbridge status         sources, queue, jobs
  weighbridge status 62443   what was seen, decided and sent about issue 62443
"""


@click.command(epilog=EPILOG)
@config_option
@click.option(
    "--health", is_flag=True, help="Print what is wrong only; exit 0 if nothing is, else 1."
)
@click.argument("issue", required=False, type=click.IntRange(min=1))
def status(config_path: Path | None, health: bool, issue: int | None) -> None:
    """Show how the service stands, or what is known of one ISSUE.

    Exit status: 0; 1 with --health if something is wrong, as /healthz has it, or if no job has
    run yet; 3 for an unknown issue or a database that cannot be read.
    """
    config = read_config(config_path)
    try:
        with open_application(config) as application:
            overall = overall_status(application.database, config.mode)
            found = issue_status(application.database, issue) if issue else None
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    if health:
        problems = _problems(overall, config)
        click.echo("".join(f"{one_line(problem, 1_000)}\n" for problem in problems), nl=False)
        sys.exit(EXIT_FAILED_CHECK if problems else 0)
    if found is not None and not found.is_known:
        give_up(f"nothing is known of issue {found.issue}", EXIT_UNREADABLE)
    for line in _issue(found) if found else _overall(overall):
        click.echo(line)


def _problems(overall: OverallStatus, config: Config) -> tuple[str, ...]:
    if not overall.jobs:
        return ("no job has run yet: weighbridge run",)
    return problems_of(overall, job_intervals(config), utc_now())


def _overall(overall: OverallStatus) -> Iterator[str]:
    yield f"mode      {overall.mode}"
    yield f"database  {overall.database}"
    if overall.pause:
        reason = one_line(overall.pause.reason) or "no reason given"
        yield f"PAUSED    since {_time(overall.pause.at)}: {reason}"
    waiting = overall.commands_waiting
    commands = f", {waiting} {'mail' if waiting == 1 else 'mails'} with commands" if waiting else ""
    yield f"waiting   {overall.series_waiting} series{commands}"
    queue = ", ".join(f"{count} {state}" for state, count in overall.mails.items() if count)
    yield f"outbox    {queue or 'empty'}"
    if overall.oldest_pending:
        yield f"          oldest pending since {_time(overall.oldest_pending)}"
    if overall.quarantined:
        yield f"aside     {overall.quarantined} mails cannot be read: weighbridge quarantine list"
    for source in overall.sources:
        yield f"source    {source.source}: read {_time(source.updated_at)}"
    for job in overall.jobs:
        yield f"job       {_job(job)}"


def _job(job: JobRecord) -> str:
    if job.failures:
        reason = one_line(job.last_error)
        last = _time(job.failed_at)
        return f"{job.job}: failed {job.failures} times in a row, last {last}: {reason}"
    return f"{job.job}: worked {_time(job.succeeded_at)}"


def _issue(found: IssueStatus) -> Iterator[str]:
    linked = ", ".join(map(str, found.linked_with))
    yield f"issue {found.issue}" + (f", one series with {linked}" if linked else "")
    for line in lines_of_standing(found.standing):
        yield f"  {line}"
    for series in found.series:
        yield from _series(series)
    for decision in found.decisions:
        what = "held" if decision.hold else "answer" if decision.answer else "silent"
        yield f"  {_time(decision.at)}  {what} ({decision.mode}): {one_line(decision.reason)}"
    for subject, reason in found.left_alone:
        yield f"  left alone: {one_line(subject, 200)}: {one_line(reason)}"
    for mail in found.mails:
        yield f"  mail <{one_line(mail.mail.message_id)}> to {', '.join(mail.mail.recipients)}"
        for change in mail.history:
            yield f"    {_time(change.at)}  {change.state_after}: {one_line(change.reason)}"


def _series(found: SeriesStatus) -> Iterator[str]:
    series, report = found.series, found.report
    yield f"  v{series.revision}  {one_line(series.subject, 200)}  ({one_line(series.author, 200)})"
    if report is None:
        yield f"      {series.state}, due {_time(series.due_at)}"
        return
    yield f"      verdict {report.verdict}, triaged {_time(report.made_at)}"
    for package in report.document.get("packages", ()):
        yield f"      {one_line(str(package['name']), 100)}: {package['verdict']}"
        for finding in package["findings"]:
            yield f"        {_finding(finding)}"


def _finding(finding: Mapping[str, Any]) -> str:
    message = one_line(finding["message"], 300)
    if waived := finding.get("waived"):
        message += " " + one_line(f"(waived by {waived['by']}: {waived['reason']})", 300)
    return f"{finding['check']:<13} {finding['status']:<7} {message}"


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
