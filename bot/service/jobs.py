# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one job of the service so that its end is always noted and never ends the service."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from bot.application import Application
from bot.reply.delivery import DeliveryOutcome
from bot.service.monitoring import JobCounts
from bot.service.notices import tell_operator
from bot.service.outcome import PollOutcome
from bot.service.wiring import make_letterhead
from bot.store.database import StoreError
from bot.store.jobs import job_failed, job_started, job_succeeded

_log = logging.getLogger("weighbridge.jobs")
_TOLD_AFTER = 5
"""Failures in a row after which the operator is told."""


def observed(
    application: Application, job: str, work: Callable[[], object], counts: JobCounts
) -> None:
    """Do ``work`` as the job of that name; whatever it raises is logged, counted and stored."""
    begun = time.monotonic()
    ended_well = _observed(application, job, work)
    counts.add(job, time.monotonic() - begun, failed=not ended_well)


def _observed(application: Application, job: str, work: Callable[[], object]) -> bool:
    try:
        with application.database.writing() as connection:
            job_started(connection, job, application.clock())
        result = work()
    # The scheduler must go on with the other jobs, and with this one next time.
    except Exception as error:  # noqa: BLE001
        _note_failure(application, job, f"{type(error).__name__}: {error}"[:1_000], error)
        return False
    if reason := _failure(result):
        _note_failure(application, job, reason[:1_000], None)
        return False
    _store(lambda: _note_success(application, job))
    return True


def _failure(result: object) -> str:
    """Return what went wrong although nothing was raised; empty where nothing did."""
    if isinstance(result, PollOutcome):
        return "; ".join(map(": ".join, result.failures))
    return result.unavailable if isinstance(result, DeliveryOutcome) else ""


def _note_success(application: Application, job: str) -> None:
    with application.database.writing() as connection:
        job_succeeded(connection, job, application.clock())


def _note_failure(application: Application, job: str, reason: str, error: Exception | None) -> None:
    _log.error("job failed", extra={"job": job, "reason": reason}, exc_info=error)
    _store(lambda: _store_failure(application, job, reason))


def _store_failure(application: Application, job: str, reason: str) -> None:
    now = application.clock()
    with application.database.writing() as connection:
        failures = job_failed(connection, job, reason, now)
        if failures >= _TOLD_AFTER and not application.rehearsal:
            subject = f"the job {job} fails"
            text = f"It has failed {failures} times in a row, the last time with:\n\n{reason}\n"
            tell_operator(connection, make_letterhead(application.config), subject, text, now)


def _store(note: Callable[[], None]) -> None:
    """Write something down, unless it is the database that fails."""
    try:
        note()
    except StoreError as error:
        _log.error("the end of a job cannot be stored", extra={"reason": f"{error}"})
