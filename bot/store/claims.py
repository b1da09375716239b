# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims of processes that have ended without giving them back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from bot.store.schema import outbox, series


def free_claims(connection: Connection, is_gone: Callable[[str], bool]) -> int:
    """Free what is claimed by processes for which ``is_gone`` is true; return how many claims.

    A mail that was being sent stays in that state: what came of it is still not known.
    """
    freed = 0
    for table in (series, outbox):
        claimed = table.c.claimed_by
        names = connection.execute(select(claimed).where(claimed.is_not(None)).distinct())
        for name in names.scalars().all():
            if is_gone(name):
                statement = update(table).where(claimed == name)
                values = {"claimed_by": None, "claimed_until": None}
                freed += connection.execute(statement.values(**values)).rowcount
    return freed
