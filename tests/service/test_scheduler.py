# SPDX-License-Identifier: GPL-3.0-or-later
"""The service as a process: it does its job, obeys signals, and stops in time."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.faulty_smtp import Fault, FaultySmtp
from tests.servers.process import free_port, wait_until
from tests.service.archive import MAILS, Archive

TORRENT = MAILS["06-torrent-without-licence"]

CONFIGURATION = """
mode = "{mode}"
data_directory = "state"
offline = true
[bot]
address = "bot@example.org"
operator = "operator@example.org"
[[sources]]
name = "archive"
kind = "maildir"
path = "archive"
since = "beginning"
[reply]
settle = "1s"
max_age = "5000d"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
timeout = "60s"
[schedule]
poll = "1s"
triage = "1s"
deliver = "1s"
jitter = "0s"
"""


def write_configuration(archive: Archive, port: int, mode: str = "live") -> Path:
    file = archive.directory / "weighbridge.toml"
    file.write_text(CONFIGURATION.format(mode=mode, port=port))
    return file


@contextmanager
def service(archive: Archive, configuration: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (archive.directory / "log").open("ab") as log:
        command = [sys.executable, "-m", "tests.service.run_weighbridge", str(configuration)]
        process = subprocess.Popen(command, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def events(archive: Archive) -> list[dict[str, object]]:
    lines = (archive.directory / "log").read_text().splitlines()
    return [json.loads(line) for line in lines]


def wait_for_event(archive: Archive, event: str, count: int = 1) -> None:
    assert wait_until(
        lambda: sum(entry["event"] == event for entry in events(archive)) >= count, 30
    ), events(archive)


def stop(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> float:
    begun = time.monotonic()
    process.send_signal(number)
    assert process.wait(20) == 0
    return time.monotonic() - begun


def test_the_service_keeps_the_site_fresh(archive: Archive) -> None:
    archive.put(TORRENT)
    configuration = write_configuration(archive, free_port(), mode="dry-run")
    with configuration.open("a") as file:
        file.write('[site]\ndirectory = "site"\nevery = "1s"\n')
    page = archive.directory / "site" / "series" / "79119.html"
    with service(archive, configuration) as process:
        assert wait_until(page.exists, 30), events(archive)
        archive.put(MAILS["03-vosk-model"])
        assert wait_until(lambda: page.with_name("79108.html").exists(), 30), events(archive)
        assert stop(process) < 10
    assert [one["event"] for one in events(archive)].count("job failed") == 0


def test_it_answers_once_over_restarts_and_logs_each_decision(archive: Archive) -> None:
    archive.put(TORRENT)
    with FaultySmtp().serving() as server:
        configuration = write_configuration(archive, server.port)
        for number in (signal.SIGTERM, signal.SIGINT):
            with service(archive, configuration) as process:
                wait_for_event(archive, "service started", 1 if number is signal.SIGTERM else 2)
                assert wait_until(lambda: bool(server.taken), 30)
                time.sleep(2.5)
                assert stop(process, number) < 10
        assert list(server.copies().values()) == [1]
    answered = [entry for entry in events(archive) if entry["event"] == "series answered"]
    assert len(answered) == 1
    assert answered[0]["issue"] == 79119
    assert answered[0]["verdict"] == "fail"
    assert "first answer" in str(answered[0]["reason"])
    assert events(archive)[-1]["event"] == "service stopped"


def test_a_mail_in_flight_is_finished(archive: Archive) -> None:
    archive.put(TORRENT)
    with FaultySmtp(late_seconds=3).serving() as server:
        server.next_fault = lambda: Fault.LATE
        with service(archive, write_configuration(archive, server.port)) as process:
            assert wait_until(lambda: bool(server.taken), 30)
            assert stop(process) < 10
    assert [entry["event"] for entry in events(archive)][-2:] == ["mail sent", "service stopped"]


def test_it_stops_in_time_though_a_server_hangs(archive: Archive) -> None:
    archive.put(TORRENT)
    with FaultySmtp(late_seconds=15).serving() as server:
        server.next_fault = lambda: Fault.LATE
        configuration = write_configuration(archive, server.port)
        with service(archive, configuration) as process:
            assert wait_until(lambda: bool(server.taken), 30)
            assert stop(process) < 10
        assert "jobs still run" in str(events(archive)[-1]["event"])


def test_a_broken_configuration_keeps_the_old_one(archive: Archive) -> None:
    with FaultySmtp().serving() as server:
        configuration = write_configuration(archive, server.port, mode="dry-run")
        with service(archive, configuration) as process:
            wait_for_event(archive, "service started")
            configuration.write_text(configuration.read_text() + 'colour = "red"\n')
            process.send_signal(signal.SIGHUP)
            wait_for_event(archive, "configuration not read again")
            write_configuration(archive, server.port, mode="live")
            process.send_signal(signal.SIGHUP)
            wait_for_event(archive, "service started", 2)
            archive.put(TORRENT)
            assert wait_until(lambda: bool(server.taken), 30)
            stop(process)
    modes = [entry["mode"] for entry in events(archive) if entry["event"] == "service started"]
    assert modes == ["dry-run", "live"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('guix_repo = "/nowhere/guix"', "guix_repo"),
        ('policy = "no-such-policy"', "no-such-policy"),
        ('database = "postgresql+psycopg://nobody@127.0.0.1:1/none"', "127.0.0.1"),
        ('database = "sqlite:////dev/null/x.db"', "/dev/null"),
    ],
)
def test_a_configuration_that_cannot_be_worked_with_keeps_the_old_one(
    archive: Archive, change: str, told: str
) -> None:
    with FaultySmtp().serving() as server:
        configuration = write_configuration(archive, server.port)
        with service(archive, configuration) as process:
            wait_for_event(archive, "service started")
            configuration.write_text(f"{change}\n{configuration.read_text()}")
            process.send_signal(signal.SIGHUP)
            wait_for_event(archive, "configuration not read again")
            archive.put(TORRENT)
            assert wait_until(lambda: bool(server.taken), 30)
            stop(process)
    refused = [one for one in events(archive) if one["event"] == "configuration not read again"]
    assert told in str(refused)


def test_it_stops_in_time_while_it_waits_to_begin_again(archive: Archive) -> None:
    archive.put(TORRENT)
    with FaultySmtp(late_seconds=15).serving() as server:
        server.next_fault = lambda: Fault.LATE
        configuration = write_configuration(archive, server.port)
        with service(archive, configuration) as process:
            assert wait_until(lambda: bool(server.taken), 30)
            process.send_signal(signal.SIGHUP)
            time.sleep(1)
            assert stop(process) < 10
