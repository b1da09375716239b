# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge install-hook``: patches are judged when they are sent, or committed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from bot.commands.hook_options import hook_options
from bot.commands.hook_request import HookRequest
from bot.hooks.kinds import KINDS, SEND_EMAIL, SKIP_VARIABLE

EPILOG = f"""\b
Examples:
  weighbridge install-hook                    judge what git send-email sends
  weighbridge install-hook pre-commit         judge what git commit takes
  weighbridge install-hook --uninstall
  {SKIP_VARIABLE}=1 git send-email ...          send once without the hook
"""


@click.command("install-hook", epilog=EPILOG)
@click.argument("kind", type=click.Choice(list(KINDS)), default=SEND_EMAIL.name)
@hook_options
@click.option(
    "--repository",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Git repository to work on.  [default: the current folder's]",
)
@click.option("--force", is_flag=True, help="Put another's hook aside, and keep it.")
@click.option("--uninstall", is_flag=True, help="Remove the hook; another's comes back.")
@click.option("--dry-run", is_flag=True, help="Show the hook and write nothing.")
def install_hook(
    kind: str,
    policy_name: str,
    guix_repo: Path | None,
    online: bool,
    strict: bool,
    repository: Path | None,
    force: bool,
    uninstall: bool,
    dry_run: bool,
) -> None:
    """Have patches judged by a git hook before they are sent.

    The hook stops git where a patch fails, and says how to go on; advice does not stop it.  It
    asks no publisher unless --online is given, and a broken Weighbridge stops nothing unless
    --strict is.  A hook that is there already is never overwritten.
    """
    request = HookRequest(
        kind=kind,
        policy_name=policy_name,
        guix_repo=guix_repo,
        online=online,
        strict=strict,
        repository=repository,
        force=force,
        dry_run=dry_run,
    )
    work = import_module("bot.commands.hook_installation")
    if uninstall:
        work.uninstall(request)
    else:
        work.install(request)
