# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge run``: the service."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.commands.configuration import config_option, found_path, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.config import ConfigError, load_config
from bot.service.logs import configure_logging
from bot.service.scheduler import run_service
from bot.store.database import StoreError


@click.command()
@config_option
def run(config_path: Path | None) -> None:
    """Poll, triage and deliver on a schedule until SIGTERM or SIGINT.

    Logs one line for each decision to standard error: text on a terminal, JSON otherwise.
    SIGHUP reads the configuration again; one with mistakes is reported and the old one kept.
    Sends nothing unless the configuration says mode = "live" or "moderated".
    """
    config = read_config(config_path)
    if not config.sources:
        give_up("the configuration names no source: add a [[sources]] table")
    configure_logging()
    try:
        status = run_service(config, lambda: load_config(found_path(config_path)))
    except ConfigError as error:
        give_up(str(error))
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    sys.exit(status)
