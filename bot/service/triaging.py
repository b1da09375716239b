# SPDX-License-Identifier: GPL-3.0-or-later
"""Triages the series that are due, one after the other; one that cannot be is tried again later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.mail.parse import always
from bot.mail.series import Series
from bot.models.hints import may_speak_of_model
from bot.report.report import Report
from bot.service.concluding import ClaimLostError, Concluder, TriageRules
from bot.service.outcome import Judged, LeftAlone, PollOutcome
from bot.service.series_loading import SeriesLoader
from bot.store.database import Database
from bot.store.series import StoredSeries, claim_due, count_waiting, postpone, settle

_log = logging.getLogger("weighbridge.triage")
_LEASE = timedelta(minutes=30)
_ATTEMPTS = 5


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
        self._judge = judge
        self._clock = clock
        self._worker = worker
        matters = may_speak_of_model if rules.patches_say_all else always
        self._concluder = Concluder(database, rules, clock, worker)
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
            judged = self._concluder.conclude(claimed, series, report)
        except ClaimLostError:
            _log.info("another process triaged the series", extra=_about(claimed))
            return PollOutcome()
        # One series that cannot be triaged must not keep the others from it.
        except Exception as error:  # noqa: BLE001
            return self._put_back(claimed, error)
        _log_decision(judged, claimed)
        if judged.reply is not None:
            return PollOutcome(judged=(judged,), letters=judged.letters, triaged=1)
        alone = (_left_alone(judged),)
        return PollOutcome(judged=(judged,), left_alone=alone, letters=judged.letters, triaged=1)

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
