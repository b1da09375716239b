# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge sources``: where each source of mail stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click

from bot.application import open_application, utc_now
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.form_option import form_option
from bot.report.clean import one_line
from bot.service.standing import SourceStanding, standing_of_sources
from bot.sources.cursor_text import cursor_text
from bot.store.database import StoreError


@click.command()
@config_option
@click.option("--verbose", "-v", is_flag=True, help="Also show the cursors as they are stored.")
@form_option("one line for each source, with its cursor as it is stored.")
def sources(config_path: Path | None, verbose: bool, form: str) -> None:
    """Show where each source stands.

    That is: when it was read, where reading goes on, and what went wrong last.
    """
    config = read_config(config_path)
    try:
        with open_application(config) as application:
            standings = standing_of_sources(application.database, config.sources)
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    if form == "json":
        for standing in standings:
            click.echo(json.dumps(_document(standing), ensure_ascii=True))
        return
    for standing in standings:
        for line in _lines(standing, utc_now(), verbose=verbose):
            click.echo(line)
    if not standings:
        click.echo("no source is configured")


def _document(standing: SourceStanding) -> dict[str, object]:
    values = {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in asdict(standing).items()
    }
    return {**values, "goes_on_at": cursor_text(standing.cursor)}


def _lines(standing: SourceStanding, now: datetime, *, verbose: bool) -> Iterator[str]:
    yield f"{standing.name} ({standing.kind})"
    if standing.read_at is None:
        yield "    never read to its end"
    else:
        yield f"    read to its end {_time(standing.read_at)}, {_ago(now - standing.read_at)} ago"
    if standing.newest_mail:
        yield f"    newest mail of {_time(standing.newest_mail)}"
    yield f"    goes on at {one_line(cursor_text(standing.cursor), 100)}"
    if verbose and standing.cursor:
        yield f"    cursor {one_line(standing.cursor, 2_000)}"
    if standing.failures:
        yield (
            f"    FAILED {standing.failures} times in a row, last {_time(standing.failed_at)}: "
            f"{one_line(standing.last_error, 300)}"
        )
    if standing.quarantined:
        yield f"    {standing.quarantined} mails of it cannot be read: weighbridge quarantine list"


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def _ago(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
