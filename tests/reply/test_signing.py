# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures that verify, also after a real Postfix has passed the mail on."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path

import dkim  # type: ignore[import-untyped]
import pytest

from bot.reply.compose import Answer, compose
from bot.reply.signing import Signer, SigningError, SigningSink
from bot.reply.sink import Ending
from bot.reply.smtp import SmtpServer, SmtpSink
from tests.reply.made import LETTERHEAD, NOW, series
from tests.servers.postfix import Postfix

MAIL = compose(series(), Answer("Verdict: päss.\n", "pass", "guix"), LETTERHEAD, NOW)
TRACKER = "70001@debbugs.gnu.org"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "dkim.pem"
    command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    subprocess.run([*command, "-out", str(file)], check=True, capture_output=True)
    return file


def verifies(content: bytes, key: Path) -> bool:
    command = ["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "PEM"]
    public = subprocess.run(command, check=True, capture_output=True).stdout
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])

    def lookup(name: bytes, timeout: int = 5) -> bytes | None:
        del timeout
        return record if name == b"wb._domainkey.example.org." else None

    return bool(dkim.verify(content, dnsfunc=lookup))


def test_a_signature_verifies_and_covers_the_thread(key: Path) -> None:
    signed = Signer("example.org", "wb", key).sign(MAIL.content)
    assert signed.endswith(MAIL.content)
    assert verifies(signed, key)
    assert not verifies(signed.replace(b"Verdict", b"Opinion"), key)
    fields = re.search(rb"h=([^;]+);", signed)
    assert fields is not None
    assert {b"from", b"in-reply-to", b"references"} <= set(re.findall(rb"[a-z-]+", fields[1]))


def test_it_still_verifies_where_it_arrives(postfix: Postfix, key: Path) -> None:
    sink = SigningSink(
        SmtpSink(SmtpServer("127.0.0.1", postfix.relay, "none")), Signer("example.org", "wb", key)
    )
    assert not sink.is_idempotent

    async def send() -> Ending:
        async with sink.session() as session:
            recipients = (TRACKER,)
            return (await session.hand_over("", "", recipients, MAIL.content)).ending

    assert asyncio.run(send()) is Ending.ACCEPTED
    (raw,) = postfix.wait_for(TRACKER, 1)
    assert verifies(raw, key)


def test_a_key_that_cannot_be_used_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="No such file"):
        Signer("example.org", "wb", tmp_path / "none.pem")
    (tmp_path / "bad.pem").write_text("not a key")
    with pytest.raises(SigningError, match=r"example\.org cannot be used"):
        Signer("example.org", "wb", tmp_path / "bad.pem")
