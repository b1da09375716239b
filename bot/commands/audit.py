# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge audit``: who asked for what by mail, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.commands.configuration import config_option
from bot.commands.form_option import form_option
from bot.commands.store_access import opened_database
from bot.report.clean import one_line
from bot.store.audit import AuditEntry, entries_of

EPILOG = """\b
Examples:
  weighbridge audit                       the last hundred commands
  weighbridge audit --issue 62443         all that was ordered for one issue
  weighbridge audit --since 2026-03-01 --format json
  weighbridge audit --since '2026-03-01 14:30'
"""


def _moment(_ctx: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Read a day or a time (ISO 8601), also as the log prints it, as text and as JSON."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value.removesuffix(" UTC"))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{value!r} is no date: write 2026-03-01, '2026-03-01 14:30' or 2026-03-01T14:30:00"
        ) from error


@click.command(epilog=EPILOG)
@config_option
@click.option("--issue", type=click.IntRange(min=1), help="Only commands about this issue.")
@click.option(
    "--since",
    metavar="DATE",
    callback=_moment,
    help="Only commands from then on, in UTC: 2026-03-01, '2026-03-01 14:30' or "
    "2026-03-01T14:30:00.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=100,
    show_default=True,
    help="At most so many, the newest.",
)
@form_option("one line for each command.")
def audit(
    config_path: Path | None, issue: int | None, since: datetime | None, limit: int, form: str
) -> None:
    """Show the commands that came by mail.

    Oldest first: who asked, proven how, for what, and with what result.  The newest are shown where
    there are more than --limit.  With --format json each is one line.
    """
    with opened_database(config_path) as database, database.reading() as connection:
        entries = entries_of(connection, issue, since, limit)
    if form == "json":
        for entry in entries:
            document = {**asdict(entry), "at": entry.at.isoformat(timespec="seconds")}
            click.echo(json.dumps(document, ensure_ascii=True))
        return
    for line in (line for entry in entries for line in _lines(entry)):
        click.echo(line)
    if not entries:
        click.echo("no commands have come by mail")


def _lines(entry: AuditEntry) -> Iterator[str]:
    yield f"{entry.at:%Y-%m-%d %H:%M} UTC  {entry.outcome:<8}  {one_line(entry.command, 200)}"
    yield f"    by {one_line(entry.who, 200)} ({one_line(entry.proof, 200)})"
    if entry.detail:
        yield f"    {one_line(entry.detail, 300)}"
