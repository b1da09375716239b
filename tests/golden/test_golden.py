# SPDX-License-Identifier: GPL-3.0-or-later
"""Every bundled conversation, and what the bot makes of it: word for word.

``CASE/out.txt`` holds the mails that would be sent and why others would not, ``CASE/out.json``
what ``weighbridge check --format json`` prints.  After a change that is meant to change them:
``WEIGHBRIDGE_UPDATE_GOLDEN=1 make test ARGS=tests/golden``, and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.checking import Checker
from bot.commands.outcome_text import Prospect, outcome_text
from bot.demo import recorded_finder, run_demo
from bot.policy.load import load_policy
from bot.report.json_form import document_to_json
from bot.samples import Conversation, conversations
from bot.triage import Triage

HERE = Path(__file__).parent
CASES = {conversation.name: conversation for conversation in conversations()}


def _compare(path: Path, text: str) -> None:
    if os.environ.get("WEIGHBRIDGE_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_says_this_on_the_list(case: str, tmp_path: Path) -> None:
    outcome = run_demo(tmp_path, "guix", [CASES[case]])
    _compare(HERE / case / "out.txt", outcome_text(outcome, Prospect(rehearsal=True)))


@pytest.mark.parametrize("case", CASES)
def test_says_this_as_json(case: str, tmp_path: Path) -> None:
    document = _checked(CASES[case], tmp_path)
    _compare(HERE / case / "out.json", document)


def _checked(conversation: Conversation, directory: Path) -> str:
    for number, mail in enumerate(conversation.mails):
        (directory / f"{number:02}.eml").write_bytes(mail)
    run = Checker(Triage(load_policy("guix"), recorded_finder())).check([directory])
    document = document_to_json("guix", run.reports, run.errors, all_packages=True)
    return json.dumps(document, indent=2) + "\n"


def test_no_case_without_a_conversation() -> None:
    assert {path.name for path in HERE.iterdir() if (path / "out.txt").exists()} == set(CASES)
