# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounces as a real Postfix writes them, and as strangers might."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS
from bot.reply.compose import Answer, compose
from bot.reply.sink import Ending
from bot.reply.smtp import SmtpServer, SmtpSink
from bot.service.bounces import Bounce, read_bounce
from tests.reply.made import LETTERHEAD, NOW, series
from tests.servers.postfix import Postfix

MAIL = compose(series(), Answer("Verdict: pass.\n", "pass", "guix"), LETTERHEAD, NOW)


def read(raw: bytes) -> Bounce | None:
    return read_bounce(raw, "weighbridge.", DEFAULT_LIMITS)


def test_a_bounce_of_postfix_is_understood(postfix: Postfix) -> None:
    # An alias that leads nowhere: the server takes the mail first and returns it then.
    with (postfix.directory / "main.cf").open("a") as configuration:
        configuration.write("virtual_alias_maps = inline:{ ada@example.net=x@nowhere.example }\n")

    async def send() -> Ending:
        async with SmtpSink(SmtpServer("127.0.0.1", postfix.relay, "none")).session() as session:
            recipients = ("Ada@example.net", "70001@debbugs.gnu.org")
            attempt = await session.hand_over("", MAIL.sender, recipients, MAIL.content)
            return attempt.ending

    assert asyncio.run(send()) is Ending.ACCEPTED
    (raw,) = postfix.wait_for("bounces@example.org", 1)
    bounce = read(raw)
    assert bounce is not None
    assert bounce.message_id == MAIL.message_id
    assert bounce.recipients == ("ada@example.net",)
    assert "nothing leaves this machine" in bounce.reason


def test_other_mail_is_no_bounce() -> None:
    assert read(MAIL.content) is None
    assert read(b"Subject: weighbridge.x\n\nMessage-ID: <weighbridge.x@example.org>\n") is None
    assert read(b"") is None


def test_a_mail_that_is_only_late_is_no_bounce() -> None:
    raw = b"""Content-Type: multipart/report; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.org

Final-Recipient: rfc822; ada@example.net
Action: %s

--b
Content-Type: text/rfc822-headers

Message-ID: <weighbridge.1@example.org>

--b--
"""
    assert read(raw % b"delayed") is None
    assert read(raw % b"failed") == Bounce(
        "weighbridge.1@example.org", ("ada@example.net",), "ada@example.net: no reason given"
    )


@given(st.binary())
def test_no_bytes_break_it(raw: bytes) -> None:
    read(b"Content-Type: multipart/report; boundary=b\n\n--b\n" + raw + b"weighbridge.")
