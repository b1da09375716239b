# SPDX-License-Identifier: GPL-3.0-or-later
"""What comments and the description say of licences beside the license field."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.checks.finding import Finding
from bot.checks.license_publisher import both_licenses
from bot.checks.license_verdict import judge_declared
from bot.checks.ruling import breach
from bot.checks.subject import is_program, weights_of
from bot.guix.package import PackageDefinition
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from bot.upstream.licenses import KnownLicense, known_license

_MAXIMUM_TEXT = 5_000
_MAXIMUM_WORDS = 400
_TEXTS = 512
"""Comments that are remembered: packages that one procedure makes share them."""
_LONGEST_NAME = 5
_EDGES = ".,;:()[]<>\"'`"
_SHORT_NAMES = {"cc0": "cc0-1.0", "MIT": "mit", "ISC": "isc", "Expat": "mit", "expat": "mit"}


def word_findings(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield findings on nonfree terms spoken of, and on licences named in comments only."""
    package = model.change.package
    yield from _contradiction(package, policy)
    for item in weights_of(model, facts):
        for comment in item.origin.comments:
            named = license_in(comment)
            if named and not _listed(package, named):
                yield from _in_comment(model, named, policy, item.origin.line)
                return


@lru_cache(_TEXTS)
def license_in(text: str) -> KnownLicense | None:
    """Return the licence that a comment names (``Apache-2.0``, ``CC-BY-4.0``), if it names one."""
    words = [word.strip(_EDGES) for word in text[:_MAXIMUM_TEXT].split()][:_MAXIMUM_WORDS]
    for first in range(len(words)):
        for length in range(min(_LONGEST_NAME, len(words) - first), 0, -1):
            known = _known(words[first : first + length])
            if known:
                return known
    return None


def _known(words: list[str]) -> KnownLicense | None:
    """A single plain word ("other", "unknown") is no name, but for the few that are."""
    if len(words) == 1:
        word = words[0]
        name = _SHORT_NAMES.get(word) or _SHORT_NAMES.get(word.lower() if "0" in word else "")
        if name is None and not any(char.isdigit() for char in word):
            return None
        known = known_license(name or word)
    else:
        known = known_license(" ".join(words))
    return known if known and known.spdx else None


def _listed(package: PackageDefinition, named: KnownLicense) -> bool:
    return any(declared.variable in named.variables for declared in package.licenses)


def _in_comment(
    model: ModelPackage, named: KnownLicense, policy: Policy, line: int | None
) -> Iterator[Finding]:
    package = model.change.package
    variable = named.variables[0] if named.variables else None
    scheme = both_licenses(package, variable) if is_program(model) else ""
    message = f"{named.spdx} stands in a comment at the weights, and not in the license field"
    hint = "List it in the license field, with a comment that says which part it covers"
    hint += ":" if scheme else "."
    yield from breach(
        policy,
        "license-in-comment",
        message,
        hint=hint,
        scheme=scheme,
        line=line or package.line_of("license"),
    )


def _contradiction(package: PackageDefinition, policy: Policy) -> Iterator[Finding]:
    """Free on the label, and the text beside it speaks of terms that are not."""
    if not _label_is_free(package, policy):
        return
    spoken = [
        ("the description", package.line_of("description"), package.description or ""),
        *(("a comment", comment.line, comment.text) for comment in package.comments),
    ]
    for place, line, text in spoken:
        family = policy.family_of(None, text[:_MAXIMUM_TEXT])
        if family and family.verdict == "nonfree":
            message = f"{place} speaks of terms that are nonfree ({family.id}); the field does not"
            hint = "Say in the thread which terms hold for the weights."
            yield from breach(policy, "license-contradicted", message, hint=hint, line=line)
            return


def _label_is_free(package: PackageDefinition, policy: Policy) -> bool:
    return all(judge_declared(item, policy).verdict != "nonfree" for item in package.licenses)
