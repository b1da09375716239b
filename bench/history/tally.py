# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts over many judged mails, and how they are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.guix.package import PackageDefinition
from bot.models.assessment import ModelPackage

_EVIDENCE_CHARACTERS = 160


@dataclass(slots=True)
class Tally:
    """What one mode found."""

    mode: str
    mails: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_commit: str = ""
    errors: list[str] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    bases: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    unresolved: Counter[str] = field(default_factory=Counter)
    packages: int = 0
    models: int = 0
    reports: int = 0
    lines: list[str] = field(default_factory=list)

    def add_time(self, commit: str, seconds: float) -> None:
        """Count one mail."""
        self.mails += 1
        self.seconds += seconds
        if seconds > self.slowest:
            self.slowest, self.slowest_commit = seconds, commit

    def add_problems(self, problems: Iterable[str]) -> None:
        """Count what was told of one mail, by its words without names and numbers."""
        for problem in dict.fromkeys(problems):
            words = problem.partition(": ")[2] or problem
            self.problems[" ".join(word for word in words.split() if word.isalpha())[:80]] += 1

    def add_packages(self, commit: str, title: str, judged: Sequence[ModelPackage]) -> None:
        """Count the packages of one mail, and note its models."""
        for model in judged:
            self.packages += 1
            self.kinds[model.change.kind] += 1
            self.bases[model.change.basis.value] += 1
            self.unresolved.update(unresolved_fields(model.change.package))
            if model.is_model:
                self.models += 1
                self.reports += model.needs_report
                self.lines.append(model_line(commit, title, model))

    def text(self) -> str:
        """Return the tally for a person."""
        return "\n".join(self._text_lines())

    def _text_lines(self) -> Iterator[str]:
        rate = self.mails / self.seconds if self.seconds else 0.0
        yield f"== {self.mode}: {self.mails} mails, {rate:.1f} mails/s"
        yield f"slowest: {self.slowest:.2f} s ({self.slowest_commit[:11]})"
        yield f"packages by basis: {_counts(self.bases)}"
        yield f"packages: {self.packages} ({_counts(self.kinds)})"
        for name, count in self.unresolved.most_common():
            yield f"  {name} not known: {count} ({_share(count, self.packages)})"
        yield f"problems told: {self.problems.total()}"
        yield from (f"  {count} × {problem}" for problem, count in self.problems.most_common(10))
        yield f"errors: {len(self.errors)}"
        yield from (f"  {error}" for error in self.errors[:20])
        yield f"models: {self.models}, of which {self.reports} need a report"
        yield from (f"  {line}" for line in self.lines)


def unresolved_fields(package: PackageDefinition) -> Iterator[str]:
    """Yield which of the fields that the checks need are not known."""
    found = [
        name
        for name, known in (
            ("name", package.name is not None),
            ("version", package.version is not None),
            ("source", _source_known(package)),
            ("licence", package.license_statement != "unknown"),
            ("build system", package.build_system is not None),
        )
        if not known
    ]
    yield from found
    if found:
        yield "any of these"


def _source_known(package: PackageDefinition) -> bool:
    if any(item.field in {"source", "origins"} for item in package.unknown):
        return False
    return not package.partial or any(
        origin.uris for origin in package.origins if origin.role == "source"
    )


def model_line(commit: str, title: str, model: ModelPackage) -> str:
    """Return one line for one model."""
    evidence = "; ".join(f"{item.kind} {item.weight:+d}" for item in model.evidence)
    told = "report" if model.needs_report else "silent"
    package = model.change.package
    name = f"{package.name or package.variable} {package.version or '?'}"
    line = f"{commit[:11]} {model.change.kind}, {told}: {name} [{evidence}] — {title}"
    return line[: _EVIDENCE_CHARACTERS * 2]


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.most_common())


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "–"
