# SPDX-License-Identifier: GPL-3.0-or-later
"""``column IN (…)`` for lists of any length, as one statement that is built once.

SQLAlchemy's ``in_`` makes a parameter of each item: a statement of hundreds of them is built and
bound anew each time, and SQLite before 3.32 takes 999.  Here the list is one parameter: JSON for
SQLite (https://www.sqlite.org/json1.html#jeach), an array for PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    TypeDecorator,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine


class _KeyList(TypeDecorator[list[Any]]):
    """A list of keys, or of numbers, as one parameter."""

    impl = Text
    cache_ok = True

    def __init__(self, numbers: bool = False) -> None:
        super().__init__()
        self.numbers = numbers  # part of what SQLAlchemy keeps a compiled statement under

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        item = Integer() if self.numbers else Text()
        return dialect.type_descriptor(
            ARRAY(item) if dialect.name == "postgresql" else self.impl_instance
        )

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401
        keys = list(value or ())
        return keys if dialect.name == "postgresql" else json.dumps(keys)


class _OneOf(FunctionElement[bool]):
    """Whether a column is in a list of keys."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stay as it is: ``… = 1``, as SQLAlchemy would write it for SQLite, uses no index."""
        del against
        return self


def one_of(column: ColumnElement[Any], parameter: str = "keys") -> ColumnElement[bool]:
    """Return whether ``column`` is among the keys that are executed as ``parameter``.

    The keys are text, or whole numbers where the column holds such.
    """
    numbers = isinstance(column.type, Integer)
    keys: BindParameter[Any] = BindParameter(parameter, type_=_KeyList(numbers))
    return _OneOf(column, keys)


@compiles(_OneOf, "sqlite")
def _for_sqlite(element: _OneOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column, keys = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - both are compiled


@compiles(_OneOf, "postgresql")
def _for_postgresql(element: _OneOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column, keys = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({keys})"
