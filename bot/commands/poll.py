# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge poll``: one round of the service's work, by hand."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

import click

from bot.application import Application, open_application, open_rehearsal
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.outcome_text import Prospect, outcome_text
from bot.config import Config, ConfigError, Mode
from bot.store.control import current_pause
from bot.store.database import StoreError

EPILOG = """\b
Examples:
  weighbridge poll --once --dry-run   what would be answered now; leaves no trace
  weighbridge poll --once             one round in the configured mode
  weighbridge poll --once --live      one round that sends, whatever the configured mode
"""


@click.command(epilog=EPILOG)
@config_option
@click.option(
    "--once", is_flag=True, help="One round, then stop. The service is 'weighbridge run'."
)
@click.option(
    "--dry-run/--live",
    "dry_run",
    default=None,
    help="Show what would be sent and leave no trace, or send. Default: the configuration's mode.",
)
def poll(config_path: Path | None, once: bool, dry_run: bool | None) -> None:
    """Read the sources once, and send or show what this calls for.

    Prints each reply, each answer to commands and each mail to a subscriber, and whether it waits
    for a person, a limit or 'weighbridge resume'; then what was looked at and left alone with the
    reasons, then a summary.
    Exit status: 0, or 3 where a source or a mail could not be read, or a mail not be sent.
    """
    if not once:
        give_up("poll does one round: say 'weighbridge poll --once'; the service is 'run'")
    config = read_config(config_path)
    if not config.sources:
        give_up("the configuration names no source: add a [[sources]] table")
    try:
        with _application(config, dry_run) as application:
            outcome = application.run_once()
            with application.database.reading() as connection:
                prospect = Prospect(application.rehearsal, current_pause(connection))
    except ConfigError as error:
        give_up(str(error))
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    click.echo(outcome_text(outcome, prospect), nl=False)
    sys.exit(EXIT_UNREADABLE if outcome.failures or outcome.unreadable else 0)


def _application(config: Config, dry_run: bool | None) -> AbstractContextManager[Application]:
    if dry_run:
        return open_rehearsal(config)
    return open_application(config if dry_run is None else config.with_mode(Mode.LIVE))
