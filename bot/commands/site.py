# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge site``: pages about what the bot found, as plain files."""

from __future__ import annotations

from pathlib import Path

import click

from bot.application import open_application
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.config import ConfigError
from bot.service.site import write_application_site
from bot.site.build import SiteOutcome
from bot.site.settings import SiteError
from bot.store.database import StoreError

EPILOG = """\b
Examples:
  weighbridge site /var/www/weighbridge   write it, or bring it up to date
  weighbridge demo --site /tmp/site       one of made-up mail, to look at
"""


@click.command(epilog=EPILOG)
@config_option
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
def site(config_path: Path | None, directory: Path | None) -> None:
    """Write pages about what was found into DIRECTORY.

    Without DIRECTORY the one of the configuration is written ([site] directory), which the service
    keeps fresh by itself.  Only what shows something new is written; a directory that holds
    anything else is not touched.

    Exit status: 0; 2 where no directory is named; 3 where the site cannot be written.
    """
    config = read_config(config_path)
    target = directory or config.site.directory
    if target is None:
        give_up('name a directory: weighbridge site DIRECTORY, or [site] directory = "…"')
    try:
        with open_application(config) as application:
            outcome = write_application_site(application, target)
    except ConfigError as error:
        give_up(str(error))
    except (SiteError, StoreError) as error:
        give_up(str(error), EXIT_UNREADABLE)
    click.echo(told(outcome, target))


def told(outcome: SiteOutcome, directory: Path) -> str:
    """Return one line about what was written."""
    changes = f"{outcome.written} written, {outcome.removed} removed"
    if not outcome.written and not outcome.removed:
        changes = "nothing new"
    return f"{directory / 'index.html'}: {outcome.threads} series, {outcome.files} files, {changes}"
