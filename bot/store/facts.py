# SPDX-License-Identifier: GPL-3.0-or-later
"""The durable form of the cache of answers (``bot.upstream.cache.FactCache``).

Each answer is written in a transaction of its own, so the cache must not be used while the caller
holds a writing transaction of the same database.  A cache that cannot be read or written is no
reason to stop: the answer is then asked for again.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database, StoreError
from bot.store.schema import facts
from bot.upstream.cache import KeptAnswer

_LOG = logging.getLogger(__name__)
_KEPT = select(facts).where(facts.c.fact_key == bindparam("key"))


class StoredFactCache:
    """Answers in the database; safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        """``database`` is at the schema's latest revision."""
        self._database = database

    def get(self, key: str) -> KeptAnswer | None:
        """Return what was put under ``key``; None where nothing was, or the store fails."""
        try:
            with self._database.reading() as connection:
                row = connection.execute(_KEPT, {"key": _digest(key)}).one_or_none()
        except StoreError as error:
            _LOG.warning("the kept answers cannot be read: %s", error)
            return None
        if row is None:
            return None
        return KeptAnswer(row.value, row.source, row.learnt_at, row.immutable)

    def put(self, key: str, answer: KeptAnswer) -> None:
        """Keep an answer in the place of an earlier one."""
        values = {
            "fact_key": _digest(key),
            "question": key,
            "source": answer.source,
            "value": answer.value,
            "immutable": answer.immutable,
            "learnt_at": answer.learnt_at,
        }
        try:
            with self._database.writing() as connection:
                insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
                statement = insert(facts).values(values)
                replacing = statement.on_conflict_do_update(
                    index_elements=[facts.c.fact_key], set_=values
                )
                connection.execute(replacing)
        except StoreError as error:
            _LOG.warning("an answer cannot be kept: %s", error)

    def forget_older_than(self, time: datetime) -> int:
        """Drop answers that may change and were learnt before ``time`` (UTC); return how many."""
        with self._database.writing() as connection:
            old = delete(facts).where(facts.c.learnt_at < time, facts.c.immutable.is_(False))
            return connection.execute(old).rowcount


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
