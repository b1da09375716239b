# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden reports: the mail for each situation, word for word.

``WEIGHBRIDGE_UPDATE_GOLDEN=1 pytest tests/report/test_golden.py`` writes them anew; read the
difference aloud before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.report.markdown import markdown_text
from bot.report.text import Closing, mail_text, terminal_text
from tests.report.situations import SITUATIONS

GOLDEN = Path(__file__).parent / "golden"
CLOSING = Closing(operator="A person reads weighbridge-operator@example.org.")
LONGEST_MAIL = 60


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_the_mail_is_the_golden_one(name: str) -> None:
    situation = SITUATIONS[name]()
    text = mail_text(situation.report, situation.difference, CLOSING)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("WEIGHBRIDGE_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="ascii")
    assert text == path.read_text(encoding="ascii")


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_every_mail_keeps_the_form(name: str) -> None:
    situation = SITUATIONS[name]()
    text = mail_text(situation.report, situation.difference, CLOSING)
    lines = text.split("\n")
    assert lines[0].startswith("Verdict: ")
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert all(len(line) <= 72 or "://" in line or " " not in line.strip() for line in lines)
    assert all(line == line.rstrip() for line in lines)
    assert "\n\n\n" not in text
    if not name.startswith("more-packages"):
        assert len(lines) < LONGEST_MAIL


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_the_other_forms_say_the_same(name: str) -> None:
    made = SITUATIONS[name]().report
    assert f"Verdict: {made.verdict.value}" in terminal_text(made)
    assert f"Verdict: {made.verdict.value}" in markdown_text(made)


def test_there_are_no_forgotten_files() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(SITUATIONS)
    assert len(SITUATIONS) >= 25
