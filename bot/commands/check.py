# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge check``: the dry run on one's own machine before sending.

The options alone: what they ask for is imported when it is done, so that they complete at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from bot.commands.check_request import CheckRequest
from bot.commands.failure import give_up
from bot.commands.policy_option import policy_option

EPILOG = """\b
Exit status:
  0  nothing to fix, or no package in it ships a model
  1  at least one failure
  2  wrong usage
  3  no failure, but something could not be read, or nothing was found
  130  --watch was ended with Ctrl-C
\b
Examples:
  git format-patch -1 --stdout | weighbridge check
  weighbridge check --range origin/master..
  weighbridge check --worktree --watch
  weighbridge check --offline outgoing/
  weighbridge check --format json --guix-repo ~/src/guix 0001-my-model.patch
  weighbridge check --all-packages saved-thread.mbox
"""


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[FILE|DIR|-]...", type=click.Path(allow_dash=True))
@click.option(
    "--range",
    "revisions",
    metavar="REV..REV",
    help="Judge the commits of a range as the series that git format-patch makes of them.",
)
@click.option(
    "--worktree",
    is_flag=True,
    help="Judge what is not committed: all changes since HEAD, and new Scheme files.",
)
@click.option("--staged", is_flag=True, help="Judge what is staged for the next commit.")
@click.option(
    "--repository",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Git repository of --range, --worktree and --staged.  [default: the current folder's]",
)
@click.option("--watch", is_flag=True, help="Judge again whenever it changes, until Ctrl-C.")
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
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Clone of Guix (bare or not): patches are read against the exact files.",
)
@click.option(
    "--guix-branch",
    metavar="NAME",
    help="Branch of the clone to use where a patch's own base is not there.  [default: HEAD]",
)
@policy_option
@click.option(
    "--all-packages",
    is_flag=True,
    help="Also list the packages that ship no model and the mails left alone, with the reasons.",
)
def check(
    paths: tuple[str, ...],
    revisions: str | None,
    worktree: bool,
    staged: bool,
    repository: Path | None,
    watch: bool,
    form: str,
    offline: bool,
    guix_repo: Path | None,
    guix_branch: str | None,
    policy_name: str,
    all_packages: bool,
) -> None:
    """Judge patches as the bot would, and send nothing.

    Reads patch files, bare diffs, mails, mbox files (gzipped too), Maildirs, folders of these,
    or standard input; or, of a git repository, a range of commits or what is not committed yet.
    Prints a report for each patch series that ships a model.
    """
    in_git = (revisions is not None) + worktree + staged
    if in_git > 1 or (in_git and paths):
        give_up("name files, or one of --range, --worktree and --staged: not several at once")
    if repository and not in_git:
        give_up("--repository goes with --range, --worktree or --staged")
    if not in_git:
        paths = _given_or_standard_input(paths, watch=watch)
    request = CheckRequest(
        paths=paths,
        revisions=revisions,
        worktree=worktree,
        staged=staged,
        repository=repository,
        watch=watch,
        form=form,
        offline=offline,
        guix_repo=guix_repo,
        guix_branch=guix_branch,
        policy_name=policy_name,
        all_packages=all_packages,
    )
    sys.exit(import_module("bot.commands.check_run").run_check(request))


def _given_or_standard_input(paths: tuple[str, ...], *, watch: bool) -> tuple[str, ...]:
    if not paths:
        if sys.stdin and sys.stdin.isatty():
            give_up(
                "nothing to check: name patch files, pipe one in, or say --range or --worktree "
                "('weighbridge check -h')"
            )
        paths = ("-",)
    if "-" in paths and watch:
        give_up("standard input cannot be watched: name files or folders, --range or --worktree")
    if "-" in paths and not sys.stdin:
        give_up("standard input is closed: name patch files or pipe one in")
    return paths
