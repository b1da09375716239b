# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: one object that polls, triages and delivers, for the service and the commands.

Dry runs have a memory of their own.  With ``mode = "dry-run"`` that is ``dry-run.db`` in the data
directory: it is never the database that mail is sent from, so nothing that a dry run wrote is ever
sent, and nothing that it would have said counts as said.  A rehearsal of a moderated or live
configuration (``open_rehearsal``) works on a copy of its database that is thrown away.
"""

from __future__ import annotations

import gc
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Config, Mode, SourceSettings
from bot.mail.series import Series
from bot.reply.delivery import Delivery, DeliveryOutcome
from bot.reply.release import release_held
from bot.report.report import Report
from bot.service.daily import digest_text
from bot.service.health import HANGS, problems_of
from bot.service.notices import tell_operator
from bot.service.outcome import PollOutcome
from bot.service.polling import Poller
from bot.service.status import overall_status
from bot.service.steering import Senders, Steering
from bot.service.steering_wiring import make_senders, make_steering_rules
from bot.service.triaging import Triager
from bot.service.wiring import (
    delivery_rules,
    first_bound,
    job_intervals,
    make_finder,
    make_letterhead,
    make_manners,
    make_sink,
    make_source,
    open_triage,
    poll_rules,
    triage_rules,
)
from bot.service.workers import is_gone, worker_name
from bot.sources.interface import Source, SourceError
from bot.store.claims import free_claims
from bot.store.control import claim_day, claim_purpose
from bot.store.cursors import open_cursor
from bot.store.database import Database
from bot.store.facts import StoredFactCache
from bot.store.housekeeping import forget_asked, forget_contents, forget_set_aside
from bot.store.migrate import copy_database, upgrade
from bot.store.quarantine import QuarantinedMail, locations_of
from bot.store.reports import decisions_since

_log = logging.getLogger("weighbridge")

Clock = Callable[[], datetime]
Pipeline = Callable[[], AbstractContextManager[Callable[[Series], Report]]]
"""Opens the pipeline for one round of triage."""


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Application:
    """One configuration at work on one database."""

    def __init__(  # noqa: PLR0913  (what a test may put in another one's place)
        self,
        config: Config,
        database: Database,
        *,
        rehearsal: bool,
        clock: Clock = utc_now,
        pipeline: Pipeline | None = None,
        senders: Senders | None = None,
    ) -> None:
        """Take a database that ``upgrade`` has prepared.

        With ``rehearsal`` answers are written down but never sent.  ``pipeline``, and ``senders``
        who tell who has sent a command, are those that the configuration describes unless given.
        """
        self.config = config
        self.database = database
        self.rehearsal = rehearsal
        self.clock = clock
        finder = make_finder(config, database)
        self._pipeline: Pipeline = pipeline or (lambda: open_triage(config, finder))
        self._senders = senders
        self._worker = worker_name()
        self._poller = Poller(database, poll_rules(config), clock, self._worker)

    def poll_once(
        self, only: str | None = None, stopping: Callable[[], bool] = lambda: False
    ) -> PollOutcome:
        """Read what is new in all sources, or in the one named ``only``.

        A source that cannot be read is among the outcome's failures, and does not keep the others
        from being read.
        """
        outcome = PollOutcome()
        for settings in self.config.sources:
            if only is None or settings.name == only:
                outcome += self.poll_source(settings, stopping)
        return outcome

    def poll(
        self,
        source: Source,
        since: datetime | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> PollOutcome:
        """Read what is new in ``source``, configured or not; raises ``SourceError``."""
        return self._poller.poll(source, since, stopping)

    def retry_quarantined(self, mail: QuarantinedMail) -> str:
        """Read a mail again that was kept aside; return why it cannot be read, "" if it can."""
        return self._poller.retry(mail)

    def triage_due(self, stopping: Callable[[], bool] = lambda: False) -> PollOutcome:
        """Triage the series that are due, and write the answers into the outbox."""
        with self._pipeline() as judge:
            rules = triage_rules(self.config, rehearsal=self.rehearsal)
            triager = Triager(self.database, rules, judge, self.clock, self._worker)
            return triager.triage_due(stopping)

    def steer(self, stopping: Callable[[], bool] = lambda: False) -> PollOutcome:
        """Carry out the commands that came by mail, and write the answers into the outbox."""
        if self.config.steering is None:
            return PollOutcome()
        if self._senders is None:
            self._senders = make_senders(self.config)
        rules = make_steering_rules(self.config, rehearsal=self.rehearsal)
        steering = Steering(self.database, rules, self._senders, self.clock, self.problems)
        return steering.deal_with_waiting(stopping)

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong with the service, in words."""
        status = overall_status(self.database, self.config.mode)
        return problems_of(status, job_intervals(self.config), self.clock())

    def deliver_once(self, stopping: Callable[[], bool] = lambda: False) -> DeliveryOutcome:
        """Send what is due; a rehearsal sends nothing."""
        sink = None if self.rehearsal else make_sink(self.config)
        if sink is None:
            return DeliveryOutcome()
        self._release_held()
        rules = delivery_rules(self.config)
        delivery = Delivery(self.database, sink, rules, self.clock, self._worker)
        outcome = delivery.deliver_once(stopping)
        if outcome.failed:
            self._tell_of_failed(outcome.failed)
        return outcome

    def tell_of_hanging(self) -> None:
        """Tell the operator of jobs that do not end."""
        now = self.clock()
        hanging = [problem for problem in self.problems() if problem.endswith(HANGS)]
        if hanging and not self.rehearsal:
            text = "\n".join(hanging) + "\n\nRestart the service; nothing is lost by that.\n"
            letterhead = make_letterhead(self.config)
            with self.database.writing() as connection:
                tell_operator(connection, letterhead, "a job hangs", text, now)

    def daily(self) -> None:
        """Once a day: forget what is old, and tell the operator how the day was."""
        now, schedule = self.clock(), self.config.schedule
        with self.database.writing() as connection:
            if not claim_day(connection, now):
                return
            forgotten = forget_contents(connection, now - schedule.keep_mail)
            forgotten += forget_set_aside(connection, now - schedule.keep_mail)
            forgotten += forget_asked(connection, now - self._keep_commands())
        answers = StoredFactCache(self.database).forget_older_than(now - schedule.keep_mail)
        _log.info("old mail forgotten", extra={"mails": forgotten, "publishers_answers": answers})
        if not schedule.digest or self.rehearsal:
            return
        status = overall_status(self.database, self.config.mode)
        problems = problems_of(status, job_intervals(self.config), now)
        with self.database.writing() as connection:
            decided = decisions_since(connection, now - timedelta(days=1))
            if decided or problems:
                text = digest_text(status, decided, problems, now)
                letterhead = make_letterhead(self.config)
                tell_operator(connection, letterhead, "the day of the bot", text, now)

    def _keep_commands(self) -> timedelta:
        """Return how long it is known what was signed: longer than that could be sent again."""
        steering = self.config.steering
        window = steering.window if steering else timedelta(0)
        return max(self.config.schedule.keep_mail, 3 * window)

    def run_once(self) -> PollOutcome:
        """Poll, triage and deliver, once each."""
        outcome = self.poll_once() + self.steer() + self.triage_due()
        delivered = self.deliver_once()
        failures = delivered.failed
        if delivered.unavailable:
            failures += (("delivery", delivered.unavailable),)
        waiting = outcome.waiting
        return outcome + PollOutcome(sent=delivered.sent, failures=failures, waiting=waiting)

    def _release_held(self) -> None:
        now = self.clock()
        with self.database.writing() as connection:
            for message_id in release_held(connection, make_manners(self.config), now):
                _log.info("mail let go", extra={"message_id": message_id})

    def _tell_of_failed(self, failed: tuple[tuple[str, str], ...]) -> None:
        lines = [f"<{message_id}>\n  {reason}\n" for message_id, reason in failed]
        text = (
            "These mails were refused for good, or given up after many attempts:\n\n"
            + "\n".join(lines)
            + "\nLater ones of today are not told by mail: see weighbridge status.\n"
        )
        now, letterhead = self.clock(), make_letterhead(self.config)
        with self.database.writing() as connection:
            tell_operator(connection, letterhead, "mail could not be delivered", text, now)

    def poll_source(
        self, settings: SourceSettings, stopping: Callable[[], bool] = lambda: False
    ) -> PollOutcome:
        """Read what is new in one configured source; that it cannot be read is an outcome."""
        now = self.clock()
        with self.database.writing() as connection:
            since = open_cursor(connection, settings.name, first_bound(settings, now), now).since
            broken = locations_of(connection, settings.name)
        try:
            return self.poll(make_source(settings, since, broken), since, stopping)
        except SourceError as error:
            return PollOutcome(failures=((settings.name, str(error)),))


