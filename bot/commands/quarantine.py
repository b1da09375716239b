# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge quarantine``: the mails that could not be read."""

from __future__ import annotations

from pathlib import Path

import click

from bot.application import open_application
from bot.commands.command_group import CommandGroup
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.store_access import opened_database
from bot.report.clean import lines, one_line
from bot.store.database import Database, StoreError
from bot.store.quarantine import QuarantinedMail, quarantined, quarantined_mail

_LINES = 100_000
_NUMBER = click.IntRange(min=1)


@click.group(cls=CommandGroup)
def quarantine() -> None:
    """Look at the mails that could not be read, and try them again."""


@quarantine.command("list")
@config_option
def list_mails(config_path: Path | None) -> None:
    """List the mails that could not be read, with the reasons."""
    with opened_database(config_path) as database, database.reading() as connection:
        mails = quarantined(connection)
    for mail in mails:
        click.echo(f"{mail.quarantine_id:<6}{mail.kept_at:%Y-%m-%d %H:%M}  {mail.source}")
        click.echo(f"      {one_line(mail.location, 300)}: {one_line(mail.reason, 300)}")
    if not mails:
        click.echo("no mail is kept aside")


@quarantine.command()
@config_option
@click.argument("number", type=_NUMBER)
def show(config_path: Path | None, number: int) -> None:
    """Print one mail, without what could steer a terminal."""
    with opened_database(config_path) as database:
        mail = _mail(database, number)
    if mail.content is None:
        give_up(f"only this is known of it: {one_line(mail.reason, 300)}", EXIT_UNREADABLE)
    click.echo("\n".join(lines(mail.content.decode("utf-8", "replace"), _LINES)))


@quarantine.command()
@config_option
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1, type=_NUMBER)
def retry(config_path: Path | None, numbers: tuple[int, ...]) -> None:
    """Read some of these mails again, or all of them.

    Those that can be read go on as if they had just come.

    Exit status: 3 where one still cannot be read.
    """
    failed = 0
    try:
        with open_application(read_config(config_path)) as application:
            database = application.database
            for number in numbers or _all(database):
                reason = application.retry_quarantined(_mail(database, number))
                failed += bool(reason)
                click.echo(f"{number}: {one_line(reason, 300) or 'read'}")
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    if failed:
        give_up(f"{failed} still cannot be read", EXIT_UNREADABLE)


def _all(database: Database) -> list[int]:
    with database.reading() as connection:
        return [mail.quarantine_id for mail in quarantined(connection)]


def _mail(database: Database, number: int) -> QuarantinedMail:
    with database.reading() as connection:
        mail = quarantined_mail(connection, number)
    if mail is None:
        give_up(f"there is no mail {number}: see weighbridge quarantine list", EXIT_UNREADABLE)
    return mail
