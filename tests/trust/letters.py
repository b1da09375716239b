# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails to the bot, and what a prover makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.trust.proof import Proof, Unproven
from bot.trust.prove import Prover

OWN = OwnIdentity(addresses=("bot@example.net",))
HEADER = {
    "From": "Ada Example <ada@example.org>",
    "To": "Weighbridge <bot@example.net>",
    "Subject": "steer",
    "Date": "Wed, 25 Nov 2026 10:00:00 +0000",
    "Message-ID": "<one@example.org>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}
TEXT = "waive 70001 size@vosk-model The weights are small.\n"
SENT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def mail(text: str | bytes = TEXT, **changes: str | None) -> bytes:
    """Return a mail with CRLF line ends; ``Content_Type=None`` leaves that field out."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    fields = {**HEADER, **named}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    body = text.encode() if isinstance(text, str) else text
    return "\r\n".join((*lines, "", "")).encode() + body.replace(b"\r", b"").replace(b"\n", b"\r\n")


def examined(prover: Prover, raw: bytes) -> Proof | Unproven:
    """Return what ``prover`` says of a mail, read as the service reads it."""
    return prover.prove(raw, parse_message(raw, prover.own))


def proven(prover: Prover, raw: bytes) -> Proof:
    """Return the proof; fail where there is none."""
    found = examined(prover, raw)
    assert isinstance(found, Proof), found
    return found


def refused(prover: Prover, raw: bytes) -> str:
    """Return why a mail proves nobody; fail where it proves somebody."""
    found = examined(prover, raw)
    assert isinstance(found, Unproven), found
    assert found.reason.isprintable()
    return found.reason