@contextmanager
def open_application(
    config: Config,
    clock: Clock = utc_now,
    pipeline: Pipeline | None = None,
    senders: Senders | None = None,
) -> Iterator[Application]:
    """Yield the application in the configuration's mode, its database ready to use.

    ``pipeline`` and ``senders`` are those that the configuration describes unless given.
    Raises ``StoreError``.
    """
    rehearsal = config.mode is Mode.DRY_RUN
    url = config.dry_run_database_url if rehearsal else config.database_url
    database = _prepared(config, url, "dry runs" if rehearsal else "sending", clock())
    gc.freeze()  # what is loaded by now stays: looking through it again and again takes long
    try:
        yield Application(
            config,
            database,
            rehearsal=rehearsal,
            clock=clock,
            pipeline=pipeline,
            senders=senders,
        )
    finally:
        gc.unfreeze()
        database.close()


@contextmanager
def open_rehearsal(config: Config, clock: Clock = utc_now) -> Iterator[Application]:
    """Yield an application that shows what the next round would do, and leaves no trace.

    It works on a copy of the database that the configuration's mode uses.
    """
    dry = config.mode is Mode.DRY_RUN
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as directory:
        copy = Path(directory) / "rehearsal.db"
        _copy(config.dry_run_database_url if dry else config.database_url, copy)
        database = Database(f"sqlite:///{copy}")
        upgrade(database, clock())
        try:
            yield Application(config, database, rehearsal=True, clock=clock)
        finally:
            database.close()


def _prepared(config: Config, url: str, purpose: str, now: datetime) -> Database:
    database = Database(url)
    upgrade(database, now, config.data_directory)
    with database.writing() as connection:
        claim_purpose(connection, purpose, now)
        freed = free_claims(connection, is_gone)
    if freed:
        _log.info("work of a process that has ended is taken up", extra={"claims": freed})
    return database


def _copy(url: str, target: Path) -> None:
    """Copy a database into the SQLite file ``target``; one that does not exist yet is empty."""
    source = Database(url)
    try:
        if source.is_sqlite and not Path(source.url.database or "").exists():
            return
        copy_database(source, target)
    finally:
        source.close()
