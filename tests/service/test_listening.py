# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail in a mailbox on a real Dovecot is told of within seconds, and so is trouble, less often."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from bot.config import Config
from bot.service import listening
from bot.service.listening import listen_to_sources
from tests.servers.dovecot import Dovecot
from tests.servers.process import wait_until
from tests.sources.archives import numbered_mail


def _config(directory: Path, dovecot: Dovecot, password: str, name: str = "inbox") -> Config:
    file = directory / "password"
    file.write_text(password)
    source = {
        "name": name,
        "kind": "imap",
        "host": "localhost",
        "port": dovecot.imap,
        "security": "none",
        "username": "bot",
        "password_file": str(file),
    }
    return Config.model_validate({"data_directory": str(directory), "sources": [source]})


def test_new_mail_wakes_the_poll(tmp_path: Path, dovecot: Dovecot) -> None:
    dovecot.deliver("bot")
    woken: queue.SimpleQueue[str] = queue.SimpleQueue()
    stopping = threading.Event()
    listen_to_sources(_config(tmp_path, dovecot, "s3cret"), stopping, woken.put)
    try:
        for number in range(60):
            dovecot.deliver("bot", numbered_mail(number))
            if wait_until(lambda: not woken.empty(), 1):
                break
        assert woken.get(timeout=1) == "poll:inbox"
    finally:
        stopping.set()


def test_a_mailbox_that_cannot_be_reached_is_asked_less_and_less_often(
    tmp_path: Path,
    dovecot: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(listening, "_FIRST_PAUSE", 0.05)
    stopping = threading.Event()
    config = _config(tmp_path, dovecot, "wrong", "refused")
    listen_to_sources(config, stopping, lambda _job: None)

    def pauses() -> list[float]:
        # A listener of the test before may still tell that its server has gone.
        told = [record.__dict__ for record in caplog.records]
        return [one["pause"] for one in told if one.get("source") == "refused"]

    try:
        assert wait_until(lambda: len(pauses()) >= 3, 60)
    finally:
        stopping.set()
    assert pauses()[:3] == [0.05, 0.1, 0.2]
