# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that could not be read, kept aside with the reason until somebody looks."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.store.database import insert_if_new
from bot.store.schema import quarantine

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class BrokenMail:
    """A mail that could not be read."""

    source: str
    location: str
    """Where it was found, for a person."""
    reason: str
    content: bytes | None
    """The whole mail; None where it is too long to be kept."""


@dataclass(frozen=True, slots=True)
class QuarantinedMail:
    """One mail that is kept aside."""

    quarantine_id: int
    source: str
    location: str
    """Where it was found, for a person."""
    reason: str
    kept_at: datetime
    content: bytes | None
    """The whole mail; None where it was too long to be kept."""


def keep_aside(connection: Connection, mail: BrokenMail, now: datetime) -> bool:
    """Keep a mail aside; False where the same one is there already."""
    unique = mail.content
    if unique is None:
        unique = f"{mail.source}\n{mail.location}".encode("utf-8", "replace")
    values = {
        "source": mail.source,
        "location": mail.location,
        "reason": mail.reason,
        "kept_at": now,
        "content_key": hashlib.sha256(unique).hexdigest(),
        "content": None if mail.content is None else zlib.compress(mail.content),
    }
    return insert_if_new(connection, quarantine, values, quarantine.c.content_key)


def quarantined(connection: Connection) -> tuple[QuarantinedMail, ...]:
    """Return what is kept aside, oldest first, without the bytes; at most 10,000."""
    columns = [column for column in quarantine.c if column.name not in ("content", "content_key")]
    statement = select(*columns).order_by(quarantine.c.quarantine_id).limit(_MOST)
    rows = connection.execute(statement).mappings()
    return tuple(QuarantinedMail(**row, content=None) for row in rows)


def quarantined_mail(connection: Connection, quarantine_id: int) -> QuarantinedMail | None:
    """Return one of them with its bytes."""
    statement = select(quarantine).where(quarantine.c.quarantine_id == quarantine_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    content = None if row.content is None else zlib.decompress(row.content)
    return QuarantinedMail(
        row.quarantine_id, row.source, row.location, row.reason, row.kept_at, content
    )


def count_quarantined(connection: Connection) -> int:
    """Return how many mails are kept aside."""
    return connection.execute(select(func.count()).select_from(quarantine)).scalar_one()


def locations_of(connection: Connection, source: str) -> frozenset[str]:
    """Return where the mails of ``source`` lie that are kept aside, at most 10,000."""
    statement = select(quarantine.c.location).where(quarantine.c.source == source).limit(_MOST)
    return frozenset(connection.execute(statement).scalars())


def let_out(connection: Connection, quarantine_ids: Collection[int]) -> None:
    """Forget mails that could be read after all."""
    connection.execute(delete(quarantine).where(quarantine.c.quarantine_id.in_(quarantine_ids)))


def still_broken(connection: Connection, quarantine_id: int, reason: str) -> None:
    """Note why a mail could not be read this time."""
    mine = quarantine.c.quarantine_id == quarantine_id
    connection.execute(update(quarantine).where(mine).values(reason=reason))
