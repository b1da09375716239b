# SPDX-License-Identifier: GPL-3.0-or-later
"""The database behind a command, with its troubles told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.application import open_application
from bot.commands.configuration import read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.store.database import Database, StoreError


@contextmanager
def opened_database(config_path: Path | None) -> Iterator[Database]:
    """Yield the database of the configured mode, or end the program where it cannot be used."""
    try:
        with open_application(read_config(config_path)) as application:
            yield application.database
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
