# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge run``: the service."""

from __future__ import annotations

import sys
from functools import partial
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
    """Poll, triage and deliver on a schedule: the service.

    Stops cleanly on SIGTERM and SIGINT.  Logs one line for each decision to
    standard error: text on a terminal, JSON otherwise.
    SIGHUP reads the configuration again; one with mistakes is reported and the old one kept.
    Sends nothing unless the configuration says mode = "live" or "moderated".
    """
    # Found once: a file that has gone must not end the service when it reads it again.
    path = found_path(config_path)
    config = read_config(path)
    configure_logging()
    try:
        status = run_service(config, partial(load_config, path))
    except ConfigError as error:
        give_up(str(error))
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    sys.exit(status)
