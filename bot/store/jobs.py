# SPDX-License-Identifier: GPL-3.0-or-later
"""When each job of the service last ran, and how it ended: what health and status go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.database import insert_if_absent
from bot.store.schema import jobs


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job."""

    job: str
    started_at: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    failures: int
    """In a row."""
    last_error: str


def job_started(connection: Connection, job: str, now: datetime) -> None:
    """Note that ``job`` has begun."""
    insert_if_absent(connection, jobs, {"job": job, "failures": 0, "last_error": ""})
    connection.execute(update(jobs).where(jobs.c.job == job).values(started_at=now))


def job_succeeded(connection: Connection, job: str, now: datetime) -> None:
    """Note that ``job`` has ended well."""
    values = {"succeeded_at": now, "failures": 0, "last_error": ""}
    connection.execute(update(jobs).where(jobs.c.job == job).values(**values))


def job_failed(connection: Connection, job: str, error: str, now: datetime) -> int:
    """Note that ``job`` has failed, and why; return how often it has in a row."""
    insert_if_absent(connection, jobs, {"job": job, "failures": 0, "last_error": ""})
    values = {"failed_at": now, "failures": jobs.c.failures + 1, "last_error": error}
    statement = update(jobs).where(jobs.c.job == job).values(**values)
    return int(connection.execute(statement.returning(jobs.c.failures)).scalar_one())


def all_jobs(connection: Connection) -> tuple[JobRecord, ...]:
    """Return every job that ever ran, by name."""
    rows = connection.execute(select(jobs).order_by(jobs.c.job))
    names = JobRecord.__slots__
    return tuple(JobRecord(**{name: getattr(row, name) for name in names}) for row in rows)
