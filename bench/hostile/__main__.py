# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge hostile and huge patches, and print the seconds of the processor that each stage takes.

    python -m bench.hostile
    python -m bench.hostile --only heirs --share 0.5

``parse`` and ``group`` are of all mails; ``rest`` of the pipeline is the checks and the making of
the report; ``forms`` are its JSON, Markdown, SARIF and text, a comparison with itself and the mail.
A case that takes longer than it may is tried again, and its least time counts: others may use the
machine.  Exit status: 0 if each case stayed below the bound, else 1.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import ParamSpec, TypeVar
from unittest.mock import patch

import bot.triage
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.parse import parse_message
from bot.mail.series import Series
from bot.policy.load import load_policy
from bot.triage import Triage
from bot.upstream.finder import OfflineFactFinder
from tests.hostile.cases import CASES, Case
from tests.hostile.judging import all_forms
from tests.mail.mails import OWN

_STAGES = ("read_diff", "resolve", "package_changes", "assess")
_COLUMNS = ("parse", "group", *_STAGES, "rest", "forms")
_NAME = 47
_BOUND = 2.0
_TRIES = 3
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Clock:
    """Seconds of the processor by what they were spent on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = dict.fromkeys(_COLUMNS, 0.0)

    @property
    def total(self) -> float:
        """Of all stages together."""
        return sum(self.spent.values())

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count what happens inside as ``stage``."""
        begun = time.process_time()
        try:
            yield
        finally:
            self.spent[stage] += time.process_time() - begun

    def counted(self, stage: str, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Return ``function`` with its time counted."""

        def call(*arguments: _P.args, **named: _P.kwargs) -> _R:
            with self.of(stage):
                return function(*arguments, **named)

        return call


def main() -> int:
    """Run the cases that are asked for, print a line for each and the slowest."""
    options = _arguments()
    triage = Triage(load_policy(), OfflineFactFinder())
    heads = "".join(f"{column[:9]:>10}" for column in (*_COLUMNS, "total"))
    print(f"{'seconds of the processor':<{_NAME}}{heads}")
    taken = {
        name: _least(name, case, options, triage)
        for name, case in CASES.items()
        if options.only in name
    }
    slowest = sorted(taken, key=taken.__getitem__, reverse=True)
    over = [name for name in slowest if taken[name] > options.bound]
    print(f"{len(taken)} cases, {len(over)} of them over {options.bound:g} s; the slowest:")
    for name in slowest[:5]:
        print(f"  {name}: {taken[name]:.2f} s")
    return 1 if over or not taken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--share", type=float, default=1.0, help="of the full size (default 1)")
    parser.add_argument(
        "--bound", type=float, default=_BOUND, help=f"seconds for a case (default {_BOUND:g})"
    )
    parser.add_argument(
        "--patience", type=float, default=60, help="seconds until a case is given up (default 60)"
    )
    return parser.parse_args()


def _least(name: str, case: Case, options: argparse.Namespace, triage: Triage) -> float:
    """Return the least time that a case takes, tried again while it is over the bound."""
    mails = case.make(max(int(case.full * options.share), 1))
    least = float("inf")
    for _ in range(_TRIES):
        clock = Clock()
        told = _within(options.patience, mails, triage, clock)
        seconds = [*clock.spent.values(), clock.total]
        row = "".join(f"{one:>10.2f}" for one in seconds)
        size = sum(map(len, mails)) / 1e6
        print(f"{name[: _NAME - 1]:<{_NAME}}{row}  {size:.1f} MB; {told}", flush=True)
        least = min(least, clock.total)
        if least <= options.bound:
            break
    return least


class _EnoughError(BaseException):
    """The patience is over."""


def _give_up(_signal: int, _frame: object) -> None:
    raise _EnoughError


def _within(seconds: float, mails: list[bytes], triage: Triage, clock: Clock) -> str:
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return _judge(mails, triage, clock)
    except _EnoughError:
        return "given up"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _judge(mails: list[bytes], triage: Triage, clock: Clock) -> str:
    messages = []
    try:
        for raw in mails:
            with clock.of("parse"):
                messages.append(parse_message(raw, OWN))
    except MessageError as error:
        return f"refused: {error}"
    with clock.of("group"):
        series = group_series(messages)
    return "; ".join(_judge_series(one, triage, clock) for one in series)


def _judge_series(series: Series, triage: Triage, clock: Clock) -> str:
    with _timed_stages(clock):
        begun, known = time.process_time(), sum(clock.spent[stage] for stage in _STAGES)
        report = triage(series)
        spent = time.process_time() - begun
        clock.spent["rest"] += spent - (sum(clock.spent[stage] for stage in _STAGES) - known)
    with clock.of("forms"):
        all_forms(series, report)
    packages = len(report.packages) + len(report.other_packages)
    return f"{report.verdict}, {len(report.packages)} models of {packages}, {_notes(report.notes)}"


def _notes(notes: tuple[str, ...]) -> str:
    return f"{len(notes)} notes" + (f", the last: {notes[-1][:100]}" if notes else "")


@contextmanager
def _timed_stages(clock: Clock) -> Iterator[None]:
    with ExitStack() as stack:
        for stage in _STAGES:
            counted = clock.counted(stage, getattr(bot.triage, stage))
            stack.enter_context(patch.object(bot.triage, stage, counted))
        yield


if __name__ == "__main__":
    sys.exit(main())
