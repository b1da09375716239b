# SPDX-License-Identifier: GPL-3.0-or-later
"""Several patches of one series that touch one package: what they do to it together.

Judged one by one, a package that a later patch of the series puts right would be reported with
what is no longer wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.guix.package import PackageChange
from bot.patch.change import Basis

_SUREST_FIRST = (Basis.VERIFIED, Basis.WHOLE, Basis.LOCATED, Basis.HUNKS)


def together(changes: Iterable[PackageChange]) -> tuple[PackageChange, ...]:
    """Return the changes of a series with those of one package made one, at the first's place.

    Only changes out of different mails are joined, and only where the later patch shows the
    whole package; otherwise both stay.  A package that is added and removed again is left out.
    """
    joined: list[PackageChange | None] = []
    places: dict[str, int] = {}
    for change in changes:
        key = change.package.variable or change.package.name
        place = places.get(key) if key else None
        earlier = joined[place] if place is not None else None
        if place is not None and earlier is not None and _follows(earlier, change):
            joined[place] = _join(earlier, change)
            continue
        if key:
            places[key] = len(joined)
        joined.append(change)
    return tuple(change for change in joined if change is not None)


def _follows(earlier: PackageChange, later: PackageChange) -> bool:
    if earlier.message_id == later.message_id or earlier.after is None or later.before is None:
        return False
    return later.after is None or not later.after.partial


def _join(earlier: PackageChange, later: PackageChange) -> PackageChange | None:
    if later.after is None:
        return None if earlier.before is None else replace(later, before=earlier.before)
    sides = (earlier, later)
    less_sure = max(sides, key=lambda change: _SUREST_FIRST.index(change.basis))
    fields = dict.fromkeys(earlier.changed_fields + later.changed_fields)
    return replace(
        later,
        kind=earlier.kind if later.kind == "moved" or earlier.kind == "added" else later.kind,
        before=earlier.before,
        basis=less_sure.basis,
        basis_reason=less_sure.basis_reason,
        changed_fields=tuple(fields),
    )
