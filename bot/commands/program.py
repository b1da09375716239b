# SPDX-License-Identifier: GPL-3.0-or-later
"""The program as a whole: its commands, loaded when they are called, and how it ends early."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from bot.commands.command_group import CommandGroup
from bot.commands.failure import EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, EXIT_UNREADABLE, give_up
from bot.commands.short_help import short_help

_HELP_LENGTH = 70


class Program(CommandGroup):
    """A group that imports a command's module when it is asked for.

    ``places`` of a subclass maps the name of each command to "module:attribute".  Shell
    completion starts the program at every press of the key, so that it must not import what
    only the service needs.
    """

    places: Mapping[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order in which they are of use."""
        del ctx
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name; None where there is none."""
        del ctx
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, each with what it is for, and the options."""
        commands = [
            CompletionItem(name, help=self.purpose(ctx, name, _HELP_LENGTH))
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]
        # What stands in between, in click.Group, imports every command.
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def purpose(self, ctx: click.Context, name: str, length: int) -> str:
        """Return what a command is for, by its source or, where that does not tell, by itself."""
        read = short_help(self.places[name], length)
        return read or super().purpose(ctx, name, length)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what the system refuses is told in one line.

        A shell's numbers say that the program was interrupted, or that its reader went away
        (128 and the signal: POSIX.1-2017, 2.8.2), so that neither is taken for a failed check.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            give_up("interrupted", EXIT_INTERRUPTED)
        except BrokenPipeError:
            _discard_output()
            sys.exit(EXIT_BROKEN_PIPE)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            _discard_output()
            give_up(f"{place}{error.strerror or error}", EXIT_UNREADABLE)


def _discard_output() -> None:
    """Keep what could not be written from being tried, and failing, once more at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
