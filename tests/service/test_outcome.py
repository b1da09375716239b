# SPDX-License-Identifier: GPL-3.0-or-later
"""What a round of work tells is bounded, however much there was to do."""

from __future__ import annotations

from functools import reduce
from operator import add

from bot.commands.outcome_text import Prospect, outcome_text
from bot.reply.outgoing import Outgoing
from bot.service.letters import Written
from bot.service.outcome import LeftAlone, PollOutcome
from bot.store.control import Pause
from tests.reply.made import NOW


def _left_alone(number: int) -> LeftAlone:
    return LeftAlone(f"mail {number}", "Ada", None, f"m{number}", "", "no patch in it")


def test_a_long_list_of_what_was_left_alone_is_cut_and_counted() -> None:
    batches = [
        PollOutcome(left_alone=tuple(map(_left_alone, range(200))), messages=200, waiting=number)
        for number in range(30)
    ]
    total = reduce(add, batches)
    assert len(total.left_alone) == 5_000
    assert total.untold == 1_000
    assert total.messages == 6_000
    assert total.waiting == 29


def _letter(kind: str, held: str = "") -> Written:
    mail = Outgoing("1@example.org", "", ("ada@example.org",), "status", b"Subject: x\n\ntext\n")
    return Written(mail, kind, held)


def _heads(prospect: Prospect, *letters: Written) -> list[str]:
    text = outcome_text(PollOutcome(letters=letters), prospect)
    return [
        line.partition("; ")[2]
        for line in text.splitlines()
        if " of 1; " in line or " of 2; " in line
    ]


def test_what_happens_to_letters_is_told() -> None:
    letters = (_letter("receipt"), _letter("answer"), _letter("news", "half of the limit"))
    assert _heads(Prospect(rehearsal=True), *letters) == [
        "it would go to ada@example.org",
        "it would go to ada@example.org",
        "it would be held, to ada@example.org",
    ]
    assert _heads(Prospect(rehearsal=False, pause=Pause("", NOW, total=False)), *letters) == [
        "it goes to ada@example.org",
        "it waits, to ada@example.org",
        "it is held, to ada@example.org",
    ]
    assert _heads(Prospect(rehearsal=True, pause=Pause("", NOW)), letters[0]) == [
        "it would wait, to ada@example.org"
    ]


def test_letters_are_told_up_to_a_number() -> None:
    letters = [PollOutcome(letters=(_letter("news"),) * 200)] * 3
    assert len(reduce(add, letters).letters) == 500
