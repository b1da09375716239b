# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge demo``: the whole job on the bundled sample archive."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.commands.failure import give_up
from bot.commands.outcome_text import outcome_text
from bot.commands.policy_option import policy_option
from bot.demo import run_demo
from bot.policy.load import PolicyError, load_policy


@click.command()
@policy_option
def demo(policy_name: str) -> None:
    """Do the whole job on made-up mail, and send nothing.

    Polls a small archive day by day through the code that serves a real one, prints each reply that
    would go out exactly as it would be sent, then what was looked at and left alone with the
    reason for each, then a summary.  Needs no network and no configuration, and keeps nothing.
    """
    try:
        load_policy(policy_name)
    except PolicyError as error:
        give_up(str(error))
    with TemporaryDirectory(prefix="weighbridge-demo-") as directory:
        outcome = run_demo(Path(directory), policy_name)
    click.echo(outcome_text(outcome, "it would go"), nl=False)
