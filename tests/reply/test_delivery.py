# SPDX-License-Identifier: GPL-3.0-or-later
"""The outbox against a server that fails at every stage: nothing lost, nothing said twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.reply.decide import Manners
from bot.reply.delivery import Delivery, DeliveryOutcome, DeliveryRules, retry_delay
from bot.reply.outbox import OutboxError, State, approve, bounced, confirm, move, reject, requeue
from bot.reply.release import approve_within, release_held
from bot.reply.sink import Sink
from bot.reply.smtp import SmtpServer, SmtpSink
from bot.store.control import pause
from bot.store.cursors import note_polled, open_cursor
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.outbox import StoredMail, insert_mail, mail_by_id, transitions_of
from tests.reply.made import NOW
from tests.servers.faulty_smtp import Fault, FaultySmtp

RULES = DeliveryRules(
    confirm_wait=timedelta(hours=1),
    watched=(),
    attempts=4,
    first_retry=timedelta(minutes=1),
    longest_retry=timedelta(minutes=5),
)
TRACKER = "70001@debbugs.gnu.org"
PERSON = "ada@example.net"


class Bench:
    """An outbox, a server and a clock."""

    def __init__(self, database: Database, server: FaultySmtp) -> None:
        self.database = database
        self.server = server
        self.now = NOW

    def clock(self) -> datetime:
        return self.now

    def put(self, name: str = "m1", **changes: object) -> str:
        message_id = f"weighbridge.{name}@example.org"
        content = f"From: bot@example.org\r\nMessage-ID: <{message_id}>\r\n\r\nText\r\n"
        values: dict[str, object] = {
            "message_id": message_id,
            "kind": "reply",
            "thread_key": "t",
            "series_key": "s",
            "issue": 70001,
            "revision": 1,
            "report_id": None,
            "person": PERSON,
            "sender": "",
            "recipients": (TRACKER, PERSON),
            "remaining": (TRACKER, PERSON),
            "subject": "Re: x",
            "content": content.encode(),
            "state": State.PENDING,
            "hold": "",
            "reason": "first",
            "attempts": 0,
            "created_at": self.now,
            "queued_at": self.now,
            "due_at": self.now,
        }
        with self.database.writing() as connection:
            assert insert_mail(connection, StoredMail(**{**values, **changes}))  # type: ignore[arg-type]
        return message_id

    def deliver(
        self, worker: str = "w1", sink: Sink | None = None, rules: DeliveryRules = RULES
    ) -> DeliveryOutcome:
        smtp = SmtpSink(SmtpServer("127.0.0.1", self.server.port, "none", timeout=5))
        return Delivery(self.database, sink or smtp, rules, self.clock, worker).deliver_once()

    def mail(self, message_id: str) -> StoredMail:
        with self.database.reading() as connection:
            found = mail_by_id(connection, message_id)
        assert found is not None
        return found

    def history(self, message_id: str) -> list[str]:
        with self.database.reading() as connection:
            return [change.state_after for change in transitions_of(connection, message_id)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = Database(f"sqlite:///{tmp_path}/outbox.db")
    upgrade(database, NOW)
    with FaultySmtp().serving() as server:
        yield Bench(database, server)
    database.close()


def test_a_mail_is_sent_once(bench: Bench) -> None:
    mail = bench.put()
    assert bench.deliver().sent == (mail,)
    assert bench.deliver() == DeliveryOutcome()
    assert bench.server.taken == [(mail, (TRACKER, PERSON))]
    assert bench.history(mail) == ["pending", "sending", "sent"]


@pytest.mark.parametrize(
    "fault", [Fault.SENDER_LATER, Fault.CONTENT_LATER, Fault.HANG_UP_AT_RECIPIENT]
)
def test_refused_for_now_it_is_tried_again_later(bench: Bench, fault: Fault) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: fault
    assert [name for name, _ in bench.deliver().retried] == [mail]
    assert bench.mail(mail).state == State.PENDING
    assert timedelta(minutes=1) <= bench.mail(mail).due_at - NOW <= timedelta(minutes=2)
    bench.server.next_fault = lambda: Fault.NONE
    assert bench.deliver() == DeliveryOutcome()
    bench.now += timedelta(minutes=2)
    assert bench.deliver().sent == (mail,)
    assert bench.server.copies() == {mail: 1}


def test_given_up_after_so_many_attempts_and_sent_again_by_hand(bench: Bench) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: Fault.CONTENT_LATER
    for _ in range(RULES.attempts):
        outcome = bench.deliver()
        bench.now += timedelta(hours=1)
    assert outcome.failed == ((mail, "content refused: 452 4.3.1 disk full"),)
    assert bench.deliver() == DeliveryOutcome()
    bench.server.next_fault = lambda: Fault.NONE
    with bench.database.writing() as connection:
        requeue(connection, mail, "the disk is empty again", bench.now)
    assert bench.deliver().sent == (mail,)


@pytest.mark.parametrize(
    "fault", [Fault.SENDER_REFUSED, Fault.CONTENT_REFUSED, Fault.RECIPIENTS_REFUSED]
)
def test_refused_for_good_it_has_failed(bench: Bench, fault: Fault) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: fault
    assert [name for name, _ in bench.deliver().failed] == [mail]
    assert bench.mail(mail).state == State.FAILED
    assert bench.mail(mail).reason.partition(": ")[2]


def test_one_recipient_later_gets_it_later_and_alone(bench: Bench) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: Fault.FIRST_RECIPIENT_LATER
    bench.deliver()
    assert bench.server.taken == [(mail, (PERSON,))]
    bench.server.next_fault = lambda: Fault.NONE
    bench.now += timedelta(minutes=2)
    assert bench.deliver().sent == (mail,)
    assert bench.server.taken == [(mail, (PERSON,)), (mail, (TRACKER,))]


def test_one_recipient_refused_for_good_is_noted(bench: Bench) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: Fault.FIRST_RECIPIENT_REFUSED
    assert bench.deliver().sent == (mail,)
    assert f"not for {TRACKER}: 550" in bench.mail(mail).reason


@pytest.mark.parametrize("fault", [Fault.HANG_UP_BEFORE_TAKING, Fault.HANG_UP_AFTER_TAKING])
def test_cut_off_after_the_content_the_archive_is_watched_first(bench: Bench, fault: Fault) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: fault
    bench.deliver()
    bench.server.next_fault = lambda: Fault.NONE
    bench.now += timedelta(minutes=59)
    assert bench.deliver() == DeliveryOutcome()
    assert bench.mail(mail).state == State.SENDING


def test_seen_in_the_archive_it_is_not_sent_again(bench: Bench) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: Fault.HANG_UP_AFTER_TAKING
    bench.deliver()
    bench.now += timedelta(minutes=20)
    with bench.database.writing() as connection:
        assert confirm(connection, mail, "archive", bench.now)
        assert not confirm(connection, mail, "archive", bench.now)
    bench.now += timedelta(days=1)
    assert bench.deliver() == DeliveryOutcome()
    assert bench.server.copies() == {mail: 1}
    assert bench.history(mail) == ["pending", "sending", "confirmed"]


def test_not_seen_in_the_archive_it_is_sent_again_under_the_same_name(bench: Bench) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: Fault.HANG_UP_BEFORE_TAKING
    bench.deliver()
    bench.server.next_fault = lambda: Fault.NONE
    bench.now += timedelta(minutes=61)
    assert bench.deliver().sent == (mail,)
    assert bench.server.copies() == {mail: 1}


def test_an_archive_that_was_not_read_since_tells_nothing(bench: Bench) -> None:
    rules, mail = replace(RULES, watched=("archive",)), bench.put()
    bench.server.next_fault = lambda: Fault.HANG_UP_BEFORE_TAKING
    bench.deliver(rules=rules)
    bench.server.next_fault = lambda: Fault.NONE
    attempted, bench.now = bench.now, bench.now + timedelta(days=2)
    assert bench.deliver(rules=rules) == DeliveryOutcome()
    with bench.database.writing() as connection:
        open_cursor(connection, "archive", None, bench.now)
        note_polled(connection, "archive", attempted + timedelta(minutes=59))
    assert bench.deliver(rules=rules) == DeliveryOutcome()
    with bench.database.writing() as connection:
        note_polled(connection, "archive", attempted + timedelta(minutes=61))
    assert bench.deliver(rules=rules).sent == (mail,)


def test_a_process_that_dies_while_sending_leaves_the_mail_to_the_next(bench: Bench) -> None:
    mail = bench.put()
    with bench.database.writing() as connection:
        found = mail_by_id(connection, mail)
        assert found is not None
        move(
            connection,
            found,
            State.SENDING,
            "attempt 1",
            bench.now,
            attempts=1,
            claimed_by="dead",
            claimed_until=bench.now + RULES.lease,
            due_at=bench.now + RULES.confirm_wait,
        )
    assert bench.deliver("other") == DeliveryOutcome()
    bench.now += timedelta(hours=1, minutes=1)
    assert bench.deliver("other").sent == (mail,)


def test_a_late_answer_is_waited_for(bench: Bench) -> None:
    mail = bench.put()
    bench.server.next_fault = lambda: Fault.LATE
    assert bench.deliver().sent == (mail,)


def test_a_server_that_is_down_costs_no_attempt(bench: Bench) -> None:
    mail = bench.put()
    down = SmtpSink(SmtpServer("127.0.0.1", 1, "none"))
    for _ in range(10):
        assert "cannot be used" in bench.deliver(sink=down).unavailable
    assert bench.mail(mail).attempts == 0
    assert bench.deliver().sent == (mail,)


def test_one_bad_mail_does_not_hold_up_the_others(bench: Bench) -> None:
    bad, good = bench.put("bad"), bench.put("good")
    faults = iter([Fault.HANG_UP_AT_RECIPIENT])
    bench.server.next_fault = lambda: next(faults, Fault.NONE)
    assert [name for name, _ in bench.deliver().retried] == [bad]
    assert bench.deliver().sent == (good,)


def test_a_mail_that_bounced_can_be_sent_again(bench: Bench) -> None:
    mail = bench.put()
    bench.deliver()
    with bench.database.writing() as connection:
        assert bounced(connection, mail, (PERSON,), "no such user", bench.now)
        assert bench_state(connection, mail) == State.SENT
        assert bounced(connection, mail, (PERSON, TRACKER), "no such host", bench.now)
        assert bench_state(connection, mail) == State.FAILED
        assert not bounced(connection, "unknown", (PERSON,), "", bench.now)
        requeue(connection, mail, "by hand", bench.now)
    assert bench.deliver().sent == (mail,)
    assert bench.server.taken == 2 * [(mail, (TRACKER, PERSON))]


def bench_state(connection: Connection, message_id: str) -> str:
    found = mail_by_id(connection, message_id)
    assert found is not None
    return found.state


def test_a_pause_stops_it(bench: Bench) -> None:
    bench.put()
    with bench.database.writing() as connection:
        pause(connection, "too loud", bench.now)
    assert bench.deliver() == DeliveryOutcome()
    assert bench.server.taken == []


def test_only_what_is_held_can_be_approved_or_rejected(bench: Bench) -> None:
    held = bench.put("held", state=State.HELD, hold="moderated", queued_at=None)
    sent = bench.put("sent")
    bench.deliver()
    with bench.database.writing() as connection:
        for decision in (approve, reject):
            with pytest.raises(OutboxError, match="is sent, not held"):
                decision(connection, sent, "", bench.now)
            with pytest.raises(OutboxError, match="no mail nothing"):
                decision(connection, "nothing", "", bench.now)
        approve(connection, f"<{held}>", "fine", bench.now)
    assert bench.deliver().sent == (held,)


def test_a_copy_that_bounces_after_the_archive_has_shown_the_mail(bench: Bench) -> None:
    mail = bench.put()
    bench.deliver()
    with bench.database.writing() as connection:
        assert confirm(connection, mail, "archive", bench.now)
        assert bounced(connection, mail, (PERSON,), "no such user", bench.now)
        assert bench_state(connection, mail) == State.CONFIRMED
        assert transitions_of(connection, mail)[-1].reason == "bounced: no such user"


def test_a_failed_mail_can_be_given_up(bench: Bench) -> None:
    bench.server.next_fault = lambda: Fault.CONTENT_REFUSED
    mail = bench.put()
    bench.deliver()
    with bench.database.writing() as connection:
        reject(connection, mail, "it was nothing", bench.now)
        assert bench_state(connection, mail) == State.CANCELLED
        with pytest.raises(OutboxError, match="is cancelled, not failed"):
            requeue(connection, mail, "", bench.now)


def test_what_is_approved_keeps_to_the_limits_too(bench: Bench) -> None:
    held = [bench.put(name, state=State.HELD, hold="moderated", queued_at=None) for name in "ab"]
    manners = Manners(False, None, True, 1, 100, 100, 100)
    with bench.database.writing() as connection:
        limits = [approve_within(connection, mail, manners, "fine", bench.now) for mail in held]
        assert limits == ["", "1 mails in the last hour, the limit is 1"]
        assert release_held(connection, manners, bench.now) == ()
    assert bench.deliver().sent == (held[0],)
    bench.now += timedelta(minutes=61)
    with bench.database.writing() as connection:
        assert release_held(connection, manners, bench.now) == (held[1],)
    assert bench.deliver().sent == (held[1],)


def test_approved_twice_it_leaves_whatever_the_limit(bench: Bench) -> None:
    held = bench.put("held", state=State.HELD, hold="moderated", queued_at=None)
    nothing = Manners(False, None, True, 0, 0, 0, 0)
    with bench.database.writing() as connection:
        assert approve_within(connection, held, nothing, "fine", bench.now)
        assert not approve_within(connection, f"<{held}>", nothing, "now", bench.now)
        with pytest.raises(OutboxError, match="no mail nothing"):
            approve_within(connection, "nothing", nothing, "", bench.now)
    assert bench.deliver().sent == (held,)


def test_waiting_doubles_up_to_a_bound() -> None:
    waits = [retry_delay(attempt, RULES, lambda _: 0) for attempt in range(1, 8)]
    assert [wait / timedelta(minutes=1) for wait in waits] == [1, 2, 4, 5, 5, 5, 5]
    assert retry_delay(1, RULES, lambda most: most - 1) < timedelta(seconds=75)
    assert retry_delay(10_000, RULES, lambda _: 0) == timedelta(minutes=5)


def test_any_run_of_faults_ends_with_each_mail_once(bench: Bench) -> None:
    """A day of random faults; of all faults only one can double a mail, and it is counted."""
    chance = random.Random(4)  # noqa: S311
    passing = [
        Fault.NONE,
        Fault.SENDER_LATER,
        Fault.CONTENT_LATER,
        Fault.HANG_UP_AT_RECIPIENT,
        Fault.HANG_UP_BEFORE_TAKING,
        Fault.HANG_UP_AFTER_TAKING,
    ]
    bench.server.next_fault = lambda: chance.choice(passing)
    mails = {bench.put(f"m{number}") for number in range(15)}
    for _ in range(400):
        bench.deliver()
        bench.now += timedelta(minutes=10)
        seen = list(bench.server.copies())
        with bench.database.writing() as connection:
            for message_id in seen:  # the archive shows what was kept, within ten minutes
                confirm(connection, message_id, "archive", bench.now)
    states = {bench.mail(mail).state for mail in mails}
    assert states <= {State.CONFIRMED, State.FAILED}
    assert set(bench.server.copies().values()) == {1}
    failed = {mail for mail in mails if bench.mail(mail).state == State.FAILED}
    assert mails - failed == set(bench.server.copies())
