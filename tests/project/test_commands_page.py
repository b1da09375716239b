# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/commands.md has every command and every option, and names none that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(inner, f"{path} {name}")


COMMANDS = dict(_commands(main, "weighbridge"))


def _usages(command: str) -> str:
    """Return the lines that show how ``command`` is used, joined with their continuations."""
    lines = re.findall(rf"^    {command}\b.*\n(?: {{8,}}.*\n)*", PAGE, re.MULTILINE)
    return "".join(lines)


@pytest.mark.parametrize(
    "name", [name for name, command in COMMANDS.items() if not isinstance(command, click.Group)]
)
def test_each_command_is_shown_with_all_its_options(name: str) -> None:
    usage = _usages(name)
    assert usage
    options = [
        spelling
        for parameter in COMMANDS[name].params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for spelling in parameter.opts + parameter.secondary_opts
        if spelling.startswith("--") and spelling != "--help"
    ]
    assert [option for option in options if option not in usage] == []


def test_each_command_line_of_the_page_names_a_command() -> None:
    for line in re.findall(r"^    (?:.*\| )?(weighbridge .*)$", PAGE, re.MULTILINE):
        words = line.split()
        two, three = " ".join(words[:2]), " ".join(words[:3])
        assert three in COMMANDS or two in COMMANDS, line
        assert not isinstance(COMMANDS.get(two), click.Group) or three in COMMANDS, line
