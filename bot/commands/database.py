# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge db``: the database's schema, copies and health."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.application import utc_now
from bot.commands.command_group import CommandGroup
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_FAILED_CHECK, EXIT_UNREADABLE, give_up
from bot.config import Mode
from bot.store import migrate
from bot.store.database import Database, StoreError


@click.group(cls=CommandGroup)
def db() -> None:
    """Upgrade, back up and check the database."""


@db.command()
@config_option
def upgrade(config_path: Path | None) -> None:
    """Bring the schema up to date, with a backup first."""
    with _database(config_path) as database:
        before = migrate.upgrade(database, utc_now(), read_config(config_path).data_directory)
    after = migrate.latest_revision()
    click.echo(f"The schema is at revision {after}; it was at {before or 'none'}.")


@db.command()
@config_option
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
def backup(config_path: Path | None, directory: Path | None) -> None:
    """Write a copy of the database.

    It goes into DIRECTORY; by default into the data directory.
    """
    with _database(config_path) as database:
        target = directory or read_config(config_path).data_directory
        click.echo(migrate.backup(database, target, utc_now()))


@db.command()
@config_option
def check(config_path: Path | None) -> None:
    """Check the database; exit status 1 if something is wrong with it."""
    with _database(config_path) as database:
        problems = migrate.check(database)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(EXIT_FAILED_CHECK)
    click.echo("The database is in order.")


@contextmanager
def _database(config_path: Path | None) -> Iterator[Database]:
    config = read_config(config_path)
    dry = config.mode is Mode.DRY_RUN
    try:
        database = Database(config.dry_run_database_url if dry else config.database_url)
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    try:
        yield database
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    finally:
        database.close()
