# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to the database: SQLite or PostgreSQL, by URL, with the same semantics.

A writing transaction on SQLite begins with ``BEGIN IMMEDIATE``: two writers wait for each other
there, as ``FOR UPDATE`` makes them wait (or skip) on PostgreSQL, and none is told "database is
locked" half-way (https://www.sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Executable,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

_BUSY_MILLISECONDS = 30_000
_WAL_ATTEMPTS = 200
_LOG_PAGES = 4_000
"""Of 4 kB in the log before they are copied into the database: what is written again and again, as
indexes are, is copied less often than with SQLite's own 1,000."""


_CACHE_KILOBYTES = 5_000
"""Of pages in memory: a batch of mails changes more than SQLite's own 2,000 hold, and what does not
fit is written and read twice."""


class StoreError(RuntimeError):
    """The database cannot be used; the message says what to do, and holds no password."""


class Database:
    """One database; safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open ``url`` (created on first use); raises ``StoreError`` where that cannot work."""
        self._engine = _engine(_checked_url(url))

    @property
    def name(self) -> str:
        """The URL for a person, without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def url(self) -> URL:
        """The URL with its password."""
        return self._engine.url

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """Yield a connection in a transaction: committed at the end, rolled back on an error.

        With ``durable=False`` SQLite does not wait for the disk: a power cut may undo the
        transaction, and all that followed it, up to the next durable one.  That is for work that is
        simply done again then.
        """
        with _explained(self.name), self._engine.connect() as connection:
            connection.execution_options(weighbridge_writes=True, weighbridge_durable=durable)
            with connection.begin():
                yield connection

    def make_durable(self) -> None:
        """Return once the disk has all that was committed; a power cut can undo nothing of it."""
        if self.is_sqlite:
            with _explained(self.name), self._engine.connect() as connection:
                driver = connection.connection.driver_connection  # outside a transaction
                if driver is not None:
                    driver.execute("PRAGMA wal_checkpoint").fetchall()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database."""
        with _explained(self.name), self._engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def insert_if_absent(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its primary key exists; return whether it was inserted."""
    return insert_if_new(connection, table, values, *table.primary_key.columns)


def insert_if_new(
    connection: Connection, table: Table, values: Mapping[str, Any], *unique: Column[Any]
) -> bool:
    """Insert a row unless one has its ``unique`` columns; return whether it was inserted."""
    statement = _insert_if_new(connection.dialect.name, table, unique)
    # Not by rowcount: psycopg does not tell it for an insertion.
    return connection.execute(statement, dict(values)).first() is not None


@lru_cache(maxsize=50)
def _insert_if_new(dialect: str, table: Table, unique: tuple[Column[Any], ...]) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=unique)
    return statement.returning(*unique)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what the driver says about an unreachable or broken database into ``StoreError``."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise StoreError(f"{name}: {cause[0] if cause else type(error).__name__}") from error


def _checked_url(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the database URL cannot be read; it looks like sqlite:////var/lib/weighbridge/"
            "weighbridge.db or postgresql+psycopg://user@host/database"
        ) from error
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed
    raise StoreError(f"{backend} is not supported as a database; use sqlite or postgresql")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    try:
        return create_engine(url, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            "PostgreSQL needs psycopg: install weighbridge with the extra postgres"
        ) from error


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(f"{url.database}: {error.strerror}") from error
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin deferred ones.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    _use_write_ahead_log(connection)
    # FULL: a commit survives a power cut.  With NORMAL in WAL mode it may be lost, and a reply
    # that was sent would be sent again.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait by itself where several processes do this at once."""
    for attempt in range(_WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == _WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("weighbridge_writes"):
        connection.exec_driver_sql("BEGIN")
        return
    synchronous = "FULL" if options.get("weighbridge_durable") else "NORMAL"
    if connection.info.setdefault("synchronous", "FULL") != synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
        connection.info["synchronous"] = synchronous
    connection.exec_driver_sql("BEGIN IMMEDIATE")
