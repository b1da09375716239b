# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rows of one table at once.

SQLAlchemy needs more time to bind a row than SQLite to store it.  So for SQLite the statement and
the columns' processors are looked up once, and the driver gets tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, Update
from sqlalchemy.dialects import postgresql, sqlite

_Processor = Callable[[Any], Any]


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have all columns of ``table``; those whose key is there already stay out."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
        return
    statement, columns = _for_sqlite(table, connection.dialect)
    values = [
        tuple([process(row[name]) if process else row[name] for name, process in columns])
        for row in rows
    ]
    connection.exec_driver_sql(statement, values)


def update_each(
    connection: Connection, statement: Update, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Execute ``statement`` with the parameters of each row, which are text or numbers."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(statement, rows)
        return
    text, names = _as_text(statement, connection.dialect)
    connection.exec_driver_sql(text, [tuple([row[name] for name in names]) for row in rows])


@lru_cache(maxsize=20)
def _as_text(statement: Update, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """Return a statement for SQLite and the names of its parameters in their order."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), tuple(compiled.positiontup or ())


@lru_cache(maxsize=20)
def _for_sqlite(
    table: Table, dialect: Dialect
) -> tuple[str, tuple[tuple[str, _Processor | None], ...]]:
    """Return the statement, and the columns in its order with what turns values into SQLite's."""
    statement = sqlite.insert(table).on_conflict_do_nothing()
    columns = tuple(
        (column.name, _processor(column.type.dialect_impl(dialect).bind_processor(dialect)))
        for column in table.columns
    )
    return str(statement.compile(dialect=dialect)), columns


def _processor(process: _Processor | None) -> _Processor | None:
    """Return ``process`` so that it works once where one value follows itself, as a time does."""
    if process is None:
        return None
    last: tuple[Any, Any] = (None, process(None))

    def once(value: Any) -> Any:  # noqa: ANN401
        nonlocal last
        known, result = last
        if value is not known:
            result = process(value)
            last = (value, result)
        return result

    return once
