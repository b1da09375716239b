# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every process at once and across restarts: the emergency stop, for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.store.database import StoreError, insert_if_absent
from bot.store.schema import control

_PAUSE = "pause"
_TOTAL, _HOLD = "yes", "hold"
_PURPOSE = "purpose"
_DELIVERY = "lock:delivery"
_DAY = "day"


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody stopped all mail."""

    reason: str
    at: datetime
    total: bool = True
    """Whether nothing leaves at all; else maintainers are still told what their commands did."""


def pause(connection: Connection, reason: str, now: datetime, total: bool = True) -> None:
    """Stop all mail until ``resume``; a second pause keeps the first one's time.

    One that is not ``total`` lets the answers to maintainers' commands leave, and does not loosen
    a total one.
    """
    values = {"key": _PAUSE, "value": _TOTAL if total else _HOLD, "reason": reason, "at": now}
    if insert_if_absent(connection, control, values):
        return
    statement = update(control).where(control.c.key == _PAUSE)
    if total:
        connection.execute(statement.values(value=_TOTAL, reason=reason))
    else:
        connection.execute(statement.where(control.c.value == _HOLD).values(reason=reason))


def resume(connection: Connection) -> bool:
    """End the pause; return whether there was one."""
    return connection.execute(delete(control).where(control.c.key == _PAUSE)).rowcount == 1


def current_pause(connection: Connection) -> Pause | None:
    """Return the pause, if mail is stopped."""
    row = connection.execute(select(control).where(control.c.key == _PAUSE)).one_or_none()
    return None if row is None else Pause(row.reason, row.at, row.value != _HOLD)


def claim_purpose(connection: Connection, purpose: str, now: datetime) -> None:
    """Mark the database as one of dry runs or one that mail is sent from; never both.

    Raises ``StoreError`` where it has the other purpose.
    """
    values = {"key": _PURPOSE, "value": purpose, "reason": "", "at": now}
    if insert_if_absent(connection, control, values):
        return
    found = connection.execute(select(control.c.value).where(control.c.key == _PURPOSE)).scalar()
    if found != purpose:
        raise StoreError(
            f"this database is for {found}, not for {purpose}: use another one, for what a dry "
            "run writes down was never sent"
        )


def lock_delivery(connection: Connection, now: datetime) -> None:
    """Hold, until the writing transaction ends, the right to count mail and let more of it go."""
    if connection.dialect.name == "sqlite":
        return  # a writing transaction is the only one there
    values = {"key": _DELIVERY, "value": "", "reason": "", "at": now}
    insert_if_absent(connection, control, values)
    connection.execute(select(control.c.key).where(control.c.key == _DELIVERY).with_for_update())


def claim_day(connection: Connection, now: datetime) -> bool:
    """Say whether a day has gone by since the last true answer, to one process only.

    The first call ever begins the first day.
    """
    values = {"key": _DAY, "value": "", "reason": "", "at": now}
    if insert_if_absent(connection, control, values):
        return False
    statement = (
        update(control)
        .where(control.c.key == _DAY, control.c.at <= now - timedelta(days=1))
        .values(at=now)
    )
    return connection.execute(statement).rowcount == 1
