# SPDX-License-Identifier: GPL-3.0-or-later
"""How the program starts and ends: light for completion, and with a status that says why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import bot.samples
from bot.cli import main
from bot.commands.short_help import short_help
from tests.commands.conftest import Weighbridge

SAMPLES = Path(bot.samples.__file__).parent
CHECK = [sys.executable, "-m", "bot", "check", "--offline"]
PASSES = SAMPLES / "03-vosk-model" / "01.eml"


@pytest.mark.parametrize(
    "words", ["weighbridge ", "weighbridge check --format ", "weighbridge check --policy "]
)
def test_completion_imports_nothing_that_does_the_work(words: str) -> None:
    program = (
        "import sys, atexit; from bot.cli import main;"
        "heavy = {'sqlalchemy', 'apscheduler', 'requests', 'pydantic', 'mailparser', 'bot.triage'};"
        "atexit.register(lambda: print(heavy & set(sys.modules), file=sys.stderr));"
        "main(prog_name='weighbridge')"
    )
    completing = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "_WEIGHBRIDGE_COMPLETE": "bash_complete", **completing},
        capture_output=True,
        check=True,
    )
    assert done.stdout
    assert done.stderr.strip() == b"set()"


def test_each_command_is_listed_with_what_its_help_begins_with() -> None:
    context = click.Context(main)
    for name, place in main.places.items():
        command = main.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(70) == short_help(place, 70) != ""


def test_the_shell_completes_an_option() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        env={
            **os.environ,
            "_WEIGHBRIDGE_COMPLETE": "bash_complete",
            "COMP_WORDS": "weighbridge check --guix",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        check=False,
    )
    assert done.stdout.splitlines() == [b"plain,--guix-repo", b"plain,--guix-branch"]


def test_no_command_is_told_in_half_a_sentence() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert not command.get_short_help_str(limit=80 - 16).endswith("..."), name


@pytest.mark.parametrize(
    "group", [(), ("quarantine",), ("outbox",), ("policy",), ("config",), ("db",)]
)
@pytest.mark.parametrize("columns", [40, 80])
def test_no_list_of_commands_cuts_a_sentence(group: tuple[str, ...], columns: int) -> None:
    done = CliRunner().invoke(main, [*group, "--help"], terminal_width=columns)
    listed = done.stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    assert listed
    assert "..." not in listed


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (["chek"], "No such command 'chek'. Did you mean weighbridge check?"),
        (["Status"], "No such command 'Status'. Did you mean weighbridge status?"),
        (["outbox", "lst"], "No such command 'lst'. Did you mean weighbridge outbox list?"),
        (["frobnicate"], "No such command 'frobnicate'. weighbridge --help lists them."),
        (["check", "--offlin"], "No such option '--offlin'."),
    ],
)
def test_a_slip_is_met_with_a_suggestion(
    weighbridge: Weighbridge, words: list[str], suggestion: str
) -> None:
    done = weighbridge(*words)
    assert done.returncode == 2
    assert suggestion in done.stderr.replace("\n", " ")


def test_a_file_without_a_command_is_told_how_to_be_judged(
    weighbridge: Weighbridge, tmp_path: Path
) -> None:
    patch = tmp_path / "0001 my.patch"
    patch.touch()
    done = weighbridge(patch)
    assert done.returncode == 2
    assert f"weighbridge check '{patch}'" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_one_line_and_is_no_failed_check() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*CHECK, PASSES], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr == b"weighbridge: No space left on device\n"


def test_a_closed_standard_output_is_none_of_its_business() -> None:
    command = " ".join([*CHECK, f"'{PASSES}'", ">&-"])
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_standard_input_is_told_in_one_line() -> None:
    command = " ".join([*CHECK, "<&-"])
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_goes_away_is_no_failed_check() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run([*CHECK, PASSES], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def test_ctrl_c_is_no_failed_check(tmp_path: Path) -> None:
    fifo = tmp_path / "never-written.patch"
    os.mkfifo(fifo)
    process = subprocess.Popen([*CHECK, fifo], stderr=subprocess.PIPE)
    with fifo.open("wb"):  # opens once the command does
        process.send_signal(signal.SIGINT)
    # Closed, it ends the reading also where the signal came just before that began.
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    assert said == b"weighbridge: interrupted\n"


def test_an_empty_folder_does_not_pass(weighbridge: Weighbridge, tmp_path: Path) -> None:
    done = weighbridge("check", "--offline", tmp_path)
    assert done.returncode == 3
    assert done.stderr == f"weighbridge: {tmp_path}: there is no mail and no patch in it\n"


def test_the_sample_configuration_can_be_used(weighbridge: Weighbridge, tmp_path: Path) -> None:
    path = tmp_path / "weighbridge.toml"
    path.write_text(weighbridge("config", "sample").stdout, encoding="utf-8")
    done = weighbridge("config", "check", path)
    assert (done.returncode, done.stderr) == (0, "")
