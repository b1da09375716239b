# SPDX-License-Identifier: GPL-3.0-or-later
"""Triages the series that are due, decides about an answer, and writes it into the outbox.

The report, the decision and the mail are stored in the transaction that settles the series: a
process that dies before leaves the series due, one that dies after has lost nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.checks.finding import Status
from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.identity import OwnIdentity
from bot.mail.parse import always
from bot.mail.series import Series
from bot.models.hints import may_speak_of_model
from bot.reply.compose import Answer, Letterhead, compose, person_to_answer
from bot.reply.decide import Decision, Manners, decide
from bot.reply.outbox import UNSAID, State, move
from bot.reply.outgoing import Outgoing
from bot.report.json_form import report_to_json
from bot.report.report import Report
from bot.report.text import Closing, mail_text
from bot.report.waiving import Waiver, with_waivers
from bot.service.news import News, NewsDesk
from bot.service.notices import tell_operator
from bot.service.outcome import Judged, LeftAlone, PollOutcome
from bot.service.past import Conversation, Reported, read_conversation
from bot.service.reply_mail import Answered, reply_to_store
from bot.service.series_loading import SeriesLoader
from bot.store.control import lock_delivery
from bot.store.database import Database
from bot.store.messages import message_key, was_seen
from bot.store.orders import StoredWaiver, Subscription, standing_for
from bot.store.outbox import insert_mail
from bot.store.reports import (
    NewReport,
    StoredDecision,
    add_decision,
    add_report,
    report_before,
)
from bot.store.series import StoredSeries, claim_due, count_waiting, postpone, settle

_log = logging.getLogger("weighbridge.triage")
_LEASE = timedelta(minutes=30)
_ATTEMPTS = 5


class _ClaimLostError(RuntimeError):
    """Another process has taken the series over: nothing of this triage is kept."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One series about which a decision is made."""

    series: Series
    report: Report
    before: Conversation
    now: datetime


@dataclass(frozen=True, slots=True)
class TriageRules:
    """What answers are made with."""

    identity: OwnIdentity
    letterhead: Letterhead
    manners: Manners
    mode: str
    rehearsal: bool
    """Whether answers are written down as rehearsed, never to be sent."""
    closing: Closing
    patches_say_all: bool = True
    """Whether nothing but the patches themselves tells what a package is: no tree is at hand."""
    limits: Limits = DEFAULT_LIMITS


