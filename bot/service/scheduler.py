# SPDX-License-Identifier: GPL-3.0-or-later
"""The service: jobs on a schedule until a signal ends it.

SIGTERM and SIGINT finish the mail in flight and stop within ten seconds; what could not be
finished by then is taken up after the next start, as after a crash.  SIGHUP reads the
configuration again, and keeps the old one where the new one has mistakes.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from bot.application import Application, Clock, open_application, utc_now
from bot.config import Config, ConfigError
from bot.service.health import problems_of
from bot.service.jobs import observed
from bot.service.listening import listen_to_sources
from bot.service.monitoring import JobCounts, Observation, serve_monitoring
from bot.service.site import refresh_site
from bot.service.status import overall_status
from bot.service.steering_wiring import make_senders
from bot.service.wiring import job_intervals, open_triage
from bot.store.database import StoreError
from bot.upstream.finder import OfflineFactFinder

_log = logging.getLogger("weighbridge.service")
_STOP_SECONDS = 8.0
_STOP, _RELOAD = "stop", "reload"


def run_service(
    config: Config, reload: Callable[[], Config] | None = None, clock: Clock = utc_now
) -> int:
    """Run until SIGTERM or SIGINT; return the exit status.

    ``reload`` reads the configuration again on SIGHUP.  Must be called in the main thread.
    Raises ``ConfigError`` and ``StoreError`` where the service cannot begin with ``config``.
    """
    _try(config)
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: orders.put(_STOP))
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: orders.put(_RELOAD))
    while True:
        following = _run(config, orders, reload, clock)
        if following is None:
            return 0
        config = following


def _run(
    config: Config,
    orders: queue.SimpleQueue[str],
    reload: Callable[[], Config] | None,
    clock: Clock,
) -> Config | None:
    """Run with one configuration; return the one to go on with, None to stop."""
    stopping = threading.Event()
    with open_application(config, clock) as application:
        counts = JobCounts()
        scheduler = _scheduler(application, stopping, counts)
        scheduler.start()
        listen_to_sources(config, stopping, partial(_soon, scheduler, stopping))
        _log.info(
            "service started",
            extra={
                "mode": config.mode,
                "sources": len(config.sources),
                "database": application.database.name,
            },
        )
        with _monitored(application, counts):
            following = _wait(orders, reload, clock)
            stopping.set()
            if not _stop(scheduler, orders, in_the_end=following is None):
                following = None
    _log.info("service stopped" if following is None else "configuration read again")
    return following


def _next(orders: queue.SimpleQueue[str]) -> str:
    """Wait for an order.

    In slices: a signal that comes just before the wait begins is seen by the interpreter only when
    the wait ends.
    """
    while True:
        try:
            return orders.get(timeout=0.5)
        except queue.Empty:
            continue


def _wait(
    orders: queue.SimpleQueue[str], reload: Callable[[], Config] | None, clock: Clock
) -> Config | None:
    """Wait for a reason to end: None to stop, or a new configuration that can be used."""
    while True:
        if _next(orders) == _STOP:
            return None
        if reload is None:
            continue
        try:
            return _usable(reload(), clock)
        except ConfigError as error:
            mistakes = error.mistakes
        except StoreError as error:
            mistakes = (str(error),)
        for mistake in mistakes:
            _log.error("configuration not read again", extra={"reason": mistake})


def _try(config: Config) -> None:
    """Raise ``ConfigError`` where the jobs could do nothing with ``config``."""
    if not config.sources:
        mistake = "sources: there is none; add a [[sources]] table"
        raise ConfigError("configuration", (mistake,))
    with open_triage(config, OfflineFactFinder()):
        pass
    if config.steering is not None:
        make_senders(config)


def _usable(config: Config, clock: Clock) -> Config:
    """Return ``config``; raises ``ConfigError`` or ``StoreError`` where it is of no use."""
    _try(config)
    with open_application(config, clock):
        return config


def _scheduler(
    application: Application, stopping: threading.Event, counts: JobCounts
) -> BackgroundScheduler:
    config, intervals = application.config, job_intervals(application.config)
    work: dict[str, Callable[[], object]] = {
        f"poll:{source.name}": partial(application.poll_source, source, stopping.is_set)
        for source in config.sources
    }
    work["steer"] = partial(application.steer, stopping.is_set)
    work["triage"] = partial(application.triage_due, stopping.is_set)
    work["deliver"] = partial(application.deliver_once, stopping.is_set)
    work["site"] = partial(refresh_site, application, stopping.is_set)
    work["daily"] = application.daily
    work["watch"] = application.tell_of_hanging
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(max_workers=len(intervals))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, every in intervals.items():
        seconds = every.total_seconds()
        jitter = min(config.schedule.jitter.total_seconds(), seconds / 4)
        scheduler.add_job(
            partial(observed, application, name, work[name], counts),
            IntervalTrigger(seconds=max(1, round(seconds)), jitter=jitter or None, timezone="UTC"),
            id=name,
            name=name,
            next_run_time=utc_now(),
        )
    return scheduler


def _soon(scheduler: BackgroundScheduler, stopping: threading.Event, job: str) -> None:
    """Let a job run now; at the latest it would run when its time comes."""
    if not stopping.is_set():
        scheduler.modify_job(job, next_run_time=utc_now())


@contextmanager
def _monitored(application: Application, counts: JobCounts) -> Iterator[None]:
    """Answer probes during the block, if the configuration says so."""

    def observe() -> Observation:
        now = application.clock()
        status = overall_status(application.database, application.config.mode)
        problems = problems_of(status, job_intervals(application.config), now)
        return Observation(status, problems, counts, now)

    port = application.config.monitoring.port
    server = serve_monitoring(port, observe) if port else None
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()


def _stop(
    scheduler: BackgroundScheduler, orders: queue.SimpleQueue[str], *, in_the_end: bool
) -> bool:
    """Let running jobs end; in the end, leave those behind that take too long.

    Returns whether the service goes on: not where the order to stop comes meanwhile.
    """
    done = threading.Event()

    def shut_down() -> None:
        scheduler.shutdown(wait=True)
        done.set()

    threading.Thread(target=shut_down, daemon=True).start()
    limit = time.monotonic() + _STOP_SECONDS
    while not done.wait(0.2):
        if not in_the_end and _is_told_to_stop(orders):
            in_the_end, limit = True, time.monotonic() + _STOP_SECONDS
        if in_the_end and time.monotonic() > limit:
            _log.warning("jobs still run; what they do is taken up after the next start")
            logging.shutdown()
            # The interpreter would wait for the jobs' threads before it ends.
            os._exit(0)
    return not in_the_end


def _is_told_to_stop(orders: queue.SimpleQueue[str]) -> bool:
    """Take the orders that have come, and say whether one was to stop; no other one matters."""
    while not orders.empty():
        if orders.get() == _STOP:
            return True
    return False
