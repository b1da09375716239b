# SPDX-License-Identifier: GPL-3.0-or-later
"""Which stored mails share a name, and so may belong to one change.

The names are the mail room's (``bot/mail/kinship.py``); here they are only kept, hashed, and looked
up.  What is read depends on how many mails share them, not on how many there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from sqlalchemy import Connection, delete, select

from bot.store.bulk import insert_new
from bot.store.key_lists import one_of
from bot.store.messages import message_key
from bot.store.schema import kinship, messages

_MOST_RELATED = 2_000
_STORED = select(kinship.c.name_key).where(one_of(kinship.c.name_key)).distinct()
_RELATED = (
    select(messages.c.message_key, messages.c.series_key, messages.c.stored_at)
    .distinct()
    .join(kinship, kinship.c.message_key == messages.c.message_key)
    .where(one_of(kinship.c.name_key), messages.c.content.is_not(None))
    .order_by(messages.c.stored_at.desc(), messages.c.message_key)
    .limit(_MOST_RELATED)
)
_OF_SERIES = (
    select(messages.c.message_key)
    .where(one_of(messages.c.series_key), messages.c.content.is_not(None))
    .limit(_MOST_RELATED)
)


@lru_cache(maxsize=3_000)
def name_key(name: str) -> str:
    """Return what stands in the table for ``name``."""
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()


def add_names(connection: Connection, names: Mapping[str, Iterable[str]]) -> None:
    """Store the names of mails, by Message-ID; those that are known stay."""
    keyed = ((message_key(message_id), own) for message_id, own in names.items())
    rows = [{"name_key": name_key(name), "message_key": key} for key, own in keyed for name in own]
    insert_new(connection, kinship, rows)


def stored_names(connection: Connection, names: Collection[str]) -> frozenset[str]:
    """Return those of ``names`` that any stored mail bears."""
    keys = {name_key(name): name for name in names}
    if not keys:
        return frozenset()
    found = connection.execute(_STORED, {"keys": list(keys)}).scalars()
    return frozenset(keys[key] for key in found)


def related_messages(connection: Connection, names: Collection[str]) -> tuple[str, ...]:
    """Return the keys of the stored mails that bear any of ``names``, and of their series.

    Each once, at most 2,000, those that were stored last coming first.
    """
    keys = [name_key(name) for name in names]
    rows = connection.execute(_RELATED, {"keys": keys}).all() if keys else ()
    found = dict.fromkeys(row.message_key for row in rows)
    series = {row.series_key for row in rows if row.series_key}
    if series:
        members = connection.execute(_OF_SERIES, {"keys": sorted(series)}).scalars()
        found |= dict.fromkeys(members)
    return tuple(found)[:_MOST_RELATED]


def forget_names(connection: Connection) -> None:
    """Drop the names of mails whose bytes are no longer kept."""
    kept = select(messages.c.message_key).where(messages.c.content.is_not(None))
    connection.execute(delete(kinship).where(kinship.c.message_key.not_in(kept)))
