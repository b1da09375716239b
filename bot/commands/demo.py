# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge demo``: the whole job on the bundled sample archive."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.outcome_text import Prospect, outcome_text
from bot.commands.policy_option import policy_option
from bot.demo import run_demo
from bot.policy.load import PolicyError, load_policy
from bot.site.settings import SiteError


@click.command()
@policy_option
@click.option(
    "--site",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the pages about it into DIR, to look at in a browser.",
)
def demo(policy_name: str, site: Path | None) -> None:
    """Do the whole job on made-up mail, and send nothing.

    Polls a small archive day by day through the code that serves a real one, prints each reply that
    would go out exactly as it would be sent, then what was looked at and left alone with the
    reason for each, then a summary.  Needs no network and no configuration, and keeps nothing
    but the pages that --site writes.
    """
    try:
        load_policy(policy_name)
    except PolicyError as error:
        give_up(str(error))
    try:
        with TemporaryDirectory(prefix="weighbridge-demo-") as directory:
            outcome = run_demo(Path(directory), policy_name, site=site)
    except SiteError as error:
        give_up(str(error), EXIT_UNREADABLE)
    click.echo(outcome_text(outcome, Prospect(rehearsal=True)), nl=False)
    if site is not None:
        click.echo(f"\nThe pages about it: {(site / 'index.html').absolute()}")
