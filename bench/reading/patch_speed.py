# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a long patch takes."""

from __future__ import annotations

import time

from bot.guix.changes import package_changes
from bot.patch.change import FileChange
from tests.guix.patches import MODULE, hunk_change, package_text, whole_change

_PACKAGES = 334


def print_patch_speed() -> None:
    """Read a patch of 5,000 lines that adds packages, as a whole file and as a hunk."""
    text = "\n".join(package_text(f"net-{number}") for number in range(_PACKAGES))
    old = MODULE + package_text("first")
    _print("whole file", whole_change(None, MODULE + text))
    _print("hunk", hunk_change(old, old + "\n" + text))


def _print(what: str, change: FileChange) -> None:
    started = time.perf_counter()
    count = len(package_changes([change]).changes)
    seconds = time.perf_counter() - started
    lines = sum(len(region.changed) for region in change.after.regions) if change.after else 0
    print(f"patch: {lines} lines, {count} packages as a {what}: {seconds:.2f} s")
