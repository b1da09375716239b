# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge pause`` and ``resume``: the emergency stop."""

from __future__ import annotations

from pathlib import Path

import click

from bot.application import utc_now
from bot.commands.configuration import config_option
from bot.commands.store_access import opened_database
from bot.report.clean import one_line
from bot.store import control


@click.command()
@config_option
@click.option("--reason", default="", help="Shown by 'weighbridge status'.")
def pause(config_path: Path | None, reason: str) -> None:
    """Stop all mail at once, until 'weighbridge resume'.

    Holds for every process that works on this database.  Mail goes on being read and
    triaged; what would be sent waits in the outbox.
    """
    with opened_database(config_path) as database, database.writing() as connection:
        control.pause(connection, one_line(reason), utc_now())
    click.echo("No mail leaves until 'weighbridge resume'.")


@click.command()
@config_option
def resume(config_path: Path | None) -> None:
    """Let mail leave again after 'weighbridge pause'."""
    with opened_database(config_path) as database, database.writing() as connection:
        was_paused = control.resume(connection)
    click.echo("Mail leaves again." if was_paused else "Mail was not paused.")
