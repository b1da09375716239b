# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure pipeline: a patch series in, its report out.

No clock, no network and no database of its own: facts come from the ``FactFinder``, rules from
the policy and pre-images from the tree that are passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.checks.registry import run_checks
from bot.checks.series import check_series
from bot.guix.changes import package_changes
from bot.guix.package import PackageChange
from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.message import Message
from bot.mail.series import Series
from bot.models.assess import assess
from bot.models.assessment import ModelPackage
from bot.models.hints import urgency
from bot.patch.change import Basis, FileChange
from bot.patch.reading import DiffReading, read_diff
from bot.patch.resolve import resolve
from bot.patch.tree import Tree
from bot.policy.model import Policy
from bot.report.quotes import excerpt_of, lines_around, quotes_of, shown_lines
from bot.report.report import PackageReport, Report
from bot.upstream.facts import FactFinder, PackageFacts


@dataclass(frozen=True, slots=True)
class Triage:
    """What a series is judged with."""

    policy: Policy
    finder: FactFinder
    tree: Tree | None = None
    limits: Limits = DEFAULT_LIMITS

    def __call__(self, series: Series) -> Report:
        """Return the report of ``series``; never raises for what a patch says."""
        readings = tuple(self._read(series.patches))
        tip = None if self.tree is None else self.tree.tip()
        changes = resolve(readings, tip, limits=self.limits)
        reading = package_changes(changes, library=tip, limits=self.limits, ranking=urgency)
        judged = assess(reading.changes)
        finder = self.finder.for_one_mail()
        packages = _with_quotes(
            [self._report(model, finder) for model in judged if model.is_model], changes
        )
        return Report(
            policy=self.policy.id,
            subject=series.subject,
            author=str(series.author),
            issue=series.issue,
            revision=series.revision,
            patches=series.total,
            missing=series.missing,
            message_ids=tuple(message.message_id for message in series.members),
            packages=packages,
            other_packages=tuple(
                PackageReport(model, PackageFacts(), ()) for model in judged if not model.is_model
            ),
            findings=check_series(((one.model, one.facts) for one in packages), self.policy),
            notes=tuple(dict.fromkeys(self._notes(packages, readings, changes, reading.problems))),
        )

    def _read(self, patches: Iterable[Message]) -> Iterator[DiffReading]:
        for message in patches:
            for diff in message.diffs:
                yield read_diff(diff, message.message_id, self.limits)

    def _report(self, model: ModelPackage, finder: FactFinder) -> PackageReport:
        if not model.needs_report:
            return PackageReport(model, PackageFacts(), ())
        facts = _gather(model, finder)
        return PackageReport(model, facts, run_checks(model, facts, self.policy))

    def _notes(
        self,
        packages: Iterable[PackageReport],
        readings: Iterable[DiffReading],
        changes: Iterable[FileChange],
        package_problems: Iterable[str],
    ) -> Iterator[str]:
        """Say how well the patches could be read: first against what, then what was lost."""
        if self.tree is not None:
            yield from (_basis(one.model.change) for one in packages if one.findings)
        for reading in readings:
            yield from reading.problems
        for change in changes:
            yield from (f"{change.path}: {problem}" for problem in change.problems)
        yield from package_problems


def _gather(model: ModelPackage, finder: FactFinder) -> PackageFacts:
    """Ask about the origins that are weights, and about what stood in their place before."""
    change = model.change
    before = change.before.origins if change.before and change.after else ()
    return PackageFacts(
        origins={
            index: finder.facts_about(change.package.origins[index])
            for index in model.weight_origins
        },
        previous={
            index: finder.facts_about(before[index])
            for index in model.weight_origins
            if index < len(before) and before[index] != change.package.origins[index]
        },
    )


def _with_quotes(
    packages: Sequence[PackageReport], changes: Sequence[FileChange]
) -> tuple[PackageReport, ...]:
    """Add to each package the author's lines that its findings point at."""
    wanted: dict[str, set[int]] = {}
    for one in packages:
        wanted.setdefault(one.model.change.file, set()).update(lines_around(_lines(one)))
    shown = shown_lines(changes, wanted)
    return tuple(
        replace(
            one,
            quotes=quotes_of(shown[one.model.change.file], _lines(one)),
            excerpt=excerpt_of(shown[one.model.change.file], _lines(one)),
        )
        for one in packages
    )


def _lines(package: PackageReport) -> set[int]:
    return {finding.line for finding in package.findings if finding.line is not None}


def _basis(change: PackageChange) -> str:
    if change.basis is Basis.VERIFIED:
        return f"{change.file}: verified, it is the very file that the patch's author had."
    if change.basis is Basis.WHOLE and not change.basis_reason:
        return f"{change.file}: the patch holds the whole file."
    how = {
        Basis.WHOLE: "the patch holds the whole file",
        Basis.LOCATED: "read against the branch's tip, where the hunks were found by their context",
        Basis.HUNKS: "read by its hunks alone",
    }[change.basis]
    return f"{change.file}: not verified, {how}: {change.basis_reason}."
