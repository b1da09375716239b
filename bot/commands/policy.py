# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge policy``: the rules, each with its source."""

from __future__ import annotations

import click

from bot.commands.command_group import CommandGroup
from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.policy_option import complete_policy, policy_option
from bot.policy import describe
from bot.policy.load import PolicyError, load_policy
from bot.policy.model import Policy
from bot.policy.names import DEFAULT_POLICY


@click.group(cls=CommandGroup)
def policy() -> None:
    """Read the rules that patches are judged by."""


@policy.command("list")
def list_policies() -> None:
    """List the policies that come with Weighbridge."""
    click.echo(describe.list_policies(), nl=False)


@policy.command()
@click.argument(
    "name", default=DEFAULT_POLICY, metavar="[NAME|FILE]", shell_complete=complete_policy
)
def show(name: str) -> None:
    """Show every rule of a policy.

    By check, with severity and reason; then its families of licences, and its numbers.
    """
    click.echo(describe.show_policy(_load(name)), nl=False)


@policy.command()
@click.argument("code")
@policy_option
def explain(code: str, policy_name: str) -> None:
    """Explain the CODE of a finding, such as license-missing.

    Says what it means, and who says so.
    """
    try:
        click.echo(describe.explain(_load(policy_name), code), nl=False)
    except PolicyError as error:
        give_up(str(error), EXIT_UNREADABLE)


def _load(name: str) -> Policy:
    try:
        return load_policy(name)
    except PolicyError as error:
        give_up(str(error))
