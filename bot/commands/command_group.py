# SPDX-License-Identifier: GPL-3.0-or-later
"""A group of commands that suggests what was meant, and lists each command in a whole sentence."""

from __future__ import annotations

import os
import shlex
from difflib import get_close_matches

import click

_WHOLE = 1_000
"""Characters: longer than any sentence, so that none is cut; the list is wrapped instead."""


class CommandGroup(click.Group):
    """A group of commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; for a name that is none say which are close."""
        name = args[0]
        unknown = not name.startswith("-") and self.get_command(ctx, name) is None
        if unknown and not ctx.resilient_parsing:
            ctx.fail(f"No such command {name!r}.{self._suggestion(ctx, name)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names of the commands, each with what it is for."""
        rows = [(name, self.purpose(ctx, name, _WHOLE)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def purpose(self, ctx: click.Context, name: str, length: int) -> str:
        """Return what a command is for, cut between words to ``length`` characters."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(length) if command else ""

    def _suggestion(self, ctx: click.Context, name: str) -> str:
        here = ctx.command_path
        close = get_close_matches(name.lower(), self.list_commands(ctx))
        if close:
            return f" Did you mean {' or '.join(f'{here} {one}' for one in close)}?"
        if "check" in self.list_commands(ctx) and os.path.exists(name):  # noqa: PTH110
            return f" To judge that file or folder: {here} check {shlex.quote(name)}"
        return f" {here} --help lists them."
