# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge ask``: the commands that come by mail, given on the machine itself."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.application import open_application
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.config import ConfigError
from bot.report.clean import lines
from bot.service.operator_commands import ask_as_operator
from bot.steering.asking import Result
from bot.steering.command import Mistake
from bot.steering.forms import FORMS, understand
from bot.store.database import StoreError

EPILOG = (
    "\b\nCommands:\n"
    + "\n".join(f"  {form.usage:<38} {form.summary}" for form in FORMS.values())
    + "\n\b\nExamples:\n  weighbridge ask status 62443\n"
    "  weighbridge ask waive 62443 license-missing 'the publisher confirmed it'\n"
)
_LINES = 5_000


@click.command(epilog=EPILOG, context_settings={"ignore_unknown_options": True})
@config_option
@click.argument("words", metavar="COMMAND...", nargs=-1, required=True)
def ask(config_path: Path | None, words: tuple[str, ...]) -> None:
    """Give a command that maintainers send by mail, as operator.

    It is carried out at once, prints what the mail would say, and stands in the audit log.
    Exit status: 0; 2 where it is no command; 3 where it cannot be done.
    """
    command = understand(" ".join(" ".join(words).split()), named=True)
    if isinstance(command, Mistake):
        give_up(command.suggestion)
    config = read_config(config_path)
    try:
        with open_application(config) as application:
            outcome = ask_as_operator(application, command)
    except ConfigError as error:
        give_up(str(error))
    except StoreError as error:
        give_up(str(error), EXIT_UNREADABLE)
    click.echo("\n".join(lines(outcome.text, _LINES)))
    sys.exit(EXIT_UNREADABLE if outcome.result is Result.MISTAKEN else 0)
