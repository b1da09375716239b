# SPDX-License-Identifier: GPL-3.0-or-later
"""How much has to be downloaded, unpacked and kept, and how much more than before.

Guix has no limit on size (manual, Submitting Patches: look at ``guix size``); the policy says from
which size on a reader should hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.finding import Finding
from bot.checks.ruling import breach, kept
from bot.checks.subject import Weights, weights_of
from bot.checks.units import human_size
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import OriginFacts, PackageFacts


@dataclass(frozen=True, slots=True)
class _Sizes:
    download: int
    unpacked: int | None


def check_size(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield one finding on the size as far as it is known, one on what is not, one on growth."""
    weights = weights_of(model, facts)
    line = next((item.origin.line for item in weights if item.origin.line), None)
    unknown = [item for item in weights if size_of(item.facts) is None]
    if unknown or not weights:
        message = _unknown_message(unknown, len(weights))
        yield from breach(policy, "size-unknown", message, line=line)
        return
    sizes = _Sizes(
        sum(size_of(item.facts) or 0 for item in weights),
        _unpacked(weights),
    )
    yield from _judge(model, sizes, policy, line)
    yield from _growth(model, facts, sizes.download, policy, line)


def size_of(facts: OriginFacts | None) -> int | None:
    """Return the bytes of the download, where they are known."""
    return facts.size.value if facts else None


def _unpacked(weights: Sequence[Weights]) -> int | None:
    known = [item.facts.unpacked_size for item in weights if item.facts]
    values = [fact.value for fact in known if fact is not None and fact.value is not None]
    return sum(values) if values and len(values) == len(weights) else None


def _unknown_message(unknown: Sequence[Weights], total: int) -> str:
    if not unknown:
        return "the size is not known: the patch does not show where the weights come from"
    reasons = dict.fromkeys(
        item.facts.size.reason or "no answer" if item.facts else "not asked" for item in unknown
    )
    which = "" if len(unknown) == total else f" of {', '.join(w.place for w in unknown[:3])}"
    return f"the size{which} is not known: {'; '.join(reasons)}"


def _judge(
    model: ModelPackage, sizes: _Sizes, policy: Policy, line: int | None
) -> Iterator[Finding]:
    message = f"{human_size(sizes.download)} to download"
    if sizes.unpacked is not None:
        message += f", {human_size(sizes.unpacked)} unpacked"
    message += _farm(model, sizes, policy)
    limits = policy.sizes
    if _over(sizes.download, limits.download_warn) or _over(sizes.unpacked, limits.unpacked_warn):
        hint = "Say in the thread why it has to be this large, and whether a smaller one would do."
        yield from breach(policy, "size-large", message, hint=hint, line=line)
    elif _over(sizes.download, limits.download_note):
        yield from breach(policy, "size-notable", message, line=line)
    else:
        yield from kept(policy, "size-large", message, line=line)


def _over(size: int | None, limit: int | None) -> bool:
    return size is not None and limit is not None and size > limit


def _farm(model: ModelPackage, sizes: _Sizes, policy: Policy) -> str:
    """Say what substitutes cost: one copy for each system, of what is installed."""
    systems = len(policy.farm.systems)
    if model.change.package.substitutable is False or not systems:
        return ""
    total = systems * (sizes.unpacked or sizes.download)
    return f"; substitutes for {systems} systems take {human_size(total)}"


def _growth(
    model: ModelPackage, facts: PackageFacts, size: int, policy: Policy, line: int | None
) -> Iterator[Finding]:
    limit = policy.sizes.growth_percent_note
    previous = _previous(model, facts)
    if limit is None or previous is None:
        return
    if previous and (size - previous) * 100 > limit * previous:
        message = (
            f"{human_size(size - previous)} more than the version before "
            f"({human_size(previous)}, +{(size - previous) * 100 // previous} %)"
        )
        yield from breach(policy, "size-growth", message, line=line)


def _previous(model: ModelPackage, facts: PackageFacts) -> int | None:
    """Bytes of the same weights before; an origin that did not change is as large as it is now."""
    before = model.change.before
    if before is None or not facts.previous:
        return None
    total = 0
    for index in model.weight_origins:
        if index < len(before.origins):
            known = facts.previous.get(index, facts.origins.get(index))
            value = size_of(known)
            if value is None:
                return None
            total += value
    return total
