# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is answered and when: each rule by itself, and which of them comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.checks.finding import Status
from bot.mail.message import Address, Origin
from bot.reply.decide import Decision, Manners, Past, decide, limit_reached
from tests.reply.made import MANNERS, NOW, message, report, series

FAIL = report(Status.FAIL)


def decided(past: Past | None = None, manners: Manners = MANNERS, **changes: object) -> Decision:
    return decide(FAIL, series(**changes), past or Past(), manners, NOW)


def test_the_first_revision_with_a_model_is_answered() -> None:
    decision = decided()
    assert decision == Decision(answer=True, reason="first answer; verdict fail")


@pytest.mark.parametrize("status", [Status.PASS, Status.NOTE, Status.WARN, Status.UNKNOWN])
def test_whatever_the_verdict(status: Status) -> None:
    assert decide(report(status), series(), Past(), MANNERS, NOW).answer


def test_silence_without_a_model() -> None:
    decision = decide(report(model=False), series(), Past(), MANNERS, NOW)
    assert decision == Decision(answer=False, reason="no package in it ships a model")


def test_silence_where_nothing_that_is_checked_changes() -> None:
    decision = decide(report(), series(), Past(), MANNERS, NOW)
    assert not decision.answer
    assert "nothing that it changes" in decision.reason


@pytest.mark.parametrize("origin", [Origin.OWN, Origin.TRACKER, Origin.AUTOMATIC])
def test_no_machine_is_answered(origin: Origin) -> None:
    mail = message(origin=origin, origin_reason="Auto-Submitted: auto-replied")
    decision = decide(FAIL, series(mail), Past(), MANNERS, NOW)
    assert not decision.answer
    assert "Auto-Submitted" in decision.reason


def test_without_the_trackers_number_there_is_no_address() -> None:
    assert "number is not known" in decided(issues=()).reason
    assert decided(issues=(), manners=replace(MANNERS, needs_issue=False)).answer


def test_an_author_without_an_address() -> None:
    assert not decided(author=Address("Ada", "")).answer


def test_old_mail_is_left_alone_and_the_relays_date_counts() -> None:
    old = NOW - timedelta(days=15)
    assert not decide(FAIL, series(message(received_at=old)), Past(), MANNERS, NOW).answer
    assert decide(FAIL, series(message(sent_at=old)), Past(), MANNERS, NOW).answer


def test_mail_without_a_date_may_be_old() -> None:
    undated = series(message(sent_at=None, received_at=None))
    assert "no mail of it has a date" in decide(FAIL, undated, Past(), MANNERS, NOW).reason
    assert decide(FAIL, undated, Past(), replace(MANNERS, max_age=None), NOW).answer


def test_mail_from_before_the_bot_began() -> None:
    assert "when this source began" in decided(Past(since=NOW)).reason
    assert decided(Past(since=NOW - timedelta(days=1))).answer


def test_a_closed_issue_is_left_alone() -> None:
    assert decided(Past(closed=True)).reason == "the issue is closed"


def test_an_overtaken_revision_is_left_alone() -> None:
    assert decided(Past(newest_revision=2)).reason == "revision 2 has come meanwhile"


def test_a_later_revision_only_on_change() -> None:
    same = Past(said_revisions=(1,), changed=False, newest_revision=2)
    assert decided(same, revision=2).reason == "the result is what was said on revision 1"
    decision = decided(replace(same, changed=True), revision=2)
    assert decision == Decision(True, "the result differs from what was said on revision 1")


def test_nothing_is_said_twice() -> None:
    assert "waits in the outbox" in decided(Past(waiting_already=True)).reason
    assert "was rejected" in decided(Past(refused_already=True)).reason


def test_an_older_revision_after_a_newer_answer() -> None:
    past = Past(said_revisions=(3,), changed=True)
    assert decided(past).reason == "revision 3 is answered already"


def test_moderated_mail_waits_for_a_person() -> None:
    decision = decided(manners=replace(MANNERS, moderated=True))
    assert (decision.answer, decision.hold, decision.held_by) == (True, True, "moderated")


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (Past(sent_last_hour=10), "10 mails in the last hour, the limit is 10"),
        (Past(sent_last_day=40), "40 mails in the last day"),
        (Past(sent_to_thread=3), "3 mails to this thread"),
        (Past(sent_to_person=8), "8 mails to this person"),
    ],
)
def test_past_a_limit_mail_is_held_not_dropped(past: Past, words: str) -> None:
    decision = decided(past)
    assert (decision.answer, decision.hold, decision.held_by) == (True, True, "limit")
    assert words in decision.reason


def test_below_each_limit_one_more_may_go() -> None:
    past = Past(sent_last_hour=9, sent_last_day=39, sent_to_thread=2, sent_to_person=7)
    assert limit_reached(past, MANNERS) == ""
