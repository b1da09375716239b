# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge run-hook``: what the installed hooks call."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from bot.commands.hook_options import hook_options
from bot.hooks.kinds import KINDS, STATUS_STOP

EPILOG = f"""\b
Exit status:
  0   go on
  {STATUS_STOP}  stop: a patch fails
\b
In a hook of your own:
  weighbridge run-hook sendemail-validate "$@" || exit
"""


@click.command("run-hook", epilog=EPILOG)
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@hook_options
def run_hook(
    kind: str,
    files: tuple[Path, ...],
    policy_name: str,
    guix_repo: Path | None,
    online: bool,
    strict: bool,
) -> None:
    """Judge what a git hook of that KIND is called for.

    The hooks that 'weighbridge install-hook' writes call it with what git gives them.
    """
    work = import_module("bot.commands.hook_run")
    judge = work.HookRun(policy_name, guix_repo, online, strict)
    sys.exit(judge.status(kind, files))
