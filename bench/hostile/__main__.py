# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge hostile and huge patches, and print the seconds of the processor that each stage takes.

    python -m bench.hostile
    python -m bench.hostile --only heirs --share 0.5

``parse`` is of the largest mail and ``group`` of all; ``rest`` of the pipeline is the checks and
the making of the report; ``forms`` are its JSON, text, Markdown and SARIF; ``answer`` is a
comparison with itself, and the mail.
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import bot.triage
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.mail.series import Series
from bot.policy.load import load_policy
from bot.reply.compose import Answer, Letterhead, compose
from bot.report.comparison import compare
from bot.report.json_form import report_to_json
from bot.report.markdown import markdown_text
from bot.report.report import Report
from bot.report.sarif import document_to_sarif
from bot.report.text import mail_text
from bot.triage import Triage
from bot.upstream.finder import OfflineFactFinder
from tests.hostile.cases import CASES

_OWN = OwnIdentity(addresses=("weighbridge@example.org",))
_STAGES = ("read_diff", "resolve", "package_changes", "assess")
_COLUMNS = ("parse", "group", *_STAGES, "rest", "forms", "answer")
_HEAD = Letterhead(
    name="Weighbridge",
    address="weighbridge@example.org",
    list_address="patches@example.org",
    reply_to="patches@example.org",
    identity=_OWN,
    version="bench",
)


class Clock:
    """Seconds of the processor by what they were spent on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = dict.fromkeys(_COLUMNS, 0.0)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count what happens inside as ``stage``."""
        begun = time.process_time()
        try:
            yield
        finally:
            self.spent[stage] += time.process_time() - begun

    def counted(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function`` with its time counted."""

        def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  (whatever is counted)
            with self.of(stage):
                return function(*arguments, **named)

        return call


def main() -> None:
    """Run the cases that are asked for and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--share", type=float, default=1.0, help="of the full size")
    parser.add_argument(
        "--patience", type=float, default=60, help="seconds until a case is given up"
    )
    options = parser.parse_args()
    print(
        f"{'seconds of the processor':<47}"
        + "".join(f"{c[:9]:>10}" for c in _COLUMNS)
        + "     total"
    )
    worst: list[tuple[float, str]] = []
    for name, case in CASES.items():
        if options.only not in name:
            continue
        size = max(int(case.full * options.share), 1)
        clock = Clock()
        mails = case.make(size)
        told = _within(options.patience, mails, clock)
        total = sum(clock.spent.values())
        worst.append((total, name))
        row = "".join(f"{clock.spent[column]:>10.2f}" for column in _COLUMNS)
        print(
            f"{name[:46]:<47}{row}{total:>10.2f}  {sum(map(len, mails)) / 1e6:.1f} MB; {told}",
            flush=True,
        )
    print("slowest:", "; ".join(f"{name} {seconds:.1f} s" for seconds, name in sorted(worst)[-5:]))


class _EnoughError(BaseException):
    """The patience is over."""


def _give_up(_signal: int, _frame: object) -> None:
    raise _EnoughError


def _within(seconds: float, mails: list[bytes], clock: Clock) -> str:
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return _judge(mails, clock)
    except _EnoughError:
        return "given up"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _judge(mails: list[bytes], clock: Clock) -> str:
    messages = []
    try:
        for raw in mails:
            with clock.of("parse"):
                messages.append(parse_message(raw, _OWN))
    except MessageError as error:
        return f"refused: {error}"
    with clock.of("group"):
        series = group_series(messages)
    return "; ".join(_judge_series(one, clock) for one in series)


def _judge_series(series: Series, clock: Clock) -> str:
    triage = Triage(load_policy(), OfflineFactFinder())
    with _timed_stages(clock):
        begun, known = time.process_time(), sum(clock.spent[stage] for stage in _STAGES)
        report = triage(series)
        spent = time.process_time() - begun
        clock.spent["rest"] += spent - (sum(clock.spent[stage] for stage in _STAGES) - known)
    with clock.of("forms"):
        stored = report_to_json(report, all_packages=True)
        size = len(json.dumps(stored))
        markdown_text(report)
        json.dumps(document_to_sarif([report], []))
    with clock.of("answer"):
        _answer(series, report, stored)
    counts = f"{len(report.packages)} models of {len(report.packages) + len(report.other_packages)}"
    return f"{report.verdict}, {counts}, JSON {size / 1e6:.1f} MB, {len(report.notes)} notes"


@contextmanager
def _timed_stages(clock: Clock) -> Iterator[None]:
    counted = {stage: clock.counted(stage, getattr(bot.triage, stage)) for stage in _STAGES}
    with ExitStack() as replaced:
        for stage, function in counted.items():
            replaced.enter_context(patch.object(bot.triage, stage, function))
        yield


def _answer(series: Series, report: Report, stored: Mapping[str, Any]) -> None:
    difference = compare(stored, report)
    answer = Answer(mail_text(report, difference), report.verdict, report.policy)
    compose(series, answer, _HEAD, datetime(2026, 1, 1, tzinfo=UTC))


if __name__ == "__main__":
    main()
