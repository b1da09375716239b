# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge check``, as a process."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import bot.samples
from tests.commands.conftest import Weighbridge

SAMPLES = Path(bot.samples.__file__).parent


def test_says_what_fails_and_exits_with_one(weighbridge: Weighbridge) -> None:
    done = weighbridge("check", "--offline", SAMPLES / "07-non-commercial-weights")
    assert done.returncode == 1
    assert "Verdict: fail" in done.stdout
    assert "plover-segment-base" in done.stdout
    assert done.stderr == ""


def test_is_silent_about_a_patch_without_a_model(weighbridge: Weighbridge) -> None:
    done = weighbridge("check", "--offline", SAMPLES / "01-inference-port" / "01.eml")
    assert done.returncode == 0
    assert "Verdict" not in done.stdout
    assert "0 that ship a model" in done.stdout


def test_shows_why_a_package_is_no_model_when_asked(weighbridge: Weighbridge) -> None:
    done = weighbridge("check", "--offline", "--all-packages", SAMPLES / "01-inference-port")
    assert "tern-cpp" in done.stdout
    assert "not taken for a model" in done.stdout


def test_reads_standard_input(weighbridge: Weighbridge) -> None:
    mail = (SAMPLES / "06-torrent-without-licence" / "01.eml").read_bytes()
    done = weighbridge("check", "--offline", "-", stdin=mail)
    assert done.returncode == 1


def test_reads_a_gzipped_mbox(weighbridge: Weighbridge, tmp_path: Path) -> None:
    mails = b"".join(
        b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + path.read_bytes() + b"\n"
        for path in sorted(SAMPLES.glob("10-missing-patch/*.eml"))
    )
    box = tmp_path / "thread.mbox.gz"
    box.write_bytes(gzip.compress(mails))
    done = weighbridge("check", "--offline", "--format", "json", box)
    (series,) = json.loads(done.stdout)["series"]
    assert (series["patches"], series["missing"]) == (3, [2])


def test_prints_json_whatever_the_status(weighbridge: Weighbridge, tmp_path: Path) -> None:
    done = weighbridge(
        "check", "--offline", "--format", "json", SAMPLES / "07-non-commercial-weights",
        tmp_path / "nothing-here",
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert document["version"] == 1
    assert document["series"][0]["verdict"] == "fail"
    assert document["errors"][0]["message"] == "there is no such file"
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"#!/bin/sh\necho hello\n", "neither a mail nor a patch"),
        (b"", "empty"),
        (b"\x1f\x8b broken", "gzip"),
    ],
)
def test_tells_what_cannot_be_read_in_one_line(
    weighbridge: Weighbridge, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "some.file"
    path.write_bytes(content)
    done = weighbridge("check", "--offline", path)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--policy", "no-such-policy", "-"),
        ("--policy", "/no/such/file.toml", "-"),
        ("--format", "pdf", "-"),
        ("--guix-repo", "/no/such/directory", "-"),
    ],
)
def test_wrong_usage_exits_with_two(weighbridge: Weighbridge, arguments: tuple[str, ...]) -> None:
    done = weighbridge("check", "--offline", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_directory_that_is_no_clone_is_wrong_usage(
    weighbridge: Weighbridge, tmp_path: Path
) -> None:
    done = weighbridge("check", "--offline", "--guix-repo", tmp_path, "-")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_report_carries_no_terminal_escapes(weighbridge: Weighbridge) -> None:
    mail = (SAMPLES / "07-non-commercial-weights" / "01.eml").read_bytes()
    mail = mail.replace(b"plover-segment-base", b"plover-\x1b[31mred")
    done = weighbridge("check", "--offline", "--all-packages", "-", stdin=mail)
    assert "\x1b" not in done.stdout
    assert "\x1b" not in done.stderr
