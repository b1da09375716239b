# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what ``weighbridge install-hook`` is asked."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.commands.failure import EXIT_UNREADABLE, give_up
from bot.commands.hook_request import HookRequest
from bot.hooks.installing import HookError, HookPlace, hook_place
from bot.hooks.kinds import KINDS, SKIP_VARIABLE
from bot.hooks.script import hook_script
from bot.policy.load import PolicyError, load_policy
from bot.repository.git import RepositoryError
from bot.repository.repository import open_repository

_NAME = "weighbridge"


def install(request: HookRequest) -> None:
    """Write the hook, or show it, and say where it is; ends the program where that cannot be."""
    with _told():
        place = _place(request)
        script = hook_script(place.kind, _program(), _options(request), strict=request.strict)
        if request.dry_run:
            click.echo(f"# {place.path}\n{script}", nl=False)
            return
        kept = place.install(script, force=request.force)
    click.echo(f"{place.path} judges {place.kind.purpose}.")
    if kept:
        click.echo(f"What was there is kept as {kept}.")
    if place.shared:
        click.echo("Your git is set to run the hooks of that folder for other repositories, too.")
    click.echo(f"Once without it: {SKIP_VARIABLE}=1 {place.kind.once_without} ...")


def uninstall(request: HookRequest) -> None:
    """Remove the hook, and put back what was there; ends the program where that cannot be."""
    with _told():
        place = _place(request)
        if request.dry_run:
            click.echo(f"{place.path} would be removed.")
            return
        back = place.uninstall()
    click.echo(f"{place.path} is {'again what it was before' if back else 'removed'}.")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (RepositoryError, PolicyError) as error:
        give_up(str(error))
    except HookError as error:
        give_up(str(error), EXIT_UNREADABLE)


def _place(request: HookRequest) -> HookPlace:
    return hook_place(open_repository(request.repository), KINDS[request.kind])


def _options(request: HookRequest) -> tuple[str, ...]:
    """Return the options for ``run-hook``, good in any folder.  Raises ``PolicyError``."""
    load_policy(request.policy_name)
    name = Path(request.policy_name).expanduser()
    is_file = "/" in request.policy_name or request.policy_name.endswith(".toml")
    clone = request.guix_repo
    return (
        f"--policy={name.absolute() if is_file else name}",
        *((f"--guix-repo={clone.absolute()}",) if clone else ()),
        *(("--online",) if request.online else ()),
        *(("--strict",) if request.strict else ()),
    )


def _program() -> Path:
    """Return the absolute path of the command, links left as they are.

    In a Guix profile the link stays while what it leads to is replaced.
    """
    called = Path(sys.argv[0])
    found = shutil.which(_NAME)
    # Where a wrapper calls it (Guix: .weighbridge-real), the wrapper lies beside.
    for path in (
        called,
        Path(sys.executable).with_name(_NAME),
        Path(found or called),
        called.with_name(_NAME),
    ):
        if path.name == _NAME and path.is_file():
            return path.absolute()
    raise HookError("the command weighbridge is not installed: a hook has nothing to call")
