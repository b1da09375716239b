# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge outbox``: the mail that waits, and the person who lets it go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from bot.application import utc_now
from bot.commands.command_group import CommandGroup
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.store_access import opened_database
from bot.reply.outbox import OutboxError, State, reject, requeue
from bot.reply.release import approve_within
from bot.report.clean import lines, one_line
from bot.service.wiring import make_manners
from bot.store.outbox import mail_by_id, mail_in

_MAIL_LINES = 2_000
Order = Callable[[Connection, str, str, datetime], None]


@click.group(cls=CommandGroup)
def outbox() -> None:
    """Look at the mail that waits, let it go, or take it back."""


@outbox.command("list")
@config_option
@click.option("--state", type=click.Choice([str(state) for state in State]), default="held")
def list_mails(config_path: Path | None, state: str) -> None:
    """List the mails that wait for a person, or those in --state."""
    with opened_database(config_path) as database, database.reading() as connection:
        mails = mail_in(connection, [State(state)])
    for mail in mails:
        click.echo(f"{mail.message_id}  {mail.created_at:%Y-%m-%d %H:%M}")
        click.echo(f"    {one_line(mail.subject, 200)}")
        click.echo(f"    to {', '.join(mail.recipients)}; {one_line(mail.reason, 200)}")
    if not mails:
        click.echo(f"no mail is {state}")


@outbox.command()
@config_option
@click.argument("message_id", metavar="ID")
def show(config_path: Path | None, message_id: str) -> None:
    """Print one mail exactly as it is sent."""
    with opened_database(config_path) as database, database.reading() as connection:
        mail = mail_by_id(connection, message_id.strip("<> "))
    if mail is None:
        give_up(f"there is no mail {message_id} in the outbox", EXIT_UNREADABLE)
    click.echo("\n".join(lines(mail.content.decode("utf-8", "replace"), _MAIL_LINES)))


@outbox.command("approve")
@config_option
@click.option("--reason", default="by hand", show_default=True, help="Noted with the mail.")
@click.argument("message_ids", metavar="ID...", nargs=-1, required=True)
def approve_mails(config_path: Path | None, reason: str, message_ids: tuple[str, ...]) -> None:
    """Let held mails go; either all of them or, on a mistake, none.

    The limits on mail hold for them as well: what is past one goes as soon as it allows that, or
    at once when it is approved again.
    """
    manners, noted = make_manners(read_config(config_path)), one_line(reason)
    with _transaction(config_path) as connection:
        limits = [
            approve_within(connection, message_id, manners, noted, utc_now())
            for message_id in message_ids
        ]
    click.echo(f"approve: {len(message_ids)} done")
    if waiting := list(filter(None, limits)):
        click.echo(f"{len(waiting)} of them leave later: {waiting[-1]}")


@contextmanager
def _transaction(config_path: Path | None) -> Iterator[Connection]:
    try:
        with opened_database(config_path) as database, database.writing() as connection:
            yield connection
    except OutboxError as error:
        give_up(str(error), EXIT_UNREADABLE)


def _order(name: str, order: Order, what: str) -> click.Command:
    @outbox.command(name, help=what)
    @config_option
    @click.option("--reason", default="by hand", show_default=True, help="Noted with the mail.")
    @click.argument("message_ids", metavar="ID...", nargs=-1, required=True)
    def command(config_path: Path | None, reason: str, message_ids: tuple[str, ...]) -> None:
        with _transaction(config_path) as connection:
            for message_id in message_ids:
                order(connection, message_id, one_line(reason), utc_now())
        click.echo(f"{name}: {len(message_ids)} done")

    return command


_order("reject", reject, "Take held mails back for good, or give failed ones up.")
_order("retry", requeue, "Try failed mails again.")
