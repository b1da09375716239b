# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the service does its work: what is wrong, in words, for people and for probes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.service.status import OverallStatus
from bot.store.jobs import JobRecord

OVERDUE = timedelta(minutes=30)
"""A job that runs this long hangs."""
HANGS = "it hangs"
"""How the problem of such a job ends."""
_SLACK = timedelta(minutes=10)


def problems_of(
    status: OverallStatus, intervals: Mapping[str, timedelta], now: datetime
) -> tuple[str, ...]:
    """Return what is wrong; ``intervals`` says how often each job is to run.  Empty: all is well.

    A pause is no problem: somebody wanted it.
    """
    records = {record.job: record for record in status.jobs}
    found = [
        problem
        for job, every in intervals.items()
        if (problem := _problem(job, records.get(job), every, now))
    ]
    if failed := status.mails.get("failed"):
        orders = "weighbridge outbox list --state failed, then retry or reject"
        found.append(f"{failed} mails could not be delivered: {orders}")
    return tuple(found)


def _problem(job: str, record: JobRecord | None, every: timedelta, now: datetime) -> str:
    if record is None or record.started_at is None:
        return ""  # the service has only just begun
    ended = max(filter(None, (record.succeeded_at, record.failed_at)), default=None)
    if (ended is None or ended < record.started_at) and now - record.started_at > OVERDUE:
        return f"{job} has been running since {record.started_at:%Y-%m-%d %H:%M} UTC: {HANGS}"
    if record.failures:
        return f"{job} has failed {record.failures} times in a row: {record.last_error}"
    if now - record.started_at > 3 * every + _SLACK:
        return f"{job} has not run since {record.started_at:%Y-%m-%d %H:%M} UTC"
    return ""
