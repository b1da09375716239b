# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README shows is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

from tests.end_to_end.command import weighbridge

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def _blocks(text: str) -> list[str]:
    """Return the indented blocks of a page, unindented."""
    found = re.findall(r"(?:^(?: {4}.*)?\n)+", text, re.MULTILINE)
    blocks = [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip("\n") for block in found]
    return [block for block in blocks if block]


def test_the_transcript_is_what_the_demonstration_prints(tmp_path: Path) -> None:
    (transcript,) = (block for block in _blocks(README) if block.startswith("$ make run\n"))
    shown = transcript.removeprefix("$ make run\n").split("[...]\n")
    printed = weighbridge("demo", home=tmp_path).stdout
    assert len(shown) > 1
    for part in shown:
        assert part.strip("\n") in printed


def test_two_commands_are_all_it_takes() -> None:
    assert "make run\nmake test" in _blocks(README)
