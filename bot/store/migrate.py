# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a database to this version's schema, backs it up and checks it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.store.database import Database, StoreError
from bot.store.schema import metadata

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x57_42_4D_47
"""Number of the PostgreSQL advisory lock that migrating processes take in turn."""


def latest_revision() -> str:
    """Return the schema's revision that this version of Weighbridge works with."""
    head = _scripts().get_current_head()
    if head is None:
        raise StoreError("the installation lacks its database migrations: install it again")
    return head


def current_revision(database: Database) -> str | None:
    """Return the schema's revision of ``database``; None where it is new."""
    with database.reading() as connection:
        return _revision(connection)


def upgrade(database: Database, now: datetime, backup_directory: Path | None = None) -> str | None:
    """Bring ``database`` to the latest revision; return the revision it had before.

    A database that holds something is backed up into ``backup_directory`` first (SQLite: beside
    the file unless said).  Several processes may do this at once.  Raises ``StoreError`` where the
    database is newer than this version, or cannot be backed up.
    """
    before = current_revision(database)
    if before == latest_revision():
        return before
    if before is not None:
        _must_be_known(database, before)
        backup(database, backup_directory, now)
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _revision(connection) != latest_revision():
            command.upgrade(_config(connection), "head")
    return before


def backup(database: Database, directory: Path | None, now: datetime) -> Path:
    """Copy ``database`` while others use it; return the file.

    ``directory`` may be None for a SQLite file: then the copy lies beside it.  PostgreSQL is
    copied with ``pg_dump`` (custom format, for ``pg_restore``).
    """
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    if database.is_sqlite:
        source = Path(database.url.database or "")
        return _backup_sqlite(source, (directory or source.parent) / f"{source.stem}-{stamp}.db")
    if directory is None:
        raise StoreError("say into which directory the backup goes")
    return _backup_postgresql(database, directory / f"weighbridge-{stamp}.dump")


def copy_database(source: Database, target: Path) -> None:
    """Copy ``source``, while others use it, into the new SQLite file ``target``.

    Raises ``StoreError`` where ``source`` is not at the latest revision and not SQLite.
    """
    if source.is_sqlite:
        _backup_sqlite(Path(source.url.database or ""), target)
        return
    if current_revision(source) != latest_revision():
        raise StoreError(f"{source.name} is not up to date: run weighbridge db upgrade")
    copy = Database(f"sqlite:///{target}")
    with copy.writing() as writing, source.reading() as reading:
        command.upgrade(_config(writing), "head")
        for table in metadata.sorted_tables:
            rows = reading.execution_options(yield_per=500).execute(table.select())
            for part in rows.mappings().partitions():
                writing.execute(table.insert(), [dict(row) for row in part])
    copy.close()


def check(database: Database) -> tuple[str, ...]:
    """Return what is wrong with ``database``; empty where it is sound and up to date."""
    revision, problems = current_revision(database), []
    if revision != latest_revision():
        problems.append(
            f"the schema is at {revision or 'nothing'}, this version needs {latest_revision()}: "
            "run weighbridge db upgrade"
        )
    if database.is_sqlite:
        with database.reading() as connection:
            for pragma in ("integrity_check", "foreign_key_check"):
                rows = connection.exec_driver_sql(f"PRAGMA {pragma}").all()
                problems += [f"{pragma}: {row[0]}" for row in rows if row[0] != "ok"]
    return tuple(problems)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _must_be_known(database: Database, revision: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision not in known:
        raise StoreError(
            f"{database.name} was written by a newer version of Weighbridge (schema {revision}): "
            "install that version, or restore a backup of this one"
        )


def _backup_sqlite(source: Path, target: Path) -> Path:
    partial = target.with_suffix(".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.touch(mode=0o600)  # it holds mails of strangers
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
            old.backup(new)
            answer = new.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise StoreError(f"the backup of {source} is damaged: {answer}")
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source} could not be backed up to {target}: {error}") from error
    return target


def _backup_postgresql(database: Database, target: Path) -> Path:
    program = shutil.which("pg_dump") or _newest_debian_program("pg_dump")
    if program is None:
        raise StoreError("pg_dump is not installed: install the PostgreSQL client programs")
    url = database.url.set(drivername="postgresql")
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    name = url.set(password=None).render_as_string()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)  # it holds mails of strangers
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    done = subprocess.run(  # noqa: S603  (no shell; the URL is the operator's own)
        [program, "--format=custom", f"--file={target}", f"--dbname={name}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        target.unlink()
        raise StoreError(f"pg_dump failed: {done.stderr.strip()}")
    return target


def _newest_debian_program(name: str) -> str | None:
    """Debian keeps PostgreSQL's programs off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else None
