# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rows and many keys at once, and transactions that do not wait for the disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.store.bulk import insert_new
from bot.store.database import Database
from bot.store.key_lists import one_of
from bot.store.migrate import upgrade
from bot.store.schema import kinship, messages

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_SELECTED = select(messages.c.message_key).where(one_of(messages.c.message_key))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    upgrade(database, NOW)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    name = request.param
    url = f"sqlite:///{tmp_path}/rooms.db"
    if name == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    opened = Database(url)
    upgrade(opened, NOW)
    with opened.writing() as writing:
        yield writing
    opened.close()


def _row(key: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401
    row: dict[str, Any] = dict.fromkeys((column.name for column in messages.columns), "x")
    row |= {"message_key": key, "dated_at": None, "stored_at": NOW, "issue": None}
    return {**row, "content": None, **values}


_ROWS = [
    _row("plain"),
    _row("ä", subject="Töys \udcff \0", author="\U0001f9f8", content=b"\0\xff"),
    _row("dated", dated_at=NOW.astimezone(timezone(timedelta(hours=5))), issue=7),
    _row("exact", dated_at=NOW.replace(microsecond=5)),
]


def test_rows_are_stored_as_sqlalchemy_stores_them(connection: Connection) -> None:
    connection.execute(insert(messages), _ROWS)
    expected = connection.execute(select(messages)).all()
    connection.execute(messages.delete())
    insert_new(connection, messages, _ROWS)
    assert connection.execute(select(messages)).all() == expected


def test_what_is_there_stays(connection: Connection) -> None:
    insert_new(connection, messages, [])
    insert_new(connection, messages, [_row("a", subject="first"), _row("a", subject="second")])
    insert_new(connection, messages, [_row("a", subject="third"), _row("b")])
    rows = connection.execute(select(messages.c.message_key, messages.c.subject))
    assert sorted(tuple(row) for row in rows) == [("a", "first"), ("b", "x")]


@pytest.mark.parametrize("count", [0, 1, 5_000])
def test_keys_are_found_however_many_are_asked_for(connection: Connection, count: int) -> None:
    odd = ["ä", 'a "quoted" one', "a\\b", "[]"]
    insert_new(connection, messages, [_row(key) for key in (*odd, "other", "0")])
    asked = [str(number) for number in range(count)] + odd
    found = connection.execute(_SELECTED, {"keys": asked}).scalars()
    assert sorted(found) == sorted(odd + (["0"] if count else []))
    assert connection.execute(_SELECTED, {"keys": []}).all() == []


def test_a_list_of_keys_is_looked_up_in_the_index(database: Database) -> None:
    statement = select(kinship.c.message_key).where(one_of(kinship.c.name_key))
    with database.reading() as connection:
        text = str(statement.compile(dialect=connection.dialect))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[]",)).all()
    assert any("SEARCH kinship USING COVERING INDEX" in row[3] for row in plan)


def _synchronous(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


def test_only_what_may_be_done_again_does_not_wait_for_the_disk(database: Database) -> None:
    for durable, level in ((False, 1), (True, 2), (False, 1)):
        with database.writing(durable=durable) as connection:
            assert _synchronous(connection) == level
    with database.writing() as connection:
        assert _synchronous(connection) == 2


def test_all_that_was_committed_is_made_durable(database: Database, tmp_path: Path) -> None:
    with database.writing(durable=False) as connection:
        insert_new(connection, messages, [_row("a")])
    database.make_durable()
    (tmp_path / "test.db-wal").rename(tmp_path / "lost")  # as if it had never reached the disk
    (tmp_path / "copy.db").write_bytes((tmp_path / "test.db").read_bytes())
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    with copy.reading() as connection:
        assert connection.execute(select(messages.c.message_key)).scalars().all() == ["a"]
    copy.close()
