# SPDX-License-Identifier: GPL-3.0-or-later
"""Triages the series that are due, decides about an answer, and writes it into the outbox.

The report, the decision and the mail are stored in the transaction that settles the series: a
process that dies before leaves the series due, one that dies after has lost nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.parse import always, parse_message
from bot.mail.reroll import may_be_partial, with_carried_over
from bot.mail.series import Series
from bot.models.hints import may_speak_of_model
from bot.reply.compose import Answer, Letterhead, compose, person_to_answer
from bot.reply.decide import Decision, Manners, decide
from bot.reply.outbox import UNSAID, State, move
from bot.reply.outgoing import Outgoing
from bot.report.json_form import report_to_json
from bot.report.report import Report
from bot.report.text import Closing, mail_text
from bot.service.notices import tell_operator
from bot.service.outcome import Judged, LeftAlone, PollOutcome
from bot.service.past import Conversation, read_conversation
from bot.store.control import lock_delivery
from bot.store.database import Database
from bot.store.messages import contents_before, contents_of_series, message_key, was_seen
from bot.store.outbox import StoredMail, insert_mail
from bot.store.reports import NewReport, StoredDecision, add_decision, add_report
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
    person: str
    """Address of who gets the answer beside the tracker; empty where nobody does."""
    now: datetime


class UnusableSeriesError(RuntimeError):
    """What is stored of a series makes no series."""


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
            series = self._load(claimed)
            report = self._judge(self._whole(claimed, series))
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

    def _load(self, claimed: StoredSeries) -> Series:
        """Read the mails of a series again, and make it of them under its stored names."""
        with self._database.reading() as connection:
            contents = contents_of_series(connection, claimed.series_key)
        found = group_series(self._parsed(content for _, content in contents))
        if not found:
            raise UnusableSeriesError("its mails cannot be read any more")
        series = max(found, key=lambda one: len(one.members))
        return replace(series, key=claimed.series_key, thread_key=claimed.thread_key)

    def _whole(self, claimed: StoredSeries, series: Series) -> Series:
        """Take what a partial reroll leaves standing from the revisions before it."""
        if not may_be_partial(series):
            return series
        with self._database.reading() as connection:
            contents = contents_before(connection, claimed.thread_key, series.revision)
        earlier = group_series(self._parsed(contents))
        thread = [replace(one, thread_key=series.thread_key) for one in earlier]
        return with_carried_over(series, thread)

    def _parsed(self, contents: Iterable[bytes]) -> Iterable[Message]:
        matters = may_speak_of_model if self._rules.patches_say_all else always
        for content in contents:
            try:
                yield parse_message(content, self._rules.identity, self._rules.limits, matters)
            except MessageError:  # a version that accepted more has stored it
                continue

    def _conclude(self, claimed: StoredSeries, series: Series, report: Report) -> Judged:
        """Decide, and store everything in one transaction."""
        now = self._clock()
        person = person_to_answer(series, self._rules.letterhead)
        email = person.email.lower() if person else ""
        # Nothing is mailed before a durable transaction of its own; what is lost is triaged again.
        with self._database.writing(durable=False) as connection:
            # Whoever counts mail holds this, so that two processes do not both send the last one.
            lock_delivery(connection, now)
            before = read_conversation(connection, series, report, email, now)
            case = _Case(series, report, before, email, now)
            decision, reply = self._decide(case)
            if reply is not None and was_seen(connection, reply.message_id):
                # The database was restored, or lost: what it does not know was said all the same.
                decision = Decision(answer=False, reason="this very answer is in the archive")
                reply = None
            report_id = add_report(connection, _new_report(series, report, now))
            add_decision(connection, self._stored_decision(series, decision, now))
            self._take_back(connection, series, before, now)
            if reply is not None:
                insert_mail(connection, self._mail(case, decision, reply, report_id))
                self._tell_of_limit(connection, decision, now)
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

    def _mail(self, case: _Case, decision: Decision, reply: Outgoing, report_id: int) -> StoredMail:
        series = case.series
        state = State.HELD if decision.hold else State.PENDING
        return StoredMail(
            message_id=reply.message_id,
            kind="reply",
            thread_key=message_key(series.thread_key),
            series_key=message_key(series.key),
            issue=series.issue,
            revision=series.revision,
            report_id=report_id,
            person=case.person,
            sender=reply.sender,
            recipients=reply.recipients,
            remaining=reply.recipients,
            subject=reply.subject,
            content=reply.content,
            state=State.REHEARSED if self._rules.rehearsal else state,
            hold=decision.held_by,
            reason=decision.reason,
            attempts=0,
            created_at=case.now,
            queued_at=None if decision.hold else case.now,
            due_at=case.now,
        )

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
    )


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
