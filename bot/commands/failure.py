# SPDX-License-Identifier: GPL-3.0-or-later
"""How a command ends that cannot do what was asked: one clear line and an exit status."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

EXIT_FAILED_CHECK = 1
EXIT_USAGE = 2
EXIT_UNREADABLE = 3
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


def give_up(message: str, status: int = EXIT_USAGE) -> NoReturn:
    """Print ``message`` on standard error and end the program with ``status``."""
    click.echo(f"weighbridge: {message}", err=True)
    sys.exit(status)
