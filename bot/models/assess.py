# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide which of a series' packages ship trained parameters.

Each package is weighed by itself; then what it inherits from, or is built with, is looked at
among its kin of the same series.  When in doubt it is not a model, and the reason says why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.guix.package import PackageChange, PackageDefinition, PackageOrigin
from bot.models import scale, wording
from bot.models.assessment import Evidence, ModelPackage
from bot.models.origins import OriginWeighing, weigh_origins
from bot.models.package_evidence import package_evidence
from bot.models.relevance import needs_report
from bot.models.succession import together

_LONGEST_DETAIL = 1_000


@dataclass(frozen=True)
class _Weighing:
    """A package, weighed.  What is asked of it again and again is found once."""

    package: PackageDefinition
    origins: tuple[OriginWeighing, ...]
    own: tuple[Evidence, ...]
    """Evidence of the package's own fields and kin."""

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """All of it: of several origins, only what the heaviest adds counts."""
        best = max(self.origins, key=lambda origin: origin.points, default=None)
        return tuple(map(_shortened, (best.evidence if best else ()) + self.own))

    @cached_property
    def points(self) -> int:
        return sum(item.weight for item in self.evidence)

    @cached_property
    def is_model(self) -> bool:
        """Whether it weighs enough; a piece without a name must show weights to be spoken of."""
        if self.package.name is None and self.package.variable is None:
            return any(origin.points >= scale.THRESHOLD for origin in self.origins)
        return self.points >= scale.THRESHOLD

    @cached_property
    def weight_origins(self) -> tuple[int, ...]:
        """Origins that are trained parameters; the source, where only the whole package tells."""
        if not self.is_model:
            return ()
        found = tuple(origin.index for origin in self.origins if origin.is_weights)
        return found or tuple(self._source())[:1]

    def _source(self) -> Iterator[int]:
        """Yield the source; not where only literals tell, which may be of inputs out of sight."""
        if all(item.kind.endswith("-literal") for item in self.evidence if item.weight > 0):
            return
        if any(item.kind == "copies-weights" for item in self.evidence):
            return  # what it copies is another package's
        for index, origin in enumerate(self.package.origins):
            if origin.role == "source":
                yield index

    @property
    def weights(self) -> tuple[PackageOrigin, ...]:
        return tuple(self.package.origins[index] for index in self.weight_origins)


def _shortened(item: Evidence) -> Evidence:
    """Return evidence with at most so much of a stranger's words as anybody reads."""
    if len(item.detail) <= _LONGEST_DETAIL:
        return item
    return replace(item, detail=f"{item.detail[:_LONGEST_DETAIL]}...")


def assess(changes: Sequence[PackageChange]) -> tuple[ModelPackage, ...]:
    """Judge all package changes of one series, in their order.

    A package that several of the patches change is judged once, as the last leaves it.  Never
    raises for what a package says; a package that is no model is there too, with ``is_model``
    false and the reason.
    """
    joined = together(changes)
    weighings = _with_kin([_weigh(change.package) for change in joined])
    return tuple(
        _judge(change, weighing) for change, weighing in zip(joined, weighings, strict=True)
    )


def _weigh(package: PackageDefinition) -> _Weighing:
    origins = weigh_origins(package)
    suspect = any(origin.points >= scale.SUSPECT for origin in origins)
    copies_origin = any(
        item.kind == "copied-to-output" for origin in origins for item in origin.evidence
    )
    return _Weighing(package, origins, tuple(package_evidence(package, suspect, copies_origin)))


