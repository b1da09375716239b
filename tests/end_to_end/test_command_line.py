# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as people meet it: exit statuses, one clear line for a mistake, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bot
from bot.samples import conversations
from tests.end_to_end.command import weighbridge

SAMPLES = Path(bot.__file__).parent / "samples"
NON_COMMERCIAL = SAMPLES / "07-non-commercial-weights" / "01.eml"
INFERENCE_PORT = SAMPLES / "01-inference-port" / "01.eml"

BROKEN = """
mode = "alive"
colour = "green"
[smtp]
port = 99999
[[sources]]
name = "a"
kind = "nntp"
"""

USABLE = """
data_directory = "state"
offline = true
[[sources]]
name = "saved"
kind = "maildir"
path = "mail"
since = "beginning"
[reply]
max_age = "520w"
"""


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """Return a directory with a usable configuration and two mails to read."""
    (tmp_path / "weighbridge.toml").write_text(USABLE)
    for name in ("cur", "new", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1").write_bytes(NON_COMMERCIAL.read_bytes())
    (tmp_path / "mail" / "new" / "2").write_bytes(INFERENCE_PORT.read_bytes())
    return tmp_path


def test_version(tmp_path: Path) -> None:
    assert bot.__version__ in weighbridge("--version", home=tmp_path).stdout


@pytest.mark.parametrize(
    "command", ["", "check", "demo", "poll", "run", "status", "config", "config check"]
)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    done = weighbridge(*command.split(), "--help", home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: weighbridge")


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["check", "absent.patch"], 3, "absent.patch: there is no such file"),
        (["check", "notes.txt"], 3, "notes.txt: it is neither a mail nor a patch"),
        (["check", "noise"], 3, "noise: it is neither a mail nor a patch"),
        (["check", "--policy", "nonesuch", "notes.txt"], 2, "there is no policy 'nonesuch'"),
        (["check", "--guix-repo", ".", "notes.txt"], 2, "is not a git repository"),
        (["config", "check", "absent.toml"], 2, "cannot be read: No such file or directory"),
        (["run", "--config", "notes.txt"], 2, "is not TOML"),
        (["status"], 2, "there is no configuration at"),
        (["poll", "--once", "--config", "absent.toml"], 2, "absent.toml"),
        (["frobnicate"], 2, "No such command 'frobnicate'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_and_not_thrown(
    arguments: list[str], status: int, line: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("Buy bread, and mend the fence.\n")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 40)
    done = weighbridge(*arguments, home=tmp_path)
    assert done.returncode == status, done.stderr
    assert line in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_all_mistakes_of_a_configuration_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "weighbridge.toml").write_text(BROKEN)
    done = weighbridge("config", "check", "--config", "weighbridge.toml", home=tmp_path)
    assert done.returncode == 2
    for key in ("mode", "colour", "smtp.port", "smtp.host", "sources.0"):
        assert f"\n  {key}" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_issue_is_told(configured: Path) -> None:
    done = weighbridge("status", "--config", "weighbridge.toml", "4711", home=configured)
    assert done.returncode == 3
    assert "nothing is known of issue 4711" in done.stderr


def test_check_says_by_its_status_what_it_found(tmp_path: Path) -> None:
    def status(*paths: Path | str) -> int:
        return weighbridge("check", "--offline", *paths, home=tmp_path).returncode

    assert status(INFERENCE_PORT) == 0
    assert status(NON_COMMERCIAL) == 1
    assert status(INFERENCE_PORT, "absent") == 3
    assert status(NON_COMMERCIAL, "absent") == 1


def test_check_reads_standard_input_and_writes_json(tmp_path: Path) -> None:
    arguments = ["check", "--offline", "--format", "json"]
    done = weighbridge(*arguments, home=tmp_path, stdin=NON_COMMERCIAL.read_bytes())
    assert done.returncode == 1
    (series,) = json.loads(done.stdout)["series"]
    assert (series["issue"], series["verdict"]) == (79123, "fail")
    assert [package["name"] for package in series["packages"]] == ["plover-segment-base"]


def test_check_judges_the_whole_archive_at_once(tmp_path: Path) -> None:
    done = weighbridge("check", "--offline", "--format", "json", SAMPLES, home=tmp_path)
    document = json.loads(done.stdout)
    assert [one for one in document["errors"] if one["source"].endswith(".eml")] == []
    models = [one["issue"] for one in document["series"] if one["verdict"] != "none"]
    assert {79108, 79111, 79115, 79119, 79123, 79126, 79130, 79134, 79141, 79144} <= set(models)
    assert not {79101, 79104, 79137} & set(models)
    assert models.count(79115) == 2, "two revisions are two series"


def test_a_dry_run_shows_the_reply_and_sends_nothing(configured: Path) -> None:
    arguments = ["poll", "--once", "--dry-run", "--config", "weighbridge.toml"]
    # A series is due once its thread has been quiet for a while; these mails are months old.
    done = weighbridge(*arguments, home=configured)
    assert done.returncode == 0, done.stderr
    assert "To: 79123@debbugs.gnu.org" in done.stdout
    assert "Auto-Submitted: auto-replied" in done.stdout
    assert "[bug#79101] [PATCH] gnu: Add tern-cpp." in done.stdout
    assert "79101@debbugs.gnu.org" not in done.stdout


def test_the_demonstration_shows_the_whole_job(tmp_path: Path) -> None:
    done = weighbridge("demo", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout, "no colour where there is no terminal"
    assert "To: 79123@debbugs.gnu.org" in done.stdout
    mails = sum(len(conversation.mails) for conversation in conversations())
    assert f"{mails} mails read" in done.stdout
    assert list(tmp_path.iterdir()) == [], "nothing is kept"
