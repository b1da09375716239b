# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a range of commits, as patch mails, through the pipeline.

    python -m bench.history --repo CLONE --range HEAD~1000..HEAD --mode both

Prints, for each mode: mails and their rate, how the files and packages could be read, and one
line per model with its evidence.
"""

from __future__ import annotations

import argparse
import signal
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from bench.history.patch_mails import PatchMail, patch_mails
from bench.history.tally import Tally
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.patch.tree import Tree
from bot.policy.load import load_policy
from bot.triage import Triage
from bot.upstream.finder import OfflineFactFinder

_OWN = OwnIdentity(addresses=("weighbridge@example.org",))


def main() -> None:
    """Read the arguments, run, print."""
    options = _arguments()
    modes = ["hunks", "tree"] if options.mode == "both" else [options.mode]
    tallies = {mode: Tally(mode) for mode in modes}
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        _run(options, tallies)
    except KeyboardInterrupt:
        print("# stopped before the end of the range")
    for tally in tallies.values():
        print(tally.text())


def _run(options: argparse.Namespace, tallies: dict[str, Tally]) -> None:
    policy, finder = load_policy(), OfflineFactFinder()
    with ExitStack() as stack:
        tree = (
            stack.enter_context(Tree(options.repo, options.branch)) if "tree" in tallies else None
        )
        for mail in patch_mails(options.repo, options.range, options.paths, options.limit):
            for mode, tally in tallies.items():
                _judge(mail, Triage(policy, finder, tree if mode == "tree" else None), tally)
            _progress(next(iter(tallies.values())), options.progress)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--repo", type=Path, required=True, help="a clone of Guix")
    parser.add_argument("--range", default="HEAD", help="commits, as for git log (default HEAD)")
    parser.add_argument("--branch", default="HEAD", help="tip to locate hunks in (default HEAD)")
    parser.add_argument("--mode", choices=["hunks", "tree", "both"], default="both")
    parser.add_argument("--limit", type=int, default=1_000_000, help="newest commits to take")
    parser.add_argument(
        "--paths",
        nargs="+",
        default=["gnu/packages"],
        help="commits that touch these; ':!PATH' leaves one out (default gnu/packages)",
    )
    parser.add_argument("--progress", type=int, default=0, help="say each time so many are done")
    return parser.parse_args()


def _judge(mail: PatchMail, triage: Triage, tally: Tally) -> None:
    start = time.perf_counter()
    try:
        _pipeline(mail, triage, tally)
    except Exception:  # noqa: BLE001  (a bench counts what should never happen)
        last = traceback.format_exc().strip().splitlines()
        tally.errors.append(f"{mail.commit[:11]} {last[-1]} ({last[-3].strip()})")
    tally.add_time(mail.commit, time.perf_counter() - start)


def _pipeline(mail: PatchMail, triage: Triage, tally: Tally) -> None:
    message = parse_message(mail.raw, _OWN)
    if not message.diffs:
        tally.errors.append(f"{mail.commit[:11]} has no diff")
    for series in group_series((message,)):
        report = triage(series)
        tally.add_problems(report.notes)
        packages = (*report.packages, *report.other_packages)
        tally.add_packages(mail.commit, mail.title, [package.model for package in packages])


def _progress(tally: Tally, every: int) -> None:
    if every and tally.mails % every == 0:
        print(f"# {tally.mails} mails, {tally.models} models", flush=True)


if __name__ == "__main__":
    main()
