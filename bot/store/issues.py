# SPDX-License-Identifier: GPL-3.0-or-later
"""Which issues are closed, as far as the mail that was read tells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.database import insert_if_absent
from bot.store.key_lists import one_of
from bot.store.schema import closed_issues

_CLOSED = select(closed_issues.c.issue).where(one_of(closed_issues.c.issue)).limit(1)


def close_issue(connection: Connection, issue: int, location: str, now: datetime) -> bool:
    """Note that ``issue`` was closed by the mail at ``location``; return whether it was news."""
    return insert_if_absent(
        connection, closed_issues, {"issue": issue, "at": now, "location": location}
    )


def any_closed(connection: Connection, issues: Collection[int]) -> bool:
    """Say whether any of ``issues`` is closed."""
    return connection.execute(_CLOSED, {"keys": issues}).first() is not None
