# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge policy``: the rules, each with its source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.policy.load import DEFAULT_POLICY, PolicyError, load_policy, policy_names
from bot.policy.model import Policy, Rule


@click.group()
def policy() -> None:
    """Read the rules that patches are judged by."""


@policy.command("list")
def list_policies() -> None:
    """List the policies that come with Weighbridge."""
    for name in policy_names():
        mark = " (default)" if name == DEFAULT_POLICY else ""
        click.echo(f"{name:<15} {_load(name).title}{mark}")


@policy.command()
@click.argument("name", default=DEFAULT_POLICY, metavar="[NAME|FILE]")
def show(name: str) -> None:
    """Show every rule of a policy: its severity, what it asks for, and who says so."""
    found = _load(name)
    click.echo(f"{found.id}: {found.title}")
    for rule in found.rules:
        click.echo("")
        for line in _rule(rule):
            click.echo(line)


@policy.command()
@click.argument("code")
@click.option("--policy", "name", default=DEFAULT_POLICY, metavar="NAME|FILE", show_default=True)
def explain(code: str, name: str) -> None:
    """Explain the CODE of a finding, such as license-missing, in one policy."""
    found = _load(name)
    rule = found.rules_by_id.get(code)
    if rule is None:
        give_up(
            f"policy {found.id} has no rule {code!r}; 'weighbridge policy show' lists them",
            EXIT_UNREADABLE,
        )
    for line in _rule(rule):
        click.echo(line)


def _load(name: str) -> Policy:
    try:
        return load_policy(name)
    except PolicyError as error:
        give_up(str(error))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.id} ({rule.check} check): {rule.severity}"
    yield from textwrap.wrap(rule.text, 76, initial_indent="    ", subsequent_indent="    ")
    yield f"    {rule.source} ({rule.date})"
