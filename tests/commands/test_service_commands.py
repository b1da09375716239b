# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands around the service, as processes: each failure is a line, never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import __version__
from bot.store.command_mails import keep_command_mail
from bot.store.database import Database
from bot.store.jobs import job_started, job_succeeded
from tests.commands.conftest import Weighbridge


def test_tells_its_version(weighbridge: Weighbridge) -> None:
    assert __version__ in weighbridge("--version").stdout


@pytest.mark.parametrize(
    "command",
    ["check", "demo", "poll", "run", "status", "sources", "quarantine", "outbox", "pause", "resume",
     "policy", "config", "db"],
)  # fmt: skip
def test_every_command_has_help(weighbridge: Weighbridge, command: str) -> None:
    done = weighbridge(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout) > 100


def test_demo_shows_replies_silence_and_a_summary(weighbridge: Weighbridge) -> None:
    done = weighbridge("demo")
    assert done.returncode == 0
    assert "Auto-Submitted: auto-replied" in done.stdout
    assert "Since version 1:" in done.stdout
    assert "Looked at and left alone" in done.stdout
    assert "a patch for another repository" in done.stdout
    assert "series triaged" in done.stdout


def test_a_dry_run_poll_leaves_no_trace(weighbridge: Weighbridge, configuration: Path) -> None:
    first = weighbridge("poll", "--once", "--dry-run", "--config", configuration)
    second = weighbridge("poll", "--once", "--dry-run", "--config", configuration)
    assert first.returncode == 0
    assert "Verdict: fail" in first.stdout
    assert _undated(first.stdout) == _undated(second.stdout)


def _undated(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("Date: ")]


def test_status_knows_what_was_polled(weighbridge: Weighbridge, configuration: Path) -> None:
    weighbridge("poll", "--once", "--config", configuration)
    assert "source    samples" in weighbridge("status", "--config", configuration).stdout
    issue = weighbridge("status", "79123", "--config", configuration)
    assert "plover-segment-base: fail" in issue.stdout
    unknown = weighbridge("status", "12", "--config", configuration)
    assert unknown.returncode == 3
    assert unknown.stderr == "weighbridge: nothing is known of issue 12\n"


def test_status_counts_the_mails_whose_commands_wait(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    before = weighbridge("status", "--config", configuration).stdout
    assert "waiting   0 series\n" in before
    database = Database(f"sqlite:///{configuration.parent}/state/dry-run.db")
    with database.writing() as connection:
        keep_command_mail(connection, "1@example.org", "samples", b"status", datetime.now(UTC))
    database.close()
    after = weighbridge("status", "--config", configuration).stdout
    assert "waiting   0 series, 1 mail with commands\n" in after


def test_config_check_reports_all_mistakes_at_once(
    weighbridge: Weighbridge, tmp_path: Path
) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('mode = "loud"\nsize = 3\n[schedule]\npoll = "often"\n', encoding="utf-8")
    done = weighbridge("config", "check", path)
    assert done.returncode == 2
    for key in ("mode", "size", "schedule.poll"):
        assert key in done.stderr
    assert "Traceback" not in done.stderr


def test_config_check_says_where_each_source_is(weighbridge: Weighbridge, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    path = tmp_path / "weighbridge.toml"
    path.write_text(
        '[[sources]]\nname = "mailbox"\nkind = "imap"\nhost = "imap.example.org"\n'
        f'username = "bot"\npassword_file = "{tmp_path}/secret"\n'
        '[[sources]]\nname = "list"\nkind = "mbox"\npath = "/mail/list.mbox"\n'
    )
    done = weighbridge("config", "check", path)
    assert done.returncode == 0
    assert "mailbox: imap imap.example.org, since now" in done.stdout
    assert "list: mbox /mail/list.mbox, since now" in done.stdout


def test_config_check_says_what_commands_by_mail_will_do(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    off = weighbridge("config", "check", configuration)
    assert (off.returncode, "  steering  off: no commands are taken" in off.stdout) == (0, True)
    with configuration.open("a", encoding="utf-8") as file:
        file.write('[steering]\nname = "scales"\n')
    on = weighbridge("config", "check", configuration)
    assert (on.returncode, on.stderr) == (0, "")
    assert 'lines with "@scales" on the list\n' in on.stdout
    assert "  may steer nobody\nwarning: " in on.stdout
    with configuration.open("a", encoding="utf-8") as file:
        file.write('maintainers = "nowhere.toml"\n')
    gone = weighbridge("config", "check", configuration)
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "nowhere.toml" in gone.stderr


def test_live_needs_a_server_to_send_through(weighbridge: Weighbridge, configuration: Path) -> None:
    done = weighbridge("poll", "--once", "--live", "--config", configuration)
    assert done.returncode == 2
    assert "smtp" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("poll", "--once"), ("run",), ("status",), ("outbox", "list")])
def test_says_that_there_is_no_configuration(
    weighbridge: Weighbridge, command: tuple[str, ...]
) -> None:
    done = weighbridge(*command)
    assert done.returncode == 2
    assert "there is no configuration" in done.stderr


def test_explains_a_code(weighbridge: Weighbridge) -> None:
    assert "http" in weighbridge("policy", "explain", "license-missing").stdout
    assert weighbridge("policy", "explain", "no-such-code").returncode == 3


def test_health_is_that_of_the_probe(weighbridge: Weighbridge, configuration: Path) -> None:
    before = weighbridge("status", "--health", "--config", configuration)
    assert (before.returncode, before.stdout) == (1, "no job has run yet: weighbridge run\n")
    database = Database(f"sqlite:///{configuration.parent}/state/dry-run.db")
    with database.writing() as connection:
        job_started(connection, "triage", datetime.now(UTC))
        job_succeeded(connection, "triage", datetime.now(UTC))
    well = weighbridge("status", "--health", "--config", configuration)
    assert (well.returncode, well.stdout) == (0, "")
    with database.writing() as connection:
        job_started(connection, "triage", datetime.now(UTC) - timedelta(hours=2))
    database.close()
    late = weighbridge("status", "--health", "--config", configuration)
    assert late.returncode == 1
    assert "triage has not run since" in late.stdout


def test_pause_shows_in_status(weighbridge: Weighbridge, configuration: Path) -> None:
    weighbridge("pause", "--reason", "too loud", "--config", configuration)
    assert "too loud" in weighbridge("status", "--config", configuration).stdout
    weighbridge("resume", "--config", configuration)
    assert "PAUSED" not in weighbridge("status", "--config", configuration).stdout


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_run_stops_when_told(configuration: Path, order: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(configuration)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    seen = ""
    limit = time.monotonic() + 60
    while "service started" not in seen and time.monotonic() < limit:
        seen += process.stderr.readline()
    process.send_signal(order)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "service stopped" in rest
