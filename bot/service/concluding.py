# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides about an answer to a report, and stores all that follows in one transaction.

The report, the decision and the mail are stored in the transaction that settles the series: a
process that dies before leaves the series due, one that dies after has lost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.checks.finding import Status
from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.identity import OwnIdentity
from bot.mail.series import Series
from bot.reply.compose import Answer, Letterhead, compose, person_to_answer
from bot.reply.decide import Decision, Manners, decide
from bot.reply.outbox import UNSAID, State, move
from bot.reply.outgoing import Outgoing
from bot.report.json_form import report_to_json
from bot.report.report import Report
from bot.report.text import Closing, mail_text
from bot.report.waiving import Waiver, with_waivers
from bot.service.letters import Written
from bot.service.news import News, NewsDesk
from bot.service.notices import tell_operator
from bot.service.outcome import Judged
from bot.service.past import Conversation, Reported, read_conversation
from bot.service.reply_mail import Answered, reply_to_store
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
from bot.store.series import StoredSeries, settle


class ClaimLostError(RuntimeError):
    """Another process has taken the series over: nothing of this triage is kept."""


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


@dataclass(frozen=True, slots=True)
class _Case:
    """One series about which a decision is made."""

    series: Series
    report: Report
    before: Conversation
    now: datetime


class Concluder:
    """Concludes triages in one store."""

    def __init__(
        self, database: Database, rules: TriageRules, clock: Callable[[], datetime], worker: str
    ) -> None:
        """Take the store, the rules and the clock; ``worker`` names this process."""
        self._database = database
        self._rules = rules
        self._clock = clock
        self._worker = worker

    def conclude(self, claimed: StoredSeries, series: Series, report: Report) -> Judged:
        """Decide what becomes of ``report``, and store everything.

        Raises ``ClaimLostError`` where another process has claimed the series meanwhile.
        """
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
            report_id = add_report(connection, _new_report(case))
            add_decision(connection, _decision_to_store(case, decision, self._rules.mode))
            _take_back(connection, case)
            if reply is not None:
                about = Answered(series, report_id, email, self._rules.rehearsal)
                insert_mail(connection, reply_to_store(about, decision, reply, now))
                self._tell_of_limit(connection, decision, now)
            letters = self._tell_subscribers(connection, standing.subscriptions, case, report_id)
            if not settle(connection, claimed, self._worker):
                raise ClaimLostError
        return Judged(series, report, decision, reply, letters)

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
    ) -> tuple[Written, ...]:
        if not subscriptions:
            return ()
        rules = self._rules
        last = report_before(connection, message_key(case.series.thread_key), report_id)
        news = News(case.series, case.report, last, report_id)
        desk = NewsDesk(rules.letterhead, rules.manners, rules.rehearsal)
        return desk.tell(connection, subscriptions, news, case.now)

    def _tell_of_limit(self, connection: Connection, decision: Decision, now: datetime) -> None:
        if decision.held_by == "limit" and not self._rules.rehearsal:
            text = (
                f"{decision.reason}.\n\nWhat is held leaves by itself as soon as the limits of the"
                " configuration\n([mail_limits]) allow it.  weighbridge outbox lists it.\n"
            )
            subject = "mail is held: a limit is reached"
            tell_operator(connection, self._rules.letterhead, subject, text, now)


def _take_back(connection: Connection, case: _Case) -> None:
    """Cancel what has not left yet and says something older than this report."""
    past, revision = case.before.past, case.series.revision
    if past.waiting_already or past.newest_revision > revision:
        return
    for mail in case.before.mails:
        if mail.state in UNSAID:
            reason = f"revision {revision} was triaged meanwhile"
            move(connection, mail, State.CANCELLED, reason, case.now, hold="")


def _decision_to_store(case: _Case, decision: Decision, mode: str) -> StoredDecision:
    series = case.series
    return StoredDecision(
        at=case.now,
        series_key=message_key(series.key),
        thread_key=message_key(series.thread_key),
        issue=series.issue,
        subject=series.subject,
        mode=mode,
        answer=decision.answer,
        hold=decision.hold,
        reason=decision.reason,
    )


def _new_report(case: _Case) -> NewReport:
    report = case.report
    return NewReport(
        series_key=message_key(case.series.key),
        thread_key=message_key(case.series.thread_key),
        made_at=case.now,
        verdict=report.verdict,
        document=report_to_json(report),
        text=mail_text(report) if report.verdict is not Status.NONE else None,
    )


def _waivers(stored: Sequence[StoredWaiver]) -> tuple[Waiver, ...]:
    return tuple(Waiver(one.code, one.package, one.given_by, one.reason, one.at) for one in stored)
