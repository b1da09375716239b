# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reads which source now, and claims of processes that ended without giving them back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, or_, select, update

from bot.store.database import insert_if_absent
from bot.store.schema import control, outbox, series

_SOURCE = "reads:"


def free_claims(connection: Connection, is_gone: Callable[[str], bool]) -> int:
    """Free what is claimed by processes for which ``is_gone`` is true; return how many claims.

    A mail that was being sent stays in that state: what came of it is still not known.
    """
    freed = _free_sources(connection, is_gone)
    for table in (series, outbox):
        claimed = table.c.claimed_by
        names = connection.execute(select(claimed).where(claimed.is_not(None)).distinct())
        for name in names.scalars().all():
            if is_gone(name):
                statement = update(table).where(claimed == name)
                values = {"claimed_by": None, "claimed_until": None}
                freed += connection.execute(statement.values(**values)).rowcount
    return freed


def claim_source(
    connection: Connection, source: str, worker: str, now: datetime, lease: timedelta
) -> bool:
    """Let ``worker`` alone read ``source`` until ``lease`` is over; False: another one does."""
    key = f"{_SOURCE}{source}"
    values = {"key": key, "value": worker, "reason": "", "at": now + lease}
    if insert_if_absent(connection, control, values):
        return True
    statement = (
        update(control)
        .where(control.c.key == key, or_(control.c.at <= now, control.c.value == worker))
        .values(value=worker, at=now + lease)
    )
    return connection.execute(statement).rowcount == 1


def release_source(connection: Connection, source: str, worker: str) -> None:
    """Let others read ``source`` again."""
    mine = and_(control.c.key == f"{_SOURCE}{source}", control.c.value == worker)
    connection.execute(delete(control).where(mine))


def _free_sources(connection: Connection, is_gone: Callable[[str], bool]) -> int:
    rows = connection.execute(select(control).where(control.c.key.startswith(_SOURCE))).all()
    gone = [row.key for row in rows if is_gone(row.value)]
    connection.execute(delete(control).where(control.c.key.in_(gone)))
    return len(gone)
