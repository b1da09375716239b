# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding and reading the configuration, for the commands that need one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot.commands.failure import give_up
from bot.config import Config, ConfigError, load_config


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--config`` to a command; its value reaches ``read_config``."""
    return click.option(
        "--config",
        "config_path",
        envvar="WEIGHBRIDGE_CONFIG",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Configuration file (also WEIGHBRIDGE_CONFIG). "
        "Default: weighbridge.toml in the user's configuration directory or /etc/weighbridge.",
    )(command)


def read_config(path: Path | None) -> Config:
    """Return the configuration, or end the program with every mistake in it."""
    found = path or _default_path()
    if found is None:
        give_up(
            "there is no configuration: write one (a commented sample is config/weighbridge.toml) "
            "and name it with --config FILE"
        )
    try:
        return load_config(found)
    except ConfigError as error:
        give_up(str(error))


def _default_path() -> Path | None:
    return next((path for path in default_paths() if path.exists()), None)


def default_paths() -> tuple[Path, ...]:
    """Return where a configuration is looked for, the first one found counts."""
    home = os.environ.get("XDG_CONFIG_HOME")
    user = Path(home) if home else Path.home() / ".config"
    return (user / "weighbridge" / "weighbridge.toml", Path("/etc/weighbridge/weighbridge.toml"))
