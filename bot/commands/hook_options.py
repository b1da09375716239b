# SPDX-License-Identifier: GPL-3.0-or-later
"""The options by which a hook judges: given when it is installed, and again when it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands.policy_option import policy_option

_Function = TypeVar("_Function", bound=Callable[..., Any])


def hook_options(function: _Function) -> _Function:
    """Add ``--policy``, ``--guix-repo``, ``--online`` and ``--strict``."""
    options = (
        policy_option,
        click.option(
            "--guix-repo",
            metavar="DIR",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Clone of Guix to read patches against.  [default: the repository itself]",
        ),
        click.option("--online", is_flag=True, help="Ask publishers for sizes and licences."),
        click.option(
            "--strict",
            is_flag=True,
            help="Also stop where something cannot be read, or Weighbridge itself breaks.",
        ),
    )
    for add in reversed(options):
        function = add(function)
    return function
