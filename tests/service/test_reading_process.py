# SPDX-License-Identifier: GPL-3.0-or-later
"""A second process reads what this one would read, and makes no trouble where it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.ingest.list_mail import list_mails
from bot.limits import Limits
from bot.service.reading import Reader, Reading, ReadingRules
from bot.service.reading_process import ReadingProcess, ReadingProcessError
from bot.sources.interface import RawMessage
from tests.mail.mails import mail
from tests.service.readings import NOW, RULES, raw, samples


@contextmanager
def _process(rules: ReadingRules = RULES, seconds: float = 60) -> Iterator[ReadingProcess]:
    process = ReadingProcess(seconds)
    try:
        process.prepare(rules)
        yield process
    finally:
        process.kill()
        process.close()


def _read(
    process: ReadingProcess, mails: list[RawMessage], since: datetime | None = None
) -> list[Reading]:
    process.ask(mails, since, NOW)
    return process.answer(mails)


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with _process() as started:
        yield started


def test_it_reads_what_this_process_reads(process: ReadingProcess) -> None:
    mails = samples()
    since = NOW - timedelta(days=200)
    expected = Reader(RULES).read(mails, since, NOW)
    assert _read(process, mails, since) == expected
    assert {type(one).__name__ for one in expected} == {"ReadMail", "str"}


def test_the_next_question_may_come_before_the_answer(process: ReadingProcess) -> None:
    first, second = samples()[:5], samples()[5:9]
    process.ask(first, None, NOW)
    process.ask(second, None, NOW)
    assert process.answer(first) == Reader(RULES).read(first, None, NOW)
    assert process.answer(second) == Reader(RULES).read(second, None, NOW)


@pytest.mark.parametrize(
    "rules",
    [
        replace(RULES, patches_say_all=False),
        replace(RULES, max_age=None, repositories=()),
        replace(RULES, limits=Limits(message_bytes=3_000, header_count=20)),
    ],
)
def test_it_reads_by_the_rules_that_it_is_given(rules: ReadingRules) -> None:
    mails = samples()[:300]
    with _process(rules) as other:
        assert _read(other, mails) == Reader(rules).read(mails, None, NOW)


_FIELDS = st.sampled_from(
    [
        *(
            "Subject: [PATCH v2 1/3] x",
            "Subject: =?utf-8?q?=5BPATCH=5D_=F0=9F=A7=B8?=",
            "To: a@b.org",
        ),
        *("Subject: Re: [bug#7] [PATCH guix-artwork] x", "References: <a@b> <c@d>", "Date: never"),
        *("Received: from x; Sat, 28 Feb 2026 10:00:00 +0100", "Auto-Submitted: auto-replied"),
        *("X-GNU-PR-Message: closed 7", "To: 7-done@debbugs.gnu.org", "Content-Type: text/html"),
        *("From: Guix <guix-patches@gnu.org>", "Reply-To: Ada <ada@example.org>", "X: \udcff"),
        *("Content-Transfer-Encoding: base64", "Content-Type: multipart/mixed; boundary=b"),
    ]
)
_TEXTS = st.lists(
    st.sampled_from(
        ["--b\n", "diff --git a/x.scm b/x.scm\n", "--- a/x.scm\n+++ b/x.scm\n@@ -1 +1 @@\n",
         "> a\n", "+a neural network\n", f"Change-Id: I{'a' * 40}\n", "ä\udce4\n", "\n", "--b--\n"]
    ),
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.lists(_FIELDS, max_size=6), _TEXTS), min_size=1, max_size=20))
def test_whatever_the_mails_are(
    process: ReadingProcess, written: list[tuple[list[str], list[str]]]
) -> None:
    texts = ["\n".join(fields) + "\n\n" + "".join(lines) for fields, lines in written]
    mails = [raw(text.encode("utf-8", "surrogateescape")) for text in texts]
    assert _read(process, mails) == Reader(RULES).read(mails, None, NOW)


def test_one_that_has_died_is_told() -> None:
    with _process() as process:
        os.kill(process.process.pid, signal.SIGKILL)
        with pytest.raises(ReadingProcessError, match="has ended"):
            _read(process, [raw(mail())] * 2_000)


def test_one_that_hangs_is_told() -> None:
    with _process() as process:
        # It was given time to start, which takes long on a busy machine, and none to answer.
        process.wait_at_most(0.3)
        os.kill(process.process.pid, signal.SIGSTOP)
        mails = [raw(content) for content in list_mails(500, NOW)]
        with pytest.raises(ReadingProcessError, match="does not answer"):
            _read(process, mails)


def test_it_ends_with_who_started_it(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from bot.service.reading_process import ReadingProcess\n"
        "from tests.service.readings import RULES\n"
        "process = ReadingProcess()\n"
        "process.prepare(RULES)\n"
        "print(process.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, stdout=subprocess.PIPE)
    status = Path(f"/proc/{int(ended.stdout)}/status")
    until = time.monotonic() + 10
    while status.exists() and "(zombie)" not in status.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    assert not status.exists() or "(zombie)" in status.read_text()
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIGHBRIDGE_SMTP_PASSWORD", "swordfish")
    with _process() as process:
        environment = Path(f"/proc/{process.process.pid}/environ").read_bytes()
    assert b"PYTHONPATH=" in environment
    assert b"swordfish" not in environment


def test_one_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ReadingProcessError, match="cannot be started"):
        ReadingProcess()
