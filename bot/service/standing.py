# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each configured source stands, and how far behind it is: plain values to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import SourceSettings
from bot.store.cursors import all_cursors
from bot.store.database import Database
from bot.store.jobs import all_jobs
from bot.store.messages import newest_mail_of
from bot.store.quarantine import locations_of


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """One source."""

    name: str
    kind: str
    cursor: str | None
    """Opaque; None where nothing was read yet."""
    read_at: datetime | None
    """When the last poll began that read it to its end: what came since is not known yet."""
    newest_mail: datetime | None
    """Date of the newest mail that came from this source before any other."""
    failures: int
    """Of the service's polls, in a row."""
    failed_at: datetime | None
    last_error: str
    quarantined: int
    """Mails of it that could not be read."""


def standing_of_sources(
    database: Database, sources: Sequence[SourceSettings]
) -> tuple[SourceStanding, ...]:
    """Return how each of ``sources`` stands, in their order."""
    with database.reading() as connection:
        cursors = {one.source: one for one in all_cursors(connection)}
        jobs = {one.job: one for one in all_jobs(connection)}
        standings = []
        for source in sources:
            cursor, job = cursors.get(source.name), jobs.get(f"poll:{source.name}")
            standings.append(
                SourceStanding(
                    name=source.name,
                    kind=str(source.kind),
                    cursor=cursor.cursor if cursor else None,
                    read_at=cursor.polled_at if cursor else None,
                    newest_mail=newest_mail_of(connection, source.name),
                    failures=job.failures if job else 0,
                    failed_at=job.failed_at if job else None,
                    last_error=job.last_error if job else "",
                    quarantined=len(locations_of(connection, source.name)),
                )
            )
    return tuple(standings)