def _with_kin(weighings: list[_Weighing]) -> list[_Weighing]:
    """Add what a package's parents tell, until no more package becomes a model by it.

    Only the heirs of what became a model are looked at again, and what became one stays one.
    """
    heirs: dict[str, list[_Weighing]] = {}
    for weighing in weighings:
        for parent in weighing.package.inherits:
            heirs.setdefault(parent, []).append(weighing)
    sure: dict[str | None, _Weighing] = {
        weighing.package.variable: weighing
        for weighing in weighings
        if weighing.is_model and weighing.package.variable
    }
    models = {variable: _related(weighing, sure) for variable, weighing in sure.items()}
    waiting = deque(weighings)
    while waiting:
        weighing = waiting.popleft()
        variable = weighing.package.variable
        if not variable or variable in models:
            continue
        related = _related(weighing, models)
        if related.is_model:
            models[variable] = related
            waiting.extend(heirs.get(variable, ()))
    return [_with_uses(_related(weighing, models), models) for weighing in weighings]


def _related(weighing: _Weighing, models: Mapping[str | None, _Weighing]) -> _Weighing:
    kin = tuple(_parent(weighing.package, models))
    return replace(weighing, own=weighing.own + kin) if kin else weighing


def _with_uses(weighing: _Weighing, models: Mapping[str | None, _Weighing]) -> _Weighing:
    used = tuple(_uses(weighing.package, models))
    return replace(weighing, own=weighing.own + used) if used else weighing


def _parent(
    package: PackageDefinition, models: Mapping[str | None, _Weighing]
) -> Iterable[Evidence]:
    """Yield what the parents tell of a package that is made as they are.

    A parent that is a program with weights among its inputs tells nothing: what of these the
    child keeps is among the child's own origins.
    """
    for parent in package.inherits:
        model = models.get(parent)
        if model is not None and _made_alike(package, model):
            yield Evidence("inherits-model", f"it inherits from {parent}", scale.INHERITS_MODEL)
            return
        if model is None and wording.name_says_model(parent) and _is_copied(package):
            detail = f"it inherits from {parent}"
            yield Evidence("inherits-model-name", detail, scale.INHERITS_MODEL_NAME)
            return


def _made_alike(package: PackageDefinition, parent: _Weighing) -> bool:
    if any(origin.role != "source" for origin in parent.weights):
        return False
    return _is_copied(package) or package.build_system == parent.package.build_system


def _is_copied(package: PackageDefinition) -> bool:
    return package.build_system is None or package.build_system in scale.DATA_BUILD_SYSTEMS


def _uses(package: PackageDefinition, models: Mapping[str | None, _Weighing]) -> Iterable[Evidence]:
    used = [name for name in package.inputs if name in models]
    if used:
        detail = f"it uses {', '.join(used[:5])}, a package of its own"
        yield Evidence("uses-model", detail, scale.USES_MODEL)


def _judge(change: PackageChange, weighing: _Weighing) -> ModelPackage:
    return ModelPackage(
        change=change,
        is_model=weighing.is_model,
        evidence=weighing.evidence,
        weight_origins=weighing.weight_origins,
        reason=_reason(weighing),
        needs_report=weighing.is_model and _needs_report(change, weighing),
    )


def _needs_report(change: PackageChange, after: _Weighing) -> bool:
    before = _weigh(change.before).weights if change.before else ()
    return needs_report(change, before, after.weights)


def _reason(weighing: _Weighing) -> str:
    """Say in one sentence what decided."""
    name = (weighing.package.name or weighing.package.variable or "the package")[:_LONGEST_DETAIL]
    for_it = [item for item in weighing.evidence if item.weight > 0]
    against = [item for item in weighing.evidence if item.weight < 0]
    if weighing.is_model:
        heaviest = sorted(for_it, key=lambda item: -item.weight)[:2]
        return f"{name} ships trained parameters: {_joined(heaviest)}"
    if against and for_it:
        return f"{name} is not taken for a model: {_joined(against)}"
    if for_it:
        return f"{name} is not taken for a model: it is too little that {_joined(for_it)}"
    return f"{name} is not taken for a model: nothing in it speaks of trained parameters"


def _joined(evidence: Sequence[Evidence]) -> str:
    return ", and ".join(item.detail for item in evidence)
