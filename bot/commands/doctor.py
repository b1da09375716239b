# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge doctor``: tries everything that the configuration names."""

from __future__ import annotations

from pathlib import Path

import click

from bot.application import utc_now
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import EXIT_FAILED_CHECK
from bot.report.clean import one_line
from bot.service.doctor import examine

_WORDS = {True: "ok", False: "WRONG", None: "-"}


@click.command()
@config_option
def doctor(config_path: Path | None) -> None:
    """Try everything that the configuration names.

    Says what to fix.  Looks at the policy, the tree, the database, the sources, the clock, the
    login at the SMTP server, the sender's DNS records, the maintainers and their OpenPGP keys.
    Sends nothing.  What is only wrong once mail is sent is marked "later" in a dry run.
    Exit status: 1 where something is wrong now.
    """
    wrong = 0
    for found in examine(read_config(config_path), utc_now()):
        word = "later" if found.later else _WORDS[found.ok]
        click.echo(f"{word:5}  {found.name}: {one_line(found.detail, 500)}")
        wrong += found.ok is False
    if wrong:
        raise SystemExit(EXIT_FAILED_CHECK)
