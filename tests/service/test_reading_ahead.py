# SPDX-License-Identifier: GPL-3.0-or-later
"""A poll of many mails has a second process read them; nothing else about it is different."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.ingest.list_mail import list_mails
from bot.application import open_application
from bot.config import Config
from bot.service import reading_ahead as module
from bot.service.outcome import PollOutcome
from bot.service.reading import Reader, Reading
from bot.service.reading_ahead import reading_ahead
from bot.service.reading_process import ReadingProcess
from bot.sources.interface import Batch, RawMessage
from bot.store.database import Database
from bot.store.schema import metadata
from tests.mail.mails import mail
from tests.service.readings import NOW, RULES, ListSource, raw

_SIZE = 400
_NO_MAIL = b"no mail at all"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ReadingProcess]]:
    """The processes that were started; each is waited for until it is ready."""
    made: list[ReadingProcess] = []

    class Noted(ReadingProcess):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    def is_ready(helper: Any) -> bool:  # noqa: ANN401
        helper._ready.exception()  # waits
        return was_ready(helper)

    was_ready = module._Helper._is_ready
    monkeypatch.setattr(module, "ReadingProcess", Noted)
    monkeypatch.setattr(module._Helper, "_is_ready", is_ready)
    monkeypatch.setattr(module, "_cores", lambda: 2)
    yield made
    assert all(one.process.poll() is not None for one in made)


def _poll(directory: Path, mails: list[bytes]) -> tuple[PollOutcome, dict[str, list[Any]]]:
    """Poll and triage; return what came of it, and all that the database holds."""
    settings = {"data_directory": directory, "offline": True, "reply": {"settle": "0s"}}
    config = Config.model_validate(settings)
    with open_application(config, clock=lambda: NOW) as application:
        outcome = application.poll(ListSource(mails, _SIZE)) + application.triage_due()
        return outcome, _rows(application.database)


def _rows(database: Database) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


@contextmanager
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(module, "_cores", lambda: 1)
        yield


def _told(outcome: PollOutcome) -> list[object]:
    return [outcome.left_alone, outcome.unreadable, outcome.messages, outcome.copies]


def test_it_stores_and_decides_the_same(
    tmp_path: Path, started: list[ReadingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = list(list_mails(1_500, NOW))
    mails[700:700] = [_NO_MAIL, mails[20]]
    with _alone(monkeypatch):
        expected, rows = _poll(tmp_path / "alone", mails)
    assert started == []
    outcome, stored = _poll(tmp_path / "together", mails)
    assert len(started) == 1
    assert stored == rows
    assert _told(outcome) == _told(expected)
    assert outcome.unreadable == (("here 700", "there is no mail header"),)


@pytest.mark.parametrize("order", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_fails_loses_and_doubles_nothing(
    tmp_path: Path,
    started: list[ReadingProcess],
    monkeypatch: pytest.MonkeyPatch,
    order: signal.Signals,
) -> None:
    mails = list(list_mails(2_000, NOW))
    with _alone(monkeypatch):
        _, rows = _poll(tmp_path / "alone", mails)
    answer, calls = ReadingProcess.answer, []

    def fails(process: ReadingProcess, mails: Sequence[RawMessage]) -> list[Reading]:
        calls.append(mails)
        if len(calls) == 2:
            process.wait_at_most(0.5)
            os.kill(process.process.pid, order)
        return answer(process, mails)

    monkeypatch.setattr(ReadingProcess, "answer", fails)
    outcome, stored = _poll(tmp_path / "together", mails)
    assert outcome.messages == 2_000
    assert stored == rows
    assert len(started) == 1
    assert len(calls) < 4  # it was not asked again


def test_where_none_can_be_started_this_one_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    monkeypatch.setattr(module, "_cores", lambda: 2)
    outcome, _ = _poll(tmp_path, list(list_mails(900, NOW)))
    assert outcome.messages == 900
    assert "reading goes on without a second process" in caplog.text


def test_few_mails_start_no_process(started: list[ReadingProcess]) -> None:
    few = [Batch(tuple(raw(mail()) for _ in range(3)), "1")] * 50
    with reading_ahead(iter(few), Reader(RULES), None, lambda: NOW) as batches:
        assert sum(len(readings) for _, readings in batches) == 150
    assert started == []


def test_a_batch_of_long_mails_is_not_given_away(started: list[ReadingProcess]) -> None:
    long = Batch(tuple(raw(mail(body="x\n" * 10_000)) for _ in range(_SIZE)), "1")
    short = Batch(tuple(raw(mail()) for _ in range(_SIZE)), "2")
    with reading_ahead(iter([short, long, short]), Reader(RULES), None, lambda: NOW) as batches:
        cursors = [batch.cursor for batch, readings in batches if len(readings) == _SIZE]
    assert cursors == ["2", "1", "2"]
    assert len(started) == 1


def test_what_is_left_is_ended(started: list[ReadingProcess]) -> None:
    many = [Batch(tuple(raw(mail()) for _ in range(_SIZE)), str(n)) for n in range(9)]
    with reading_ahead(iter(many), Reader(RULES), None, lambda: NOW) as batches:
        next(batches)
    assert [one.process.poll() is not None for one in started] == [True]
