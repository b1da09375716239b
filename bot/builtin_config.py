# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the configuration that comes with Weighbridge lies: policies, samples, allow-lists.

A wheel carries the top-level ``config`` directory as ``bot/_config`` (pyproject.toml, hatchling's
``force-include``); in a checkout it is ``config`` beside ``bot``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class BuiltinConfigMissingError(RuntimeError):
    """The installation lacks its own configuration files."""


def builtin_config_directory() -> Path:
    """Return the directory that holds ``policies/`` and the sample configuration.

    Raises ``BuiltinConfigMissingError`` where neither place has it.
    """
    # The wheel's copy first: beside an installed package lies site-packages, where another
    # distribution might have put a "config" of its own.
    candidates = (_PACKAGE / "_config", _PACKAGE.parent / "config")
    for candidate in candidates:
        if (candidate / "policies").is_dir():
            return candidate
    looked = " or ".join(str(candidate) for candidate in candidates)
    raise BuiltinConfigMissingError(
        f"Weighbridge's own configuration is in neither {looked}: install it again"
    )
