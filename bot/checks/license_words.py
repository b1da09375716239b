# SPDX-License-Identifier: GPL-3.0-or-later
"""What comments and the description say of licences beside the license field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.checks.ruling import breach
from bot.checks.subject import weights_of
from bot.guix.package import PackageDefinition
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from bot.upstream.licenses import KnownLicense, known_license

_CANDIDATE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,11}(?:[-. ][A-Za-z0-9]{1,12}){0,4}")
_MAXIMUM_TEXT = 5_000
_NAMES = {"apache": "apache-2.0", "cc0": "cc0-1.0", "expat": "mit", "public domain": ""}


def word_findings(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield findings on nonfree terms spoken of, and on licences named in comments only."""
    package = model.change.package
    yield from _contradiction(package, policy)
    for item in weights_of(model, facts):
        for comment in item.origin.comments:
            named = license_in(comment)
            if named and not _listed(package, named):
                yield from _in_comment(package, named, policy, item.origin.line)
                return


def license_in(text: str) -> KnownLicense | None:
    """Return the licence that a comment names (``Apache-2.0``, ``CC-BY-4.0``), if it names one."""
    for match in _CANDIDATE.finditer(text[:_MAXIMUM_TEXT]):
        words = re.split(r"[ ]", match.group())
        for length in range(len(words), 0, -1):
            name = "-".join(words[:length]).lower()
            known = known_license(_NAMES.get(name, name))
            if known and known.spdx and (length > 1 or any(c.isdigit() or c == "-" for c in name)):
                return known
    return None


def _listed(package: PackageDefinition, named: KnownLicense) -> bool:
    return any(declared.variable in named.variables for declared in package.licenses)


def _in_comment(
    package: PackageDefinition, named: KnownLicense, policy: Policy, line: int | None
) -> Iterator[Finding]:
    message = f"{named.spdx} stands in a comment at the weights, and not in the license field"
    hint = "List it in the license field, with a comment that says which part it covers."
    yield from breach(
        policy,
        "license-in-comment",
        message,
        hint=hint,
        line=line or package.line_of("license"),
    )


def _contradiction(package: PackageDefinition, policy: Policy) -> Iterator[Finding]:
    """Free on the label, and the text beside it speaks of terms that are not."""
    spoken = [
        ("the description", package.line_of("description"), package.description or ""),
        *(("a comment", comment.line, comment.text) for comment in package.comments),
    ]
    for place, line, text in spoken:
        family = policy.family_of(None, text[:_MAXIMUM_TEXT])
        if family and family.verdict == "nonfree" and _label_is_free(package, policy):
            message = f"{place} speaks of terms that are nonfree ({family.id}); the field does not"
            hint = "Say in the thread which terms hold for the weights."
            yield from breach(policy, "license-contradicted", message, hint=hint, line=line)
            return


def _label_is_free(package: PackageDefinition, policy: Policy) -> bool:
    return not any(
        (family := policy.family_of(item.spdx or item.variable, item.name, item.uri, item.comment))
        and family.verdict == "nonfree"
        for item in package.licenses
    )
