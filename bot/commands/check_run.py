# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what ``weighbridge check`` is asked: once, or again whenever the input changes."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from bot.checking import Checker, CheckRun
from bot.commands.check_forms import FORMS
from bot.commands.check_request import CheckRequest
from bot.commands.failure import EXIT_FAILED_CHECK, EXIT_UNREADABLE, give_up
from bot.commands.terminal import understands_escapes
from bot.inputs import Input, NamedPaths, open_tree
from bot.patch.tree import TreeError
from bot.policy.load import PolicyError, load_policy
from bot.policy.model import Policy
from bot.report.clean import one_line
from bot.repository.commits import CommitRange
from bot.repository.git import RepositoryError
from bot.repository.repository import open_repository
from bot.repository.uncommitted import Uncommitted
from bot.triage import Triage
from bot.upstream.facts import FactFinder
from bot.upstream.finder import GuardedFactFinder, OfflineFactFinder
from bot.watching import watch


def run_check(request: CheckRequest) -> int:
    """Judge what ``request`` names, print the reports, and return the exit status.

    With ``request.watch`` it returns never: KeyboardInterrupt ends it.
    """
    finder = OfflineFactFinder() if request.offline else GuardedFactFinder()
    judgement = _Judgement(request, _policy(request.policy_name), finder)
    try:
        given = _input(request)
        seen = given.stamp() if request.watch else None
        run = judgement.of(given)
    except (RepositoryError, TreeError) as error:
        give_up(str(error))
    if request.watch:
        judgement.show_alone(run)
        watch(given.stamp, seen, lambda: judgement.anew(given))
    return judgement.show(run)


@dataclass(frozen=True, slots=True)
class _Judgement:
    request: CheckRequest
    policy: Policy
    finder: FactFinder

    def of(self, given: Input) -> CheckRun:
        """Judge the input.  Raises ``RepositoryError`` and ``TreeError``."""
        request = self.request
        with open_tree(given.pre_images(), request.guix_repo, request.guix_branch) as tree:
            found = given.read()
            run = Checker(Triage(self.policy, self.finder, tree)).check_found(found, _progress)
        _clear_progress()
        return run

    def show(self, run: CheckRun) -> int:
        """Print what came of it; return the exit status that says the same."""
        form = FORMS[self.request.form]
        click.echo(form(run, self.policy, self.request.all_packages), nl=False)
        for source, reason in run.errors:
            click.echo(f"weighbridge: {one_line(source)}: {one_line(reason)}", err=True)
        if run.failed:
            return EXIT_FAILED_CHECK
        return EXIT_UNREADABLE if run.errors else 0

    def anew(self, given: Input) -> None:
        """Judge the input as it is now, and show what came of it."""
        try:
            run = self.of(given)
        except (RepositoryError, TreeError) as error:
            run = CheckRun((), (), ((str(error), "it is looked for again"),))
        self.show_alone(run)

    def show_alone(self, run: CheckRun) -> None:
        """Print what came of it, on a terminal in place of what was there."""
        if understands_escapes(sys.stdout):
            click.clear()
        self.show(run)
        sys.stdout.flush()
        if understands_escapes(sys.stderr):
            click.echo("Watching; Ctrl-C ends it.", err=True)


def _policy(name_or_file: str) -> Policy:
    try:
        return load_policy(name_or_file)
    except PolicyError as error:
        give_up(str(error))


def _input(request: CheckRequest) -> Input:
    if request.paths:
        return NamedPaths(request.paths)
    repository = open_repository(request.repository)
    if request.revisions is not None:
        return CommitRange(repository, request.revisions)
    return Uncommitted(repository, request.staged)


def _progress(count: int) -> None:
    if count % 100 == 0 and understands_escapes(sys.stderr):
        click.echo(f"\r{count} mails read", err=True, nl=False)


def _clear_progress() -> None:
    if understands_escapes(sys.stderr):
        click.echo("\r\x1b[K", err=True, nl=False)
