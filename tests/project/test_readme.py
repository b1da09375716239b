# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README shows is what the program prints."""

from __future__ import annotations

from tests.project.transcript import README, block, shown


def test_the_transcript_is_what_the_demonstration_prints() -> None:
    assert block(README.read_text("utf-8")) == shown(), "run make readme"


def test_two_commands_are_all_it_takes() -> None:
    assert "\n    make run\n    make test\n\n" in README.read_text("utf-8")
