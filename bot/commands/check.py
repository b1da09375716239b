# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge check``: the dry run on one's own machine before sending."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import click

from bot.checking import Checker, CheckRun
from bot.checks.finding import Status
from bot.commands.check_text import run_text
from bot.commands.failure import EXIT_FAILED_CHECK, EXIT_UNREADABLE, give_up
from bot.commands.terminal import understands_escapes
from bot.patch.tree import Tree, TreeError
from bot.policy.load import PolicyError, load_policy
from bot.policy.model import Policy
from bot.policy.names import DEFAULT_POLICY
from bot.report.clean import one_line
from bot.report.json_form import document_to_json
from bot.report.markdown import markdown_text
from bot.report.sarif import document_to_sarif
from bot.triage import Triage
from bot.upstream.finder import GuardedFactFinder, OfflineFactFinder

EPILOG = """\b
Exit status:
  0  nothing to fix, or no package in it ships a model
  1  at least one failure
  2  wrong usage
  3  no failure, but something could not be read, or nothing was found
\b
Examples:
  git format-patch -1 --stdout | weighbridge check
  weighbridge check --offline outgoing/
  weighbridge check --format json --guix-repo ~/src/guix 0001-my-model.patch
  weighbridge check --all-packages saved-thread.mbox
"""


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[FILE|DIR|-]...", type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "sarif"]),
    default="text",
    show_default=True,
    help="Form of the report on standard output.",
)
@click.option("--offline", is_flag=True, help="Ask no publisher anything.")
@click.option(
    "--guix-repo",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Clone of Guix (bare or not): patches are read against the exact files.",
)
@click.option(
    "--guix-branch",
    default="HEAD",
    show_default=True,
    help="Branch of the clone to use where a patch's own base is not there.",
)
@click.option(
    "--policy",
    "policy_name",
    default=DEFAULT_POLICY,
    show_default=True,
    metavar="NAME|FILE",
    help="Rules to judge by; see 'weighbridge policy list'.",
)
@click.option(
    "--all-packages",
    is_flag=True,
    help="Also list the packages that ship no model and the mails left alone, with the reasons.",
)
def check(
    paths: tuple[str, ...],
    form: str,
    offline: bool,
    guix_repo: Path | None,
    guix_branch: str,
    policy_name: str,
    all_packages: bool,
) -> None:
    """Judge patches as the bot would, and send nothing.

    Reads patch files, bare diffs, mails, mbox files (gzipped too), Maildirs, folders of these,
    or standard input.  Prints a report for each patch series that ships a model.
    """
    if not paths:
        if sys.stdin and sys.stdin.isatty():
            give_up("nothing to check: name patch files or pipe one in ('weighbridge check -h')")
        paths = ("-",)
    if "-" in paths and not sys.stdin:
        give_up("standard input is closed: name patch files or pipe one in")
    policy = _policy(policy_name)
    finder = OfflineFactFinder() if offline else GuardedFactFinder()
    with _tree(guix_repo, guix_branch) as tree:
        run = Checker(Triage(policy, finder, tree)).check(paths, _progress)
    _clear_progress()
    run = _with_emptiness_told(run, paths)
    click.echo(_FORMS[form](run, policy, all_packages), nl=False)
    for source, reason in run.errors:
        click.echo(f"weighbridge: {one_line(source)}: {one_line(reason)}", err=True)
    sys.exit(_exit_status(run))


def _policy(name_or_file: str) -> Policy:
    try:
        return load_policy(name_or_file)
    except PolicyError as error:
        give_up(str(error))


def _tree(path: Path | None, branch: str) -> AbstractContextManager[Tree | None]:
    if path is None:
        return nullcontext()
    try:
        return Tree(path, branch)
    except TreeError as error:
        give_up(str(error))


def _with_emptiness_told(run: CheckRun, paths: tuple[str, ...]) -> CheckRun:
    """Return ``run``; where nothing at all was found, with that as an error: a name was wrong."""
    if run.reports or run.left_alone or run.errors:
        return run
    return replace(run, errors=((", ".join(paths), "there is no mail and no patch in it"),))


def _exit_status(run: CheckRun) -> int:
    if run.failed:
        return EXIT_FAILED_CHECK
    return EXIT_UNREADABLE if run.errors else 0


def _as_json(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    document = document_to_json(policy.id, run.reports, run.errors, all_packages)
    return json.dumps(document, indent=2) + "\n"


def _as_sarif(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    del policy, all_packages  # each result names its rule; what is no model has none
    return json.dumps(document_to_sarif(run.reports, run.errors), indent=2) + "\n"


def _as_markdown(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    del policy, all_packages  # a pull request is told what was found, and by which policy
    judged = (report for report in run.reports if report.verdict is not Status.NONE)
    return "\n---\n\n".join(map(markdown_text, judged))


_FORMS: dict[str, Callable[[CheckRun, Policy, bool], str]] = {
    "text": run_text,
    "json": _as_json,
    "markdown": _as_markdown,
    "sarif": _as_sarif,
}


def _progress(count: int) -> None:
    if count % 100 == 0 and understands_escapes(sys.stderr):
        click.echo(f"\r{count} mails read", err=True, nl=False)


def _clear_progress() -> None:
    if understands_escapes(sys.stderr):
        click.echo("\r\x1b[K", err=True, nl=False)
