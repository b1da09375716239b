# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge config``: look at a configuration without acting on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from bot.application import utc_now
from bot.builtin_config import builtin_config_directory
from bot.commands.command_group import CommandGroup
from bot.commands.configuration import config_option, read_config
from bot.commands.failure import give_up
from bot.config import Config, ConfigError
from bot.patch.tree import Tree, TreeError
from bot.policy.load import PolicyError, load_policy
from bot.report.clean import one_line
from bot.service.steering_outline import outline_steering


@click.group(cls=CommandGroup)
def config() -> None:
    """Check a configuration, or begin one."""


@config.command()
@config_option
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def check(config_path: Path | None, file: Path | None) -> None:
    """Check the configuration, and say what it does.

    Reports every mistake in it at once, and warns of what will not do what was meant.

    Exit status: 0 where it can be used, 2 where it cannot.
    """
    found = read_config(file or config_path)
    try:
        policy = load_policy(found.policy)
    except PolicyError as error:
        give_up(str(error))
    if found.guix_repo is not None:
        try:
            Tree(found.guix_repo, found.guix_branch).close()
        except TreeError as error:
            give_up(f"guix_repo: {error}")
    try:
        steering = outline_steering(found, utc_now())
    except ConfigError as error:
        give_up(str(error))
    click.echo("The configuration can be used.")
    for line in _description(found, policy.title):
        click.echo(f"  {line}")
    for about, what in steering.lines:
        click.echo(f"  {about:9} {one_line(what, 500)}")
    for warning in steering.warnings:
        click.echo(f"warning: {one_line(warning, 500)}")


@config.command()
@click.option(
    "--maintainers",
    is_flag=True,
    help="Print the file of persons who may change something by mail (steering.maintainers).",
)
def sample(*, maintainers: bool) -> None:
    """Print a commented configuration to begin with."""
    path = builtin_config_directory() / ("maintainers.toml" if maintainers else "weighbridge.toml")
    click.echo(path.read_text(encoding="utf-8"), nl=False)


def _description(config: Config, policy_title: str) -> Iterator[str]:
    yield f"mode      {config.mode}"
    yield f"policy    {policy_title}"
    yield f"data      {config.data_directory}"
    yield f"tree      {config.guix_repo or 'none: patches are read by themselves'}"
    yield f"list      {config.mailing_list.address}, answers go to {config.mailing_list.reply_to}"
    for source in config.sources:
        yield f"source    {source.name}: {source.kind} {source.place}, since {source.since}"
    if not config.sources:
        yield "source    none: nothing will be read"
