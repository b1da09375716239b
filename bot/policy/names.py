# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the policies that come along, told without reading one."""

from __future__ import annotations

from bot.builtin_config import builtin_config_directory

DEFAULT_POLICY = "guix"


def policy_names() -> tuple[str, ...]:
    """Return the names of the policies that come with Weighbridge."""
    directory = builtin_config_directory() / "policies"
    return tuple(sorted(path.stem for path in directory.glob("*.toml")))
