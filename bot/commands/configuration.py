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
        help="Configuration file (also WEIGHBRIDGE_CONFIG). Default: "
        "~/.config/weighbridge/weighbridge.toml, else /etc/weighbridge/weighbridge.toml.",
    )(command)


def read_config(path: Path | None) -> Config:
    """Return the configuration, or end the program with every mistake in it."""
    try:
        return load_config(found_path(path))
    except ConfigError as error:
        give_up(str(error))


def found_path(path: Path | None) -> Path:
    """Return ``path``, or the first default place that has a file; else end the program."""
    places = (path,) if path else _default_places()
    found = next((place for place in places if path or place.exists()), None)
    if found is None:
        looked = " or ".join(str(place) for place in places)
        give_up(
            f"there is no configuration at {looked}: write one ('weighbridge config sample' prints "
            "a commented one) or name it with --config FILE"
        )
    return found


def _default_places() -> tuple[Path, ...]:
    home = os.environ.get("XDG_CONFIG_HOME")
    user = Path(home) if home else Path.home() / ".config"
    return (user / "weighbridge" / "weighbridge.toml", Path("/etc/weighbridge/weighbridge.toml"))
