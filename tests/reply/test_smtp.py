# SPDX-License-Identifier: GPL-3.0-or-later
"""Handing mail to a real Postfix: TLS, logins, refusals, sizes, several mails on one line."""

from __future__ import annotations

import asyncio
import email
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.reply.compose import Answer, compose
from bot.reply.sink import Attempt, Ending, SinkUnavailableError
from bot.reply.smtp import SmtpServer, SmtpSink
from tests.reply.made import LETTERHEAD, NOW, series
from tests.servers.postfix import Postfix, postfix_server

MAIL = compose(series(), Answer("Verdict: päss.\n.\n", "pass", "guix"), LETTERHEAD, NOW)
TRACKER = "70001@debbugs.gnu.org"


@pytest.fixture(scope="module")
def strict_postfix() -> Iterator[Postfix]:
    """Yield a Postfix that knows two recipients only."""
    with postfix_server(recipients=[TRACKER, "ädä@example.net"]) as server:
        yield server


def relay(postfix: Postfix) -> SmtpServer:
    return SmtpServer("127.0.0.1", postfix.relay, "none")


def submission(postfix: Postfix) -> SmtpServer:
    return SmtpServer(
        host="localhost",
        port=postfix.submission,
        security="starttls",
        username="bot",
        password="s3cret",
        ca_file=postfix.certificate.certificate,
    )


def hand_over(server: SmtpServer, *recipients: str, content: bytes = MAIL.content) -> Attempt:
    async def work() -> Attempt:
        async with SmtpSink(server).session() as session:
            return await session.hand_over(MAIL.message_id, MAIL.sender, recipients, content)

    return asyncio.run(work())


def test_starttls_and_login_deliver_the_mail_as_it_is(postfix: Postfix) -> None:
    attempt = hand_over(submission(postfix), TRACKER, "ada@example.net")
    assert attempt.ending is Ending.ACCEPTED
    assert attempt.later == attempt.refused == ()
    for recipient in (TRACKER, "ada@example.net"):
        (raw,) = postfix.wait_for(recipient, 1)
        assert raw.endswith(MAIL.content.replace(b"\r\n", b"\n"))
        assert email.message_from_bytes(raw)["Return-Path"] == "<bounces@example.org>"


def test_many_mails_over_one_connection(postfix: Postfix) -> None:
    async def work() -> list[Attempt]:
        async with SmtpSink(relay(postfix)).session() as session:
            return [
                await session.hand_over(str(number), "", (TRACKER,), MAIL.content)
                for number in range(20)
            ]

    assert {one.ending for one in asyncio.run(work())} == {Ending.ACCEPTED}
    assert len(postfix.wait_for(TRACKER, 20)) == 20
    assert postfix.wait_for_log("mail=20 rcpt=20")


def test_a_wrong_password_makes_the_server_unavailable(postfix: Postfix) -> None:
    with pytest.raises(SinkUnavailableError, match="refuses the login of bot: 535") as caught:
        hand_over(replace(submission(postfix), password="wr0ng"), TRACKER)
    assert "wr0ng" not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for_is_refused(postfix: Postfix) -> None:
    with pytest.raises(SinkUnavailableError, match="certificate"):
        hand_over(replace(submission(postfix), ca_file=None), TRACKER)
    assert postfix.everything() == {}


def test_a_certificate_for_another_name_is_refused(postfix: Postfix) -> None:
    with pytest.raises(SinkUnavailableError, match=r"[Hh]ostname|certificate"):
        hand_over(replace(submission(postfix), host="127.1"), TRACKER)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(SinkUnavailableError, match=r"127\.0\.0\.1:1 cannot be used"):
        hand_over(SmtpServer("127.0.0.1", 1, "starttls"), TRACKER)


def test_some_recipients_refused(strict_postfix: Postfix) -> None:
    attempt = hand_over(relay(strict_postfix), TRACKER, "nobody@example.net")
    assert attempt.ending is Ending.ACCEPTED
    assert attempt.refused == ("nobody@example.net",)
    assert "not for nobody@example.net: 550" in attempt.reason


def test_all_recipients_refused(strict_postfix: Postfix) -> None:
    attempt = hand_over(relay(strict_postfix), "nobody@example.net")
    assert attempt.ending is Ending.REFUSED
    assert "550" in attempt.reason


def test_an_address_beyond_ascii(strict_postfix: Postfix) -> None:
    attempt = hand_over(relay(strict_postfix), "ädä@example.net")
    assert attempt.ending is Ending.ACCEPTED, attempt.reason
    assert strict_postfix.wait_for_log(r"to=<ädä@example\.net>.* status=sent ")


def test_more_than_the_server_takes_is_not_even_tried(postfix: Postfix) -> None:
    attempt = hand_over(relay(postfix), TRACKER, content=b"x" * 30_000_001)
    assert attempt.ending is Ending.REFUSED
    assert "more than the server takes (30000000)" in attempt.reason
