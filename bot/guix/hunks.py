# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that patches touch, where hunks are all that is known."""

from __future__ import annotations

from collections.abc import Sequence

from bot.guix.modules import PackageLibrary
from bot.guix.sides import Sides
from bot.limits import Limits
from bot.patch.change import FileChange


def hunk_sides(
    chains: Sequence[list[FileChange]],
    hunks: Sequence[list[FileChange]],
    library: PackageLibrary | None,
    limits: Limits,
) -> list[Sides]:
    return []
