# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands do, who may give them, and what is answered: on real judged series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.application import Application
from bot.limits import DEFAULT_LIMITS
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.reply.outbox import State
from bot.steering.asking import Circumstances
from bot.steering.handling import AskedMail, AskingRules, Handled, Handler
from bot.store.audit import AuditEntry, entries_of
from bot.store.command_mails import end_command_mail, keep_command_mail, next_command_mail
from bot.store.control import current_pause, pause
from bot.store.housekeeping import forget_asked
from bot.store.orders import subscribe
from bot.store.outbox import mail_in
from bot.trust.proof import Method, Proof, Unproven
from tests.steering.circumstances import AROUND

TORRENT, VOICES, GOOD = 79119, 79115, 79108
RULES = AskingRules(
    name="weighbridge",
    window=timedelta(days=3),
    answers_per_sender=5,
    answers_per_domain=8,
    refusals_per_sender=1,
    refusals_per_domain=2,
)


@dataclass(frozen=True)
class Person:
    """A maintainer of the tests."""

    name: str = "Mina Maintainer"
    addresses: tuple[str, ...] = ("mina@example.org",)


class Correspondence:
    """Writes mails to a bot, and deals with them at once."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.number = 0
        self.now: datetime = application.clock()

    def around(self) -> Circumstances:
        return replace(AROUND, now=self.now)

    def write(
        self,
        text: str,
        address: str = "mina@example.org",
        person: Person | None = Person(),
        direct: bool = True,
        **proven: object,
    ) -> Handled:
        self.number += 1
        raw = (
            f"From: Somebody <{address}>\nTo: bot@example.org\nSubject: commands\n"
            f"Message-ID: <{self.number}@example.org>\n"
            "Date: Sun, 1 Mar 2026 12:00:00 +0000\n\n" + text
        ).encode()
        message = parse_message(raw, OwnIdentity(("bot@example.org",)))
        proof = Proof(
            method=Method.DKIM,
            address=address,
            by=address.rpartition("@")[2],
            text=text,
            nonce=f"nonce {self.number}",
            signed_at=self.now,
            may_change=True,
            names_bot=True,
        )
        proof = replace(proof, **proven)  # type: ignore[arg-type]
        return self.deal_with(AskedMail(message, direct, proof, person), raw)

    def deal_with(self, mail: AskedMail, raw: bytes = b"") -> Handled:
        with self.application.database.writing() as connection:
            keep_command_mail(connection, mail.message.message_id, "test", raw, self.now)
            stored = next_command_mail(connection)
            handled = Handler(RULES).handle(connection, mail, self.around())
            if stored is not None:
                address = handled.asker.address if handled.asker else ""
                end_command_mail(connection, stored, address, handled.ending, self.now)
            return handled

    def log(self) -> tuple[AuditEntry, ...]:
        with self.application.database.reading() as connection:
            return entries_of(connection)

    def states(self, issue: int) -> list[str]:
        with self.application.database.reading() as connection:
            return [mail.state for mail in mail_in(connection, set(State)) if mail.issue == issue]


@pytest.fixture
def writer(judged: Application) -> Correspondence:
    """Return somebody who writes to the bot."""
    return Correspondence(judged)


def test_status_fits_a_phone(writer: Correspondence) -> None:
    handled = writer.write("status\nstatus 79119\nlist open\n")
    assert "open 4" not in handled.text
    assert "1 fail" in handled.text
    assert "79119 v1 fail" in handled.text
    assert "fail license-missing" in handled.text
    assert "\n  gnu: Add condor-7b-weights.\n" in handled.text, "no subject is read as a command"
    assert max(map(len, handled.text.splitlines())) <= 72


def test_the_whole_report_is_given(writer: Correspondence) -> None:
    text = writer.write(f"report {TORRENT}").text
    assert "Verdict: fail - 1 package ships trained parameters: 2 to fix." in text
    assert "The weights come from a torrent" in text


def test_explain_policy_and_lists(writer: Correspondence) -> None:
    text = writer.write("explain license-missing\npolicy\nlist mine\n").text
    assert "In the policy guix a breach fails" in text
    assert "license-missing" in text
    assert "No open series is from mina@example.org." in text
    assert "79119 v1 fail" in writer.write("list mine", "dara@example.org", None).text
    assert "79115 v2 warn" in writer.write("list open").text
    assert "79108" not in writer.write("list failing").text


def test_what_was_left_alone_is_told_with_the_reason(writer: Correspondence) -> None:
    text = " ".join(writer.write("status 79104\nstatus 79137\n").text.split())
    assert "v1: none" in text
    assert "no package in it ships a model" in text
    assert "79137 was looked at and left alone" in text
    assert "another repository" in text


@pytest.mark.parametrize(
    "command", ["status 1", "report 1", "recheck 1", "subscribe 1", "mute 1 x", "ignore 1 x"]
)
def test_an_unknown_issue_is_told(writer: Correspondence, command: str) -> None:
    assert "Nothing is known of issue 1." in writer.write(command).text
    assert writer.log()[-1].outcome == "mistaken"


def test_a_waiver_stays_visible_and_no_longer_fails(writer: Correspondence) -> None:
    handled = writer.write(
        f"waive {TORRENT} license-missing asked the publisher\n"
        f"waive {TORRENT} provenance-torrent it is mirrored\n"
    )
    assert handled.changed
    assert "license-missing is waived for 79119" in handled.text
    (judged,) = writer.application.triage_due().judged
    assert judged.report.verdict == "unknown", "the size is still not known"
    text = " ".join(writer.write(f"report {TORRENT}\nstatus {TORRENT}").text.split())
    assert "[fail, waived by Mina Maintainer, 2025-11-14: asked the publisher]" in text
    assert "waived license-missing by Mina Maintainer: asked the publisher" in text

    assert writer.write(f"unwaive {TORRENT} license-missing").changed
    (judged,) = writer.application.triage_due().judged
    assert judged.report.verdict == "fail"


def test_a_waiver_of_what_is_not_there_is_a_slip_of_the_pen(writer: Correspondence) -> None:
    text = writer.write(f"waive {TORRENT} licence-mising because").text
    assert "There is no finding licence-mising" in text
    assert "license-missing" in text
    text = writer.write(f"waive {TORRENT} license-missing@other-package because").text
    assert "other-package is no package of 79119" in text
    assert "condor-7b-weights" in text


def test_a_waiver_that_is_not_taken_back_by_that_name_is_named(writer: Correspondence) -> None:
    assert writer.write(f"unwaive {TORRENT} license-missing").text.startswith(
        f"> unwaive {TORRENT} license-missing\nlicense-missing is not waived for 79119.\n\n"
    )
    writer.write(f"waive {TORRENT} license-missing@condor-7b-weights asked the publisher")
    text = writer.write(f"unwaive {TORRENT} license-missing").text
    assert "license-missing is not waived for 79119.\nWhat is waived:\n" in text
    assert "\n  license-missing@condor-7b-weights\n" in text
    assert writer.log()[-1].outcome == "mistaken"

    writer.write(f"waive {TORRENT} license-missing for all of them")
    text = writer.write(f"unwaive {TORRENT} license-missing@condor-7b-weights").text
    assert "Waived all the same:\n  license-missing\n" in text
    assert "counts again" not in text
    assert "counts again" in writer.write(f"unwaive {TORRENT} license-missing").text


def test_no_line_of_an_answer_begins_with_words_of_a_reason(writer: Correspondence) -> None:
    reason = " ".join([f"unmute {TORRENT}"] * 12)
    writer.write(f"waive {TORRENT} license-missing {reason}")
    again = writer.write(f"waive {TORRENT} license-missing {reason}").text
    writer.write(f"mute {TORRENT} {reason}\nrecheck {TORRENT}")
    writer.application.triage_due()
    text = again + writer.write(f"status {TORRENT}").text
    assert text.count(f"unmute {TORRENT}") > 40
    assert not [line for line in text.splitlines() if line.startswith(("unmute", f"{TORRENT} u"))]


def test_a_waiver_given_again_says_that_it_stood(writer: Correspondence) -> None:
    assert "already" not in writer.write(f"waive {TORRENT} license-missing the first").text
    text = " ".join(writer.write(f"waive {TORRENT} license-missing the second").text.split())
    assert "was waived for 79119 already: Mina Maintainer: the first" in text
    status = writer.write(f"status {TORRENT}").text
    assert "the second" in status
    assert "the first" not in status

    # Under another number of the same series, too.
    writer.write(f"link {TORRENT} {VOICES}\nwaive {VOICES} license-missing the third")
    status = writer.write(f"status {TORRENT}").text
    assert status.count("the third") == 1
    assert "the second" not in status
    writer.write(f"unlink {TORRENT}")
    for issue in (TORRENT, VOICES):
        assert "the third" in writer.write(f"status {issue}").text


@pytest.mark.parametrize(("order", "end"), [("ignore", "unignore"), ("mute", "unmute")])
def test_an_issue_is_silenced_and_heard_again(writer: Correspondence, order: str, end: str) -> None:
    assert writer.states(TORRENT) == ["held"]
    assert writer.write(f"{order} {TORRENT} not worth a mail").changed
    assert writer.states(TORRENT) == ["cancelled"]
    writer.write(f"recheck {TORRENT}")
    (judged,) = writer.application.triage_due().judged
    assert judged.reply is None
    assert "says Mina Maintainer: not worth a mail" in judged.decision.reason
    listed = "79119" in writer.write("list failing").text
    assert listed == (order == "mute"), "what is ignored is not open"

    assert writer.write(f"{end} {TORRENT}").changed
    (judged,) = writer.application.triage_due().judged
    assert judged.reply is not None
    assert "is not" in writer.write(f"{end} {TORRENT}").text


def test_held_mail_is_approved_and_rejected_by_its_short_id(writer: Correspondence) -> None:
    text = writer.write("list held").text
    ids = [line.split()[0] for line in text.splitlines() if line.endswith("  moderated")]
    assert len(ids) == 3
    handled = writer.write(f"approve {ids[0]}\nreject {ids[1]} the author withdrew it\n")
    assert "Approved:" in handled.text
    assert "Rejected:" in handled.text
    assert writer.write(f"approve {ids[1]}").text.count("No held mail has the ID") == 1
    with writer.application.database.reading() as connection:
        found = {mail.state for mail in mail_in(connection, {"pending", "cancelled"})}
    assert found == {"pending", "cancelled"}


def test_hold_lets_receipts_leave_and_resume_all(writer: Correspondence) -> None:
    assert "No mail leaves" in writer.write("hold").text
    with writer.application.database.reading() as connection:
        stopped = current_pause(connection)
    assert stopped is not None
    assert not stopped.total
    assert "STOPPED" in writer.write("status").text
    assert writer.write("resume").changed
    assert "Mail is not held." in writer.write("resume").text


def test_the_operators_pause_is_not_ended_by_mail(writer: Correspondence) -> None:
    with writer.application.database.writing() as connection:
        pause(connection, "emergency", writer.now)
    assert "stopped all mail already" in writer.write("hold").text
    assert 'only "weighbridge resume" there' in writer.write("resume").text
    with writer.application.database.reading() as connection:
        stopped = current_pause(connection)
    assert stopped is not None
    assert stopped.total


def test_linked_issues_are_one_series(writer: Correspondence) -> None:
    assert "are one series" in writer.write(f"link {TORRENT} {VOICES}").text
    text = writer.write(f"status {TORRENT}").text
    assert "one series with 79115" in text
    assert "79115 v2: warn" in text
    assert "79119 v1: fail" in text
    assert "the same issue" in writer.write(f"link {TORRENT} {TORRENT}").text


def test_orders_of_issues_that_are_unlinked_are_parted(writer: Correspondence) -> None:
    assert "not linked" in writer.write(f"unlink {TORRENT}").text
    writer.write(
        f"link {TORRENT} {VOICES}\nlink {VOICES} {GOOD}\nwaive {VOICES} license-missing because"
    )
    writer.write(f"mute {VOICES}\nsubscribe {VOICES}")
    text = writer.write(f"status {TORRENT}").text
    for words in ("one series with 79108, 79115", "79115 is muted", "waived lic", "subscribed: 1"):
        assert words in text

    handled = writer.write(f"unlink {TORRENT}")
    assert handled.changed
    assert "no longer count for 79108, 79115," in " ".join(handled.text.split())
    assert "Their threads stay one" in " ".join(handled.text.split())
    text = writer.write(f"status {TORRENT}").text
    for words in ("one series", "muted", "waived", "subscribed"):
        assert words not in text
    text = writer.write(f"status {GOOD}").text
    assert "one series with 79115\n" in text
    assert "79115 is muted" in text

    # What was waived for the others counts for it no longer.
    writer.write(f"recheck {TORRENT}")
    reports = {one.report.issue: one.report for one in writer.application.triage_due().judged}
    assert reports[TORRENT].verdict == "fail"
    assert "unlink 79108" in writer.write(f"link {GOOD} {TORRENT}").text


def test_a_stranger_may_ask_and_not_change(writer: Correspondence) -> None:
    handled = writer.write(f"status {TORRENT}\nmute {TORRENT}\n", "stefan@example.net", None)
    assert handled.ending == "answered"
    assert "mute takes a maintainer" in handled.text
    assert writer.states(TORRENT) == ["held"]
    assert [entry.outcome for entry in writer.log()[-2:]] == ["told", "refused"]


def test_refusals_are_few(writer: Correspondence) -> None:
    order = f"mute {TORRENT}"
    assert writer.write(order, "a@example.net", None).ending == "refused"
    assert writer.write(order, "a@example.net", None).ending == "silent"
    assert writer.write(order, "b@example.net", None).ending == "refused"
    assert writer.write(order, "c@example.net", None).ending == "silent", "the domain has had two"
    writer.now += timedelta(days=1, minutes=1)
    assert writer.write(order, "a@example.net", None).ending == "refused"


def test_answers_to_one_sender_are_bounded_and_those_to_maintainers_are_not(
    writer: Correspondence,
) -> None:
    endings = [writer.write("status", "a@example.net", None).ending for _ in range(6)]
    assert endings == ["answered"] * 5 + ["silent"]
    assert "answers to this sender" in writer.log()[-1].detail
    assert {writer.write("status").ending for _ in range(12)} == {"answered"}


@pytest.mark.parametrize(
    ("proven", "says"),
    [({"may_change": False}, "takes a signature"), ({"names_bot": False}, "must say whom")],
)
def test_a_proof_that_covers_too_little_changes_nothing(
    writer: Correspondence, proven: dict[str, Any], says: str
) -> None:
    handled = writer.write(f"mute {TORRENT}", **proven)
    assert says in handled.text
    assert handled.ending == "refused"
    assert writer.states(TORRENT) == ["held"]
    assert writer.write("@weighbridge status", **proven).ending == "answered"


def test_the_name_in_the_line_says_whom_it_is_for(writer: Correspondence) -> None:
    assert writer.write(f"@weighbridge mute {TORRENT}", names_bot=False).changed


def test_what_is_signed_is_done_once(writer: Correspondence) -> None:
    assert writer.write(f"mute {TORRENT}", nonce="the same").changed
    assert writer.write(f"unmute {TORRENT}").changed
    again = writer.write(f"mute {TORRENT}", nonce="the same")
    assert (again.ending, again.text) == ("silent", "")
    assert "copy" in writer.log()[-1].detail


def test_nobody_uses_up_the_message_id_of_another_at_the_same_domain(
    writer: Correspondence,
) -> None:
    writer.write("help", "eve@example.org", None)
    writer.number -= 1
    assert writer.write(f"mute {TORRENT}", nonce="another").changed


def test_a_copy_of_which_less_is_proven_leaves_the_whole_one_good(writer: Correspondence) -> None:
    assert not writer.write(f"mute {TORRENT}", nonce="one", may_change=False).changed
    writer.number -= 1
    assert writer.write(f"mute {TORRENT}", nonce="one").changed


def test_slips_are_answered_and_refusals_past_the_limit_are_ignored(
    writer: Correspondence,
) -> None:
    assert [writer.write("statsu", "a@example.net", None).ending for _ in range(3)] == (
        ["answered"] * 3
    )
    for _ in range(2):
        writer.write(f"mute {TORRENT}", "a@example.net", None)
    assert [entry.outcome for entry in writer.log()[-2:]] == ["refused", "ignored"]


def test_only_what_changed_something_is_kept_for_good(writer: Correspondence) -> None:
    writer.write(f"status\nmute {TORRENT}\nstatus 1")
    with writer.application.database.writing() as connection:
        forget_asked(connection, writer.now + timedelta(days=1))
    assert [entry.outcome for entry in writer.log()] == ["done"]


def test_subscriptions_are_bounded(writer: Correspondence) -> None:
    most = DEFAULT_LIMITS.subscriptions_per_issue
    with writer.application.database.writing() as connection:
        for number in range(most):
            subscribe(connection, TORRENT, f"a{number}@example.net", False, writer.now)
        for issue in range(1, DEFAULT_LIMITS.subscriptions_per_address + 1):
            subscribe(connection, issue, "mina@example.org", False, writer.now)
    text = writer.write(f"subscribe {TORRENT}", "late@example.net", None).text
    assert f"{most} others are subscribed" in text
    assert "as many as one may have" in writer.write(f"subscribe {VOICES}").text


@pytest.mark.parametrize("days", [-4, 4])
def test_what_was_signed_long_ago_or_ahead_is_ignored(writer: Correspondence, days: int) -> None:
    handled = writer.write(f"mute {TORRENT}", signed_at=writer.now + timedelta(days=days))
    assert handled.ending == "silent"
    assert writer.log()[-1].outcome == "ignored"
    assert writer.states(TORRENT) == ["held"]


def test_who_is_not_proven_is_not_answered(writer: Correspondence) -> None:
    raw = b"From: Mina <mina@example.org>\nMessage-ID: <x@example.org>\n\nmute 79119\n"
    message = parse_message(raw, OwnIdentity(("bot@example.org",)))
    handled = writer.deal_with(AskedMail(message, True, Unproven("no signature"), None))
    assert handled.text == ""
    assert writer.states(TORRENT) == ["held"]
    entry = writer.log()[-1]
    assert (entry.outcome, entry.who) == ("ignored", "Mina <mina@example.org> (not proven)")


def test_a_mail_without_commands_leaves_no_trace(writer: Correspondence) -> None:
    assert writer.write("Agreed, let us do that.\n", direct=False).ending == "silent"
    assert writer.log() == ()


def test_a_key_whose_mail_came_from_elsewhere_is_answered_at_its_owners_address(
    writer: Correspondence,
) -> None:
    handled = writer.write("@weighbridge status", address="", by="ABCD")
    assert handled.asker is not None
    assert handled.asker.address == "mina@example.org"


def test_who_subscribes_hears_of_the_next_result_once(writer: Correspondence) -> None:
    writer.write(f"subscribe {TORRENT}", "sub@example.net", None)
    assert "already" in writer.write(f"subscribe {TORRENT}", "sub@example.net", None).text
    writer.write(f"waive {TORRENT} license-missing because")
    writer.application.triage_due()
    writer.write(f"recheck {TORRENT}")
    writer.application.triage_due()
    with writer.application.database.reading() as connection:
        news = [mail for mail in mail_in(connection, set(State)) if mail.kind == "news"]
    to = sorted(mail.person for mail in news)
    assert to == ["mina@example.org", "sub@example.net"], "each of what each has asked for"
    (told,) = [mail for mail in news if mail.person == "sub@example.net"]
    assert b"license-missing" in told.content or b"no licence" in told.content
    assert writer.write(f"unsubscribe {TORRENT}", "sub@example.net", None).ending == "answered"
