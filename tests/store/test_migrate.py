# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations, backups and checks, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from bot.store.database import Database, StoreError
from bot.store.migrate import backup, check, current_revision, latest_revision, upgrade
from bot.store.schema import metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/state/test.db")
    yield database
    database.close()


@pytest.fixture
def postgres(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    yield database
    database.close()


def assert_made_as_the_schema_says(database: Database) -> None:
    assert upgrade(database, NOW) is None
    assert upgrade(database, NOW) == latest_revision()
    assert check(database) == ()
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_schema_on_sqlite(sqlite: Database) -> None:
    assert_made_as_the_schema_says(sqlite)
    with sqlite.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_migrations_make_the_schema_on_postgresql(postgres: Database) -> None:
    assert_made_as_the_schema_says(postgres)


def upgrade_at_once(url: str) -> None:
    errors: list[Exception] = []
    barrier = threading.Barrier(4)

    def start() -> None:
        database = Database(url)
        barrier.wait()
        try:
            upgrade(database, NOW)
        except StoreError as error:
            errors.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_four_may_upgrade_at_once_on_sqlite(tmp_path: Path) -> None:
    upgrade_at_once(f"sqlite:///{tmp_path}/test.db")


def test_four_may_upgrade_at_once_on_postgresql(postgresql_url: str) -> None:
    upgrade_at_once(postgresql_url)


def set_revision(database: Database, revision: str) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_a_newer_database_is_not_touched(sqlite: Database) -> None:
    upgrade(sqlite, NOW)
    set_revision(sqlite, "9999")
    with pytest.raises(StoreError, match="newer version of Weighbridge"):
        upgrade(sqlite, NOW)
    assert current_revision(sqlite) == "9999"
    assert "run weighbridge db upgrade" in check(sqlite)[0]


def test_a_backup_of_sqlite_opens_and_holds_the_rows(sqlite: Database) -> None:
    upgrade(sqlite, NOW)
    with sqlite.writing() as connection:
        connection.execute(
            metadata.tables["control"]
            .insert()
            .values(key="pause", value="yes", reason="test", at=NOW)
        )
    file = backup(sqlite, None, NOW)
    assert file.stat().st_mode & 0o077 == 0
    copy = Database(f"sqlite:///{file}")
    assert check(copy) == ()
    with copy.reading() as connection:
        row = connection.execute(metadata.tables["control"].select()).one()
        assert (row.key, row.at) == ("pause", NOW)
    copy.close()


def test_a_backup_of_postgresql_restores(postgres: Database, tmp_path: Path) -> None:
    upgrade(postgres, NOW)
    dump = backup(postgres, tmp_path, NOW)
    assert dump.stat().st_mode & 0o077 == 0
    restore = shutil.which("pg_restore") or str(
        max(Path("/usr/lib/postgresql").glob("*/bin/pg_restore"))
    )
    listing = subprocess.run([restore, "-l", dump], capture_output=True, text=True, check=True)
    assert "TABLE DATA public outbox" in listing.stdout


def test_damage_is_told(tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"this is no database, whatever its name says" * 200)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(StoreError, match="not a database"):
        upgrade(database, NOW)
    database.close()


def test_urls_that_cannot_work() -> None:
    with pytest.raises(StoreError, match="looks like sqlite"):
        Database("nonsense")
    with pytest.raises(StoreError, match="use sqlite or postgresql"):
        Database("mysql://x/y")


def test_an_unreachable_server_is_told_without_the_password() -> None:
    database = Database("postgresql://bot:hunter2@127.0.0.1:1/none")
    with pytest.raises(StoreError) as caught:
        upgrade(database, NOW)
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_naive_time_is_a_mistake(sqlite: Database) -> None:
    upgrade(sqlite, NOW)
    with pytest.raises(StoreError), sqlite.writing() as connection:
        connection.execute(
            metadata.tables["control"]
            .insert()
            .values(
                key="k",
                value="",
                reason="",
                at=datetime(2026, 1, 1),  # noqa: DTZ001
            )
        )
