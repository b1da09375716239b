# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge completions``: what a shell needs to complete the command's words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from bot.commands.failure import EXIT_USAGE, give_up

EPILOG = """\b
To have them in each new shell:
  bash  weighbridge completions bash \\
          >~/.local/share/bash-completion/completions/weighbridge
  zsh   weighbridge completions zsh >~/.zfunc/_weighbridge
        (with 'fpath+=~/.zfunc' before 'compinit' in ~/.zshrc)
  fish  weighbridge completions fish \\
          >~/.config/fish/completions/weighbridge.fish
"""
_NAME = "weighbridge"
_VARIABLE = "_WEIGHBRIDGE_COMPLETE"
_FIRST_CALL = "[[ $zsh_eval_context[-1] == loadautofunc ]]"
"""How click's script for zsh knows that it is called as a function out of ``fpath``: true of the
first call alone, so that the second press of the key would complete nothing."""
_ANY_CALL = "[[ $zsh_eval_context[-1] == loadautofunc || $funcstack[1] == _weighbridge ]]"


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completions(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options and values.

    Names of commands, options, policies, formats, files and folders complete at the press of
    the shell's key.
    """
    kind = get_completion_class(shell)
    if kind is None:
        give_up(f"the installed click cannot complete in {shell}", EXIT_USAGE)
    script = kind(context.find_root().command, {}, _NAME, _VARIABLE).source()
    click.echo(script.strip("\n").replace(_FIRST_CALL, _ANY_CALL))
