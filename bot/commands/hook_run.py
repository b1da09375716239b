# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges what a git hook is called for, and says no more than is needed.

Nothing of a patch without a model, a line of what does not stop it, the whole report of what
does.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.checking import Checker, CheckRun
from bot.checks.finding import Status
from bot.commands.terminal import shows_colour
from bot.hooks.kinds import PRE_COMMIT, SEND_EMAIL, SKIP_VARIABLE, STATUS_STOP, HookKind
from bot.hooks.send_run import sending
from bot.inputs import Input, open_tree
from bot.patch.tree import TreeError
from bot.policy.load import PolicyError, load_policy
from bot.report.clean import one_line
from bot.report.outline import outline
from bot.report.report import Report
from bot.report.text import terminal_text
from bot.repository.commits import CommitRange
from bot.repository.git import RepositoryError
from bot.repository.repository import PreImages, Repository, open_repository
from bot.repository.uncommitted import Uncommitted
from bot.sources.files import read_files
from bot.sources.unreadable import Found
from bot.triage import Triage
from bot.upstream.finder import GuardedFactFinder, OfflineFactFinder

_MEMORY = "weighbridge-send-email"
_FROM, _TO = "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"
"""Set by https://pre-commit.com where it is asked for the commits between two names."""


@dataclass(frozen=True, slots=True)
class HookRun:
    """One call of a hook."""

    policy_name: str
    guix_repo: Path | None
    online: bool
    strict: bool

    def status(self, kind: str, files: Sequence[Path]) -> int:
        """Judge, print, and return the exit status for ``weighbridge run-hook``."""
        if os.environ.get(SKIP_VARIABLE, "0") not in ("", "0"):
            return 0
        try:
            repository = open_repository()
            if kind == SEND_EMAIL.name:
                return self._mails(repository, files)
            return self._commit(repository)
        except (RepositoryError, TreeError, PolicyError) as error:
            click.echo(f"weighbridge: nothing is judged: {error}", err=True)
            return STATUS_STOP if self.strict else 0

    def _mails(self, repository: Repository, files: Sequence[Path]) -> int:
        if not files:
            raise RepositoryError("the hook was given no file")
        now = sending(files[0].absolute(), repository.git_directory / _MEMORY, os.environ)
        if not now.files:
            return 0
        found = read_files(now.files, "git send-email")
        head = repository.commit_if_any("HEAD")
        own = PreImages(repository.git_directory, head) if head else None
        run = self._judge(found, own)
        return self._told(run, SEND_EMAIL, is_last=now.is_last)

    def _commit(self, repository: Repository) -> int:
        given: Input = Uncommitted(repository, staged=True)
        if os.environ.get(_FROM) and os.environ.get(_TO):
            given = CommitRange(repository, f"{os.environ[_FROM]}..{os.environ[_TO]}")
        elif repository.commit_if_any("MERGE_HEAD"):
            return 0  # what others have committed is not the author's to mend
        run = self._judge(given.read(), given.pre_images())
        return self._told(run, PRE_COMMIT, is_last=True)

    def _judge(self, found: Iterable[Found], own: PreImages | None) -> CheckRun:
        finder = GuardedFactFinder() if self.online else OfflineFactFinder()
        with open_tree(own, self.guix_repo) as tree:
            return Checker(Triage(load_policy(self.policy_name), finder, tree)).check_found(found)

    def _told(self, run: CheckRun, kind: HookKind, *, is_last: bool) -> int:
        """Print what came of it; return the exit status."""
        for report in run.reports:
            if report.verdict is Status.FAIL:
                _show(report)
            elif is_last and report.verdict not in (Status.NONE, Status.PASS):
                click.echo(f"weighbridge: {one_line(report.subject, 100)}: {_headline(report)}")
        for source, reason in run.errors:
            click.echo(f"weighbridge: {one_line(source)}: {one_line(reason)}", err=True)
        if not run.failed and not (self.strict and run.errors):
            return 0
        click.echo(
            f"weighbridge: stopped.  To go on all the same: "
            f"{SKIP_VARIABLE}=1 {kind.once_without} ...",
            err=True,
        )
        return STATUS_STOP


def _show(report: Report) -> None:
    width = shutil.get_terminal_size().columns
    click.echo(terminal_text(report, width, shows_colour(sys.stdout)))


def _headline(report: Report) -> str:
    return outline(report).headline
