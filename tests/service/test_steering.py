# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails with commands are dealt with once, whatever goes wrong meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.application import Application, open_application
from bot.mail.message import Message
from bot.service.steering import Senders
from bot.store.audit import entries_of
from bot.store.command_mails import count_waiting_commands, keep_command_mail
from bot.store.orders import subscribe
from bot.store.outbox import mail_in
from bot.trust.proof import Method, Proof, Unproven
from tests.service.archive import MAILS, Archive, Clock

Prove = Callable[[bytes, Message], Proof | Unproven]


@dataclass(frozen=True)
class Mina:
    """The maintainer."""

    name: str = "Mina"
    addresses: tuple[str, ...] = ("mina@example.org",)


def command(text: str, number: int = 1, **more: str) -> bytes:
    fields = {
        "From": "Mina <mina@example.org>",
        "To": "bot@example.org",
        "Subject": "commands",
        "Message-ID": f"<{number}@example.org>",
        "Date": "Fri, 14 Nov 2025 12:00:00 +0000",
    } | {name.replace("_", "-"): value for name, value in more.items()}
    return "".join(f"{name}: {value}\n" for name, value in fields.items()).encode() + (
        b"\n" + text.encode()
    )


class Believing:
    """Takes every sender for who they say, unless told otherwise."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.answers: list[Unproven | Exception] = []
        """What comes first, one for each mail looked at."""
        self.asked = 0

    def __call__(self, raw: bytes, message: Message) -> Proof | Unproven:
        del raw
        self.asked += 1
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return Proof(
            method=Method.DKIM,
            address=message.author.email,
            by="example.org",
            text=message.body,
            nonce=message.message_id,
            signed_at=self.clock(),
            may_change=True,
            names_bot=True,
        )


@dataclass
class Bot:
    """A bot with everything in reach."""

    application: Application
    archive: Archive
    clock: Clock
    prove: Believing

    def put(self, *mails: bytes) -> None:
        self.archive.put(mails)
        self.application.poll_once()

    def answers(self) -> list[bytes]:
        with self.application.database.reading() as connection:
            found = mail_in(connection, {"pending", "sent"})
            return [mail.content for mail in found if mail.kind in ("answer", "receipt")]

    def waiting(self) -> int:
        with self.application.database.reading() as connection:
            return count_waiting_commands(connection)

    def outcomes(self) -> list[str]:
        with self.application.database.reading() as connection:
            return [entry.outcome for entry in entries_of(connection)]


@pytest.fixture(params=["sqlite", "postgresql"])
def bot(request: pytest.FixtureRequest, archive: Archive) -> Iterator[Bot]:
    """Yield a bot that takes commands."""
    changes: dict[str, object] = {"steering": {}}
    if request.param == "postgresql":
        changes["database"] = request.getfixturevalue("postgresql_url")
    clock = Clock()
    prove = Believing(clock)
    senders = Senders(prove, lambda _proof: Mina())
    config = archive.config("live", **changes)
    with open_application(config, clock, senders=senders) as application:
        yield Bot(application, archive, clock, prove)


def test_one_mail_is_answered_once(bot: Bot) -> None:
    bot.put(command("status\n"))
    for _ in range(2):
        bot.application.steer()
    (answer,) = bot.answers()
    assert b"In-Reply-To: <1@example.org>" in answer
    assert bot.waiting() == 0


def test_what_is_no_command_mail_is_not_kept(bot: Bot) -> None:
    bot.put(
        *MAILS["06-torrent-without-licence"],
        command("status\n", To="somebody@example.org"),
        command("status\n", 2, To="bot@example.org, guix-patches@gnu.org"),
        command("status\n", 3, Auto_Submitted="auto-replied"),
        command("status\n", 4, Precedence="bulk"),
        command("@weighbridge status\n", 5, X_Weighbridge="0.1.0; answer"),
        command("> @weighbridge status\n", 6, To="79119@debbugs.gnu.org"),
    )
    assert bot.waiting() == 0


def test_the_copy_that_proves_its_sender_counts_whichever_comes_first(bot: Bot) -> None:
    bot.prove.answers = [Unproven("the subject was rewritten")]
    bot.put(command("@weighbridge hold\n", Precedence="list", Subject="[bug#1] commands"))
    bot.application.steer()
    assert bot.answers() == []
    bot.put(command("@weighbridge hold\n"))
    bot.application.steer()
    assert len(bot.answers()) == 1
    bot.put(command("@weighbridge hold\n", X_Third="copy"))
    bot.application.steer()
    assert len(bot.answers()) == 1
    assert bot.outcomes() == ["ignored", "done", "ignored"]


def test_a_resolver_that_is_out_of_reach_is_asked_again(bot: Bot) -> None:
    bot.prove.answers = [Unproven("the DNS does not answer", temporary=True)] * 2
    bot.put(command("status\n"))
    for _ in range(3):
        bot.application.steer()
    assert len(bot.answers()) == 1


def test_waiting_for_the_dns_is_no_failed_attempt(bot: Bot) -> None:
    silence = [Unproven("the DNS does not answer", temporary=True)] * 6
    bot.prove.answers = [*silence, RuntimeError("once")]
    bot.put(command("status\n"))
    for _ in range(8):
        bot.application.steer()
    assert len(bot.answers()) == 1


def test_after_hours_a_sender_who_cannot_be_proven_is_nobody(bot: Bot) -> None:
    bot.prove.answers = [Unproven("the DNS does not answer", temporary=True)] * 2
    bot.put(command("status\n"))
    bot.application.steer()
    bot.clock.now += timedelta(hours=7)
    bot.application.steer()
    assert bot.answers() == []
    assert bot.waiting() == 0
    assert bot.outcomes() == ["ignored"]


def test_a_mail_that_breaks_something_does_not_hold_up_the_others(bot: Bot) -> None:
    bot.prove.answers = [RuntimeError("a library fell over")]
    bot.put(command("status\n"))
    bot.put(command("list open\n", 2))
    outcome = bot.application.steer()
    assert "a library fell over" in outcome.failures[0][1]
    assert len(bot.answers()) == 1
    bot.application.steer()
    assert len(bot.answers()) == 2


def test_what_breaks_always_is_given_up(bot: Bot) -> None:
    bot.prove.answers = [RuntimeError("for ever") for _ in range(20)]
    bot.put(command("status\n"))
    for _ in range(6):
        bot.application.steer()
    assert bot.waiting() == 0
    assert bot.prove.asked == 5


def test_what_cannot_be_read_any_more_is_done_with_in_silence(bot: Bot) -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(100)
    )
    with bot.application.database.writing() as connection:
        content = b"From: mina@example.org\nMIME-Version: 1.0\n" + deep
        keep_command_mail(connection, "1@example.org", "archive", content, bot.clock())
    outcome = bot.application.steer()
    assert (outcome.failures, outcome.letters, bot.prove.asked) == ((), (), 0)
    assert (bot.waiting(), bot.outcomes()) == (0, [])


def test_several_processes_answer_once(bot: Bot) -> None:
    bot.put(*(command("status\n", number) for number in range(8)))
    threads = [threading.Thread(target=bot.application.steer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bot.answers()) == 8
    assert bot.outcomes() == ["told"] * 8


def test_answers_take_half_of_what_may_leave(archive: Archive) -> None:
    clock = Clock()
    senders = Senders(Believing(clock), lambda _proof: None)
    limits = {"per_hour": 6, "per_day": 20}
    config = archive.config("live", steering={}, mail_limits=limits)
    with open_application(config, clock, senders=senders) as application:
        archive.put([command("status\n", number) for number in range(5)])
        archive.put(MAILS["06-torrent-without-licence"])
        outcome = application.run_once()
    assert len(outcome.letters) == 3
    assert len(outcome.replies) == 1
    assert len(archive.sent_mails()) == 4, "the reply to the list still leaves"


def test_a_rehearsal_keeps_to_the_limits(archive: Archive) -> None:
    clock = Clock()
    senders = Senders(Believing(clock), lambda _proof: None)
    limits = {"per_hour": 6, "per_day": 20}
    config = archive.config("dry-run", steering={}, mail_limits=limits)
    with open_application(config, clock, senders=senders) as application:
        with application.database.writing() as connection:
            for number in range(3):
                address = f"reader{number}@example.net"
                subscribe(connection, 79119, address, once=False, now=clock())
        archive.put([command("status\n", number) for number in range(2)])
        archive.put(MAILS["06-torrent-without-licence"])
        first = application.run_once().letters
        archive.put([command("status\n", number) for number in range(2, 4)])
        later = application.run_once().letters
    assert [(one.kind, bool(one.held_by_limit)) for one in first] == [
        ("answer", False),
        ("answer", False),
        ("news", False),
        ("news", True),
        ("news", True),
    ]
    assert later == (), "past half of the limit no stranger is answered"


def test_news_wait_for_what_goes_to_the_list(archive: Archive) -> None:
    clock = Clock()
    limits = {"per_hour": 6, "per_day": 20}
    config = archive.config("live", steering={}, mail_limits=limits)
    with open_application(config, clock) as application:
        with application.database.writing() as connection:
            for number in range(9):
                address = f"reader{number}@example.net"
                subscribe(connection, 79119, address, once=False, now=clock())
        archive.put(MAILS["06-torrent-without-licence"])
        application.run_once()
        archive.put(MAILS["03-vosk-model"])
        application.run_once()
        to = [mail["To"] for mail in archive.sent_mails()]
        assert "79119@debbugs.gnu.org" in to
        assert "79108@debbugs.gnu.org" in to
        assert sum("reader" in one for one in to) == 3
        with application.database.reading() as connection:
            assert len(mail_in(connection, {"held"})) == 6
        clock.now += timedelta(hours=1, minutes=1)
        application.run_once()
        assert sum("reader" in mail["To"] for mail in archive.sent_mails()) == 6


def test_old_commands_are_forgotten_and_what_was_signed_is_not_too_early(bot: Bot) -> None:
    bot.put(command("hold\n"))
    bot.application.steer()
    bot.application.daily()
    bot.clock.now += timedelta(days=100)
    bot.application.daily()
    bot.prove.clock = Clock(bot.clock())
    bot.put(command("hold\n", X_Copy="1"))
    bot.application.steer()
    assert bot.outcomes()[-1] == "ignored", "the nonce is known as long as mail is kept"


def test_a_rehearsal_answers_nobody(archive: Archive) -> None:
    clock = Clock()
    senders = Senders(Believing(clock), lambda _proof: None)
    config = archive.config("dry-run", steering={})
    with open_application(config, clock, senders=senders) as application:
        archive.put([command("status\n")])
        outcome = application.run_once()
        assert len(outcome.letters) == 1
        with application.database.reading() as connection:
            assert {mail.state for mail in mail_in(connection, {"rehearsed", "pending"})} == {
                "rehearsed"
            }
    assert archive.sent_mails() == []


def test_without_the_table_no_commands_are_taken(archive: Archive) -> None:
    with open_application(archive.config("live"), Clock()) as application:
        archive.put([command("@weighbridge status\n")])
        assert application.run_once().letters == ()
        with application.database.reading() as connection:
            assert count_waiting_commands(connection) == 0
