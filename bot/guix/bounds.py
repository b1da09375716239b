# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of packages that were not read, or not to their end, because a bound was reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.guix.package import PackageChange
from bot.guix.sides import Sides

_NAMES: Final = 3
_LONGEST_NAME: Final = 100


def bounds_reached(sides: Sequence[Sides], changes: Sequence[PackageChange]) -> Iterator[str]:
    """Yield a sentence for each bound, with the packages that it stopped the reading of."""
    left_out = sum(len(side.left_out) for side in sides)
    if left_out:
        yield (
            f"{left_out} packages and other definitions are not looked at: the series takes more"
            " work than is done for one, and what speaks of a model comes first"
        )
    reasons: dict[str, dict[str, None]] = {}
    for name, reason in _cut_short(sides, changes):
        reasons.setdefault(reason, {})[name] = None
    for reason, names in reasons.items():
        shown = ", ".join(name[:_LONGEST_NAME] for name in list(names)[:_NAMES])
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        verb = "is" if len(names) == 1 else "are"
        yield f"{shown}{more} {verb} not read to the end: {reason}"


def _cut_short(
    sides: Sequence[Sides], changes: Sequence[PackageChange]
) -> Iterator[tuple[str, str]]:
    for side in sides:
        yield from side.cut_short
    for change in changes:
        name = change.package.name or change.package.variable or "a package without a name"
        for definition in (change.before, change.after):
            if definition is not None:
                yield from ((name, reason) for reason in definition.cut_short)
