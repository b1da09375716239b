# SPDX-License-Identifier: GPL-3.0-or-later
"""Which stored mails share a name, and so may belong to one change.

The names are the mail room's (``bot/mail/kinship.py``); here they are only kept, hashed, and looked
up.  What is read depends on how many mails share them, not on how many there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.messages import message_key
from bot.store.schema import kinship, messages

_CHUNK = 500
_MOST_RELATED = 2_000


def name_key(name: str) -> str:
    """Return what stands in the table for ``name``."""
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()


def add_names(connection: Connection, names: Mapping[str, Iterable[str]]) -> None:
    """Store the names of mails, by Message-ID; those that are known stay."""
    rows = [
        {"name_key": name_key(name), "message_key": message_key(message_id)}
        for message_id, own in names.items()
        for name in own
    ]
    if rows:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(kinship).on_conflict_do_nothing(), rows)


def stored_names(connection: Connection, names: Collection[str]) -> frozenset[str]:
    """Return those of ``names`` that any stored mail bears."""
    keys = {name_key(name): name for name in names}
    found: set[str] = set()
    for chunk in _chunks(list(keys)):
        statement = select(kinship.c.name_key).where(kinship.c.name_key.in_(chunk)).distinct()
        found.update(keys[key] for key in connection.execute(statement).scalars())
    return frozenset(found)


def related_messages(connection: Connection, names: Collection[str]) -> tuple[str, ...]:
    """Return the keys of the stored mails that bear any of ``names``, and of their series.

    Each once, at most 2,000, those that were stored last coming first.
    """
    found: dict[str, None] = {}
    series: dict[str, None] = {}
    for chunk in _chunks([name_key(name) for name in names]):
        statement = (
            select(messages.c.message_key, messages.c.series_key)
            .join(kinship, kinship.c.message_key == messages.c.message_key)
            .where(kinship.c.name_key.in_(chunk), messages.c.content.is_not(None))
            .order_by(messages.c.stored_at.desc(), messages.c.message_key)
            .limit(_MOST_RELATED)
        )
        for row in connection.execute(statement):
            found[row.message_key] = None
            series |= {row.series_key: None} if row.series_key else {}
    for chunk in _chunks(list(series)):
        members = select(messages.c.message_key).where(
            messages.c.series_key.in_(chunk), messages.c.content.is_not(None)
        )
        found |= dict.fromkeys(connection.execute(members.limit(_MOST_RELATED)).scalars())
    return tuple(found)[:_MOST_RELATED]


def forget_names(connection: Connection) -> None:
    """Drop the names of mails whose bytes are no longer kept."""
    kept = select(messages.c.message_key).where(messages.c.content.is_not(None))
    connection.execute(delete(kinship).where(kinship.c.message_key.not_in(kept)))


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
