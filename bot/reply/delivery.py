# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes mail out of the outbox and hands it to a sink, so that nothing is lost or sent twice."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.reply.outbox import State, move
from bot.reply.sink import Attempt, Ending, Session, Sink, SinkUnavailableError
from bot.store.control import current_pause
from bot.store.cursors import polled_until
from bot.store.database import Database
from bot.store.outbox import StoredMail, due_mail

_log = logging.getLogger("weighbridge.delivery")
IN_SPITE_OF_A_HOLD = frozenset({"receipt"})
"""Whoever stopped all mail by mail must hear that it is stopped, and can let it go again."""


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """How often and how long a mail is tried."""

    confirm_wait: timedelta
    """How long the archive is watched for a mail whose sending was cut off."""
    watched: tuple[str, ...]
    """Names of the sources that are the archive: such a mail is sent again only after each of them
    was read past that time, however long that takes.  Empty: time alone decides."""
    attempts: int
    first_retry: timedelta
    longest_retry: timedelta
    lease: timedelta = timedelta(minutes=10)
    """No attempt takes longer than half of it; after it another process may look at the mail."""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What one run of the delivery did."""

    sent: tuple[str, ...] = ()
    """Message-IDs."""
    failed: tuple[tuple[str, str], ...] = ()
    """(Message-ID, reason)."""
    retried: tuple[tuple[str, str], ...] = ()
    unavailable: str = ""
    """Why the sink could not be used; empty where it could."""


def retry_delay(attempts: int, rules: DeliveryRules, chance: Callable[[int], int]) -> timedelta:
    """Return how long to wait after ``attempts`` attempts: doubling, with up to a quarter more.

    ``chance(n)`` returns a number from 0 to n-1.
    """
    doublings = max(0, min(attempts - 1, 20))
    bounded = min(rules.first_retry * 2.0**doublings, rules.longest_retry)
    return bounded + bounded * chance(1_000) / 4_000


class Delivery:
    """Delivers what is due; several processes may do so on one database."""

    def __init__(
        self,
        database: Database,
        sink: Sink,
        rules: DeliveryRules,
        clock: Callable[[], datetime],
        worker: str,
    ) -> None:
        """Take the outbox's database, the sink and the clock; ``worker`` names this process."""
        self._database = database
        self._sink = sink
        self._rules = rules
        self._clock = clock
        self._worker = worker

    def deliver_once(
        self, stopping: Callable[[], bool] = lambda: False, limit: int = 1_000
    ) -> DeliveryOutcome:
        """Send up to ``limit`` mails that are due; ``stopping`` is asked before each."""
        self._take_up_unknown()
        return asyncio.run(self._deliver(stopping, limit))

    async def _deliver(self, stopping: Callable[[], bool], limit: int) -> DeliveryOutcome:
        run = _Run()
        if stopping() or not self._something_is_due():
            return run.outcome()
        try:
            async with self._sink.session() as session:
                for _ in range(limit):
                    mail = None if stopping() else self._claim()
                    if mail is None or not await self._send(session, mail, run):
                        break
        except SinkUnavailableError as error:
            _log.warning("no mail can be sent", extra={"reason": str(error)})
            run.unavailable = str(error)
        return run.outcome()

    async def _send(self, session: Session, mail: StoredMail, run: _Run) -> bool:
        """Send one mail and record what came of it; return whether the session can go on."""
        try:
            attempt = await self._attempt(session, mail)
        except SinkUnavailableError as error:
            # It surely was not taken.  It counts as an attempt: a mail that makes a server hang up
            # must not stand before all others for ever.
            attempt = Attempt(Ending.LATER, str(error))
            run.unavailable = str(error)
        state = self._record(mail, attempt)
        run.add(mail, state, attempt)
        _log.info(
            "mail %s",
            state,
            extra={"message_id": mail.message_id, "issue": mail.issue, "reason": attempt.reason},
        )
        return not run.unavailable and attempt.ending is not Ending.UNKNOWN

    async def _attempt(self, session: Session, mail: StoredMail) -> Attempt:
        """Hand ``mail`` over; an attempt that outlasts half the lease ends as unknown."""
        seconds = self._rules.lease.total_seconds() / 2
        try:
            async with asyncio.timeout(seconds):
                return await session.hand_over(
                    mail.message_id, mail.sender, mail.remaining, mail.content
                )
        except TimeoutError:
            return Attempt(Ending.UNKNOWN, f"no end of it within {seconds:.0f} s")

    def _something_is_due(self) -> bool:
        with self._database.reading() as connection:
            return bool(self._next_due(connection))

    def _next_due(self, connection: Connection) -> tuple[StoredMail, ...]:
        """Return the next mail that may leave, as far as nobody has stopped it."""
        pause = current_pause(connection)
        if pause is not None and pause.total:
            return ()
        kinds = None if pause is None else IN_SPITE_OF_A_HOLD
        return due_mail(connection, State.PENDING, self._clock(), 1, kinds)

    def _claim(self) -> StoredMail | None:
        """Mark the next due mail as being sent, by this process, and return it."""
        now = self._clock()
        with self._database.writing() as connection:
            for mail in self._next_due(connection):
                wait = timedelta(0) if self._sink.is_idempotent else self._rules.confirm_wait
                move(
                    connection,
                    mail,
                    State.SENDING,
                    f"attempt {mail.attempts + 1}",
                    now,
                    attempts=mail.attempts + 1,
                    claimed_by=self._worker,
                    claimed_until=now + self._rules.lease,
                    due_at=now + wait,
                )
                return replace(mail, state=State.SENDING, attempts=mail.attempts + 1)
        return None

    def _record(self, mail: StoredMail, attempt: Attempt) -> State:
        """Write down what came of an attempt; return the state that the mail is in now."""
        now = self._clock()
        state, values = self._consequence(mail, attempt, now)
        if state is State.SENDING:
            _log.warning(
                "it is not known whether a mail was taken; the archive will tell",
                extra={"message_id": mail.message_id, "reason": attempt.reason},
            )
            return state
        with self._database.writing() as connection:
            move(
                connection,
                mail,
                state,
                attempt.reason,
                now,
                claimed_by=None,
                claimed_until=None,
                **values,
            )
        return state

    def _consequence(
        self, mail: StoredMail, attempt: Attempt, now: datetime
    ) -> tuple[State, dict[str, object]]:
        if attempt.ending is Ending.ACCEPTED and not attempt.later:
            return State.SENT, {"sent_at": now, "remaining": list(attempt.refused)}
        if attempt.ending is Ending.UNKNOWN:
            return State.SENDING, {}
        if attempt.ending is Ending.REFUSED:
            return State.FAILED, {}
        left = self._left(mail, attempt)
        if mail.attempts >= self._rules.attempts:
            # Somebody has it already: what is missing is a copy, not the mail.
            partly = len(left) < len(mail.recipients) and attempt.ending is Ending.ACCEPTED
            return (State.SENT if partly else State.FAILED), {"remaining": list(left)}
        delay = retry_delay(mail.attempts, self._rules, secrets.randbelow)
        return State.PENDING, {"due_at": now + delay, "remaining": list(left)}

    def _left(self, mail: StoredMail, attempt: Attempt) -> tuple[str, ...]:
        """Return the recipients that are worth another attempt."""
        if attempt.ending is Ending.ACCEPTED:
            return attempt.later
        return tuple(one for one in mail.remaining if one not in attempt.refused)

    def _take_up_unknown(self) -> None:
        """Let mail go again whose sending was cut off and that the archive has not shown."""
        now = self._clock()
        with self._database.writing() as connection:
            watched_until = self._watched_until(connection, now)
            for mail in due_mail(connection, State.SENDING, watched_until, 1_000):
                given_up = mail.attempts >= self._rules.attempts
                state = State.FAILED if given_up else State.PENDING
                reason = "its sending was cut off, and the archive has not shown it"
                freed = {"claimed_by": None, "claimed_until": None}
                move(connection, mail, state, reason, now, due_at=now, **freed)
                extra = {"message_id": mail.message_id, "state": state, "reason": reason}
                _log.warning("mail taken up again", extra=extra)

    def _watched_until(self, connection: Connection, now: datetime) -> datetime:
        """Return until when the archive has been read for what it may show."""
        if self._sink.is_idempotent or not self._rules.watched:
            return now
        # Nothing is sent again on the word of an archive that was never read.
        return polled_until(connection, self._rules.watched) or datetime.min.replace(tzinfo=UTC)


class _Run:
    """Collects what one run does."""

    def __init__(self) -> None:
        self.unavailable = ""
        self._sent: list[str] = []
        self._failed: list[tuple[str, str]] = []
        self._retried: list[tuple[str, str]] = []

    def add(self, mail: StoredMail, state: State, attempt: Attempt) -> None:
        """Note what came of one mail."""
        if state is State.SENT:
            self._sent.append(mail.message_id)
        else:
            kept = self._failed if state is State.FAILED else self._retried
            kept.append((mail.message_id, attempt.reason))

    def outcome(self) -> DeliveryOutcome:
        """Return all of it."""
        return DeliveryOutcome(
            tuple(self._sent), tuple(self._failed), tuple(self._retried), self.unavailable
        )
