# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the one mail that answers all commands of a mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.report.clean import ascii_only, lines, one_line
from bot.steering.asking import Circumstances, Outcome
from bot.steering.command import Mistake

_WRITTEN = 200
_LINES = 2_000


def answer_text(
    outcomes: Sequence[Outcome], mistakes: Sequence[Mistake], left_out: int, around: Circumstances
) -> str:
    """Return the body: each command as it was written, quoted, and what came of it.

    Nothing in it stands at the left margin that is a command: the bot reads its own words, should
    they come back to it, as quoted or as prose.
    """
    blocks = [
        *("\n".join(_outcome(one)) for one in outcomes),
        *("\n".join(_mistake(one)) for one in mistakes),
    ]
    if left_out:
        blocks.append(f"{left_out} more left out: a mail holds three commands at most.")
    blocks.append("\n".join(_signature(around)))
    return "\n\n".join(blocks) + "\n"


def _outcome(one: Outcome) -> Iterator[str]:
    yield f"> {_quoted(one.command.written)}"
    yield from (ascii_only(line) for line in lines(one.text, _LINES))


def _mistake(one: Mistake) -> Iterator[str]:
    yield f"> {_quoted(one.written)}"
    yield ascii_only(one_line(one.suggestion, 300))


def _quoted(written: str) -> str:
    return ascii_only(one_line(written, _WRITTEN))


def _signature(around: Circumstances) -> Iterator[str]:
    yield "-- "
    yield f'{around.bot_name}, a program. "help" lists its commands.'