class Triager:
    """Triages what is due in one store; several processes may do so at once."""

    def __init__(
        self,
        database: Database,
        rules: TriageRules,
        judge: Callable[[Series], Report],
        clock: Callable[[], datetime],
        worker: str,
    ) -> None:
        """Take the store, the rules, the pipeline and the clock; ``worker`` names this process."""
        self._database = database
        self._rules = rules
        self._judge = judge
        self._clock = clock
        self._worker = worker
        matters = may_speak_of_model if rules.patches_say_all else always
        self._loader = SeriesLoader(database, rules.identity, rules.limits, matters)

    def triage_due(self, stopping: Callable[[], bool] = lambda: False) -> PollOutcome:
        """Triage all series that are due now; ``stopping`` is asked before each."""
        outcome = PollOutcome()
        while not stopping():
            with self._database.writing(durable=False) as connection:
                claimed = claim_due(connection, self._worker, self._clock(), _LEASE, 1)
            if not claimed:
                break
            outcome += self._triage(claimed[0])
        if outcome.triaged:
            self._database.make_durable()
        with self._database.reading() as connection:
            return replace(outcome, waiting=count_waiting(connection))

    def _triage(self, claimed: StoredSeries) -> PollOutcome:
        try:
            series = self._loader.load(claimed)
            report = self._judge(self._loader.with_what_stands(claimed, series))
            judged = self._conclude(claimed, series, report)
        except _ClaimLostError:
            _log.info("another process triaged the series", extra=_about(claimed))
            return PollOutcome()
        # One series that cannot be triaged must not keep the others from it.
        except Exception as error:  # noqa: BLE001
            return self._put_back(claimed, error)
        _log_decision(judged, claimed)
        if judged.reply is not None:
            return PollOutcome(judged=(judged,), triaged=1)
        return PollOutcome(judged=(judged,), left_alone=(_left_alone(judged),), triaged=1)

    def _conclude(self, claimed: StoredSeries, series: Series, report: Report) -> Judged:
        """Decide, and store everything in one transaction."""
        now = self._clock()
        person = person_to_answer(series, self._rules.letterhead)
        email = person.email.lower() if person else ""
        # Nothing is mailed before a durable transaction of its own; what is lost is triaged again.
        with self._database.writing(durable=False) as connection:
            # Whoever counts mail holds this, so that two processes do not both send the last one.
            lock_delivery(connection, now)
            standing = standing_for(connection, series.issues)
            report = with_waivers(report, _waivers(standing.waivers))
            reported = Reported(series, report, email, standing.orders)
            before = read_conversation(connection, reported, now)
            case = _Case(series, report, before, now)
            decision, reply = self._decide(case)
            if reply is not None and was_seen(connection, reply.message_id):
                # The database was restored, or lost: what it does not know was said all the same.
                decision = Decision(answer=False, reason="this very answer is in the archive")
                reply = None
            report_id = add_report(connection, _new_report(series, report, now))
            add_decision(connection, self._stored_decision(series, decision, now))
            self._take_back(connection, series, before, now)
            if reply is not None:
                about = Answered(series, report_id, email, self._rules.rehearsal)
                insert_mail(connection, reply_to_store(about, decision, reply, now))
                self._tell_of_limit(connection, decision, now)
            if standing.subscriptions:
                self._tell_subscribers(connection, standing.subscriptions, case, report_id)
            if not settle(connection, claimed, self._worker):
                raise _ClaimLostError
        return Judged(series, report, decision, reply)

    def _decide(self, case: _Case) -> tuple[Decision, Outgoing | None]:
        rules = self._rules
        decision = decide(case.report, case.series, case.before.past, rules.manners, case.now)
        if not decision.answer:
            return decision, None
        answer = Answer(
            text=mail_text(case.report, case.before.difference, rules.closing),
            verdict=case.report.verdict,
            policy=case.report.policy,
            ordinal=case.before.answers_to_series,
        )
        try:
            return decision, compose(case.series, answer, rules.letterhead, case.now)
        except ValueError as error:
            return Decision(answer=False, reason=f"no mail can be written: {error}"), None

    def _tell_subscribers(
        self,
        connection: Connection,
        subscriptions: Sequence[Subscription],
        case: _Case,
        report_id: int,
    ) -> None:
        rules = self._rules
        last = report_before(connection, message_key(case.series.thread_key), report_id)
        desk = NewsDesk(rules.letterhead, rules.manners, rules.rehearsal)
        desk.tell(
            connection, subscriptions, News(case.series, case.report, last, report_id), case.now
        )

    def _tell_of_limit(self, connection: Connection, decision: Decision, now: datetime) -> None:
        if decision.held_by == "limit" and not self._rules.rehearsal:
            text = (
                f"{decision.reason}.\n\nWhat is held leaves by itself as soon as the limits of the"
                " configuration\n([mail_limits]) allow it.  weighbridge outbox lists it.\n"
            )
            subject = "mail is held: a limit is reached"
            tell_operator(connection, self._rules.letterhead, subject, text, now)

    def _take_back(
        self, connection: Connection, series: Series, before: Conversation, now: datetime
    ) -> None:
        """Cancel what has not left yet and says something older than this report."""
        if before.past.waiting_already or before.past.newest_revision > series.revision:
            return
        for mail in before.mails:
            if mail.state in UNSAID:
                reason = f"revision {series.revision} was triaged meanwhile"
                move(connection, mail, State.CANCELLED, reason, now, hold="")

    def _stored_decision(self, series: Series, decision: Decision, now: datetime) -> StoredDecision:
        return StoredDecision(
            at=now,
            series_key=message_key(series.key),
            thread_key=message_key(series.thread_key),
            issue=series.issue,
            subject=series.subject,
            mode=self._rules.mode,
            answer=decision.answer,
            hold=decision.hold,
            reason=decision.reason,
        )

    def _put_back(self, claimed: StoredSeries, error: Exception) -> PollOutcome:
        """Try a series again later, each time after a longer wait, and at last give it up."""
        reason = f"{type(error).__name__}: {error}"[:1_000]
        _log.error("series cannot be triaged", exc_info=error, extra=_about(claimed))
        now = self._clock()
        wait = timedelta(minutes=5) * 4.0 ** min(claimed.attempts, 6)
        with self._database.writing() as connection:
            if claimed.attempts + 1 >= _ATTEMPTS:
                settle(connection, claimed, self._worker)
            else:
                postpone(connection, claimed, self._worker, now + wait, reason)
        return PollOutcome(failures=((claimed.subject, reason),))


def _new_report(series: Series, report: Report, now: datetime) -> NewReport:
    return NewReport(
        series_key=message_key(series.key),
        thread_key=message_key(series.thread_key),
        made_at=now,
        verdict=report.verdict,
        document=report_to_json(report),
        text=mail_text(report) if report.verdict is not Status.NONE else None,
    )


def _waivers(stored: Sequence[StoredWaiver]) -> tuple[Waiver, ...]:
    return tuple(Waiver(one.code, one.package, one.given_by, one.reason, one.at) for one in stored)


def _left_alone(judged: Judged) -> LeftAlone:
    series = judged.series
    return LeftAlone(
        subject=series.members[0].subject,
        author=str(series.author),
        issue=series.issue,
        message_id=series.members[0].message_id,
        location="",
        reason=judged.decision.reason,
    )


def _about(claimed: StoredSeries) -> dict[str, object]:
    return {
        "series": claimed.series_key,
        "issue": claimed.issue,
        "revision": claimed.revision,
        "subject": claimed.subject,
    }


def _log_decision(judged: Judged, claimed: StoredSeries) -> None:
    decision = judged.decision
    done = "left alone"
    if decision.answer:
        done = "held" if decision.hold else "answered"
    extra = {**_about(claimed), "verdict": str(judged.report.verdict), "reason": decision.reason}
    if judged.reply is not None:
        extra["message_id"] = judged.reply.message_id
    _log.info("series %s", done, extra=extra)
