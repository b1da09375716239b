# SPDX-License-Identifier: GPL-3.0-or-later
"""People, the tracker, machines and the bot itself."""

from __future__ import annotations

import pytest

from bot.mail.message import Origin
from tests.mail.mails import parsed


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {
            "X-GNU-PR-Message": "report 62443",
            "Precedence": "list",
            "X-Loop": "help-debbugs@gnu.org",
        },
        {"X-GNU-PR-Message": "followup 62443", "Precedence": "list", "Auto-Submitted": "no"},
        {"List-Id": "<guix-patches.gnu.org>", "List-Unsubscribe": "<https://lists.example.org/>"},
        {"Return-Path": "<ada@example.org>"},
    ],
)
def test_people(headers: dict[str, str]) -> None:
    message = parsed(headers=headers)
    assert (message.origin, message.origin_reason) == (Origin.PERSON, "")


@pytest.mark.parametrize(
    "kind",
    ["ack", "ack-info", "closed", "they-closed", "cc-closed", "forwarded", "transcript", "error"],
)
def test_the_tracker(kind: str) -> None:
    message = parsed(headers={"X-GNU-PR-Message": f"{kind} 62443"})
    assert message.origin is Origin.TRACKER
    assert kind in message.origin_reason


def test_an_acknowledgement_without_the_header() -> None:
    assert parsed("bug#62443: Acknowledgement ([PATCH] gnu: x)").origin is Origin.TRACKER


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("x", {"Auto-Submitted": "auto-replied"}),
        ("x", {"Auto-Submitted": "auto-generated (vacation)"}),
        ("x", {"Precedence": "bulk"}),
        ("x", {"Precedence": "Junk"}),
        ("x", {"Return-Path": "<>"}),
        ("x", {"X-Autoreply": "yes"}),
        ("x", {"From": "MAILER-DAEMON@example.org"}),
        ("x", {"From": "no-reply@example.org"}),
        ("x", {"X-Spam-Flag": "YES"}),
        ("x", {"X-Spam-Status": "Yes, score=9.1 required=5.0"}),
        ("x", {"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"}),
        ("Out of office: [PATCH] gnu: x", {}),
        ("Automatic reply: x", {}),
        ("Undelivered Mail Returned to Sender", {}),
        ("unsubscribe", {}),
        ("Guix-patches Digest, Vol 112, Issue 35", {}),
        ("x", {"Content-Type": "multipart/digest; boundary=x"}),
        ("confirm 0123456789abcdef0123456789abcdef01234567", {}),
    ],
)
def test_machines(subject: str, headers: dict[str, str]) -> None:
    message = parsed(subject, headers=headers)
    assert message.origin is Origin.AUTOMATIC
    assert message.origin_reason


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Weighbridge": "0.1.0"},
        {"Message-ID": "<weighbridge.abc@bot.example.org>"},
        {"From": "Weighbridge <WEIGHBRIDGE+x@Bot.Example.Org>"},
        {"From": "x via <guix-patches@gnu.org>", "X-Weighbridge": "0.1.0"},
    ],
)
def test_the_bot_itself(headers: dict[str, str]) -> None:
    assert parsed(headers=headers).origin is Origin.OWN
