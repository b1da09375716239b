# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the licence of the weights stated, free, and the one that their publisher gives.

Three voices are heard one by one: what the definition declares, what its comments and description
say beside that, and what the publisher states.  The licence of a program's code is not taken for
one of the weights that it bundles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.checks.finding import Finding, Status
from bot.checks.license_publisher import publisher_findings
from bot.checks.license_verdict import judge_declared, license_name
from bot.checks.license_words import license_in, word_findings
from bot.checks.ruling import breach, kept
from bot.checks.subject import Weights, is_program, unknown_reason, weights_of
from bot.guix.package import PackageDefinition, PackageLicense
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from bot.upstream.licenses import known_license


def check_license(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield what is wrong with the licence, or one pass that names it."""
    package = model.change.package
    found = [
        *_declared(model, facts, policy),
        *publisher_findings(model, facts, policy),
        *word_findings(model, facts, policy),
    ]
    yield from found
    if package.licenses and all(finding.status is Status.NOTE for finding in found):
        message = ", ".join(license_name(item) for item in package.licenses)
        message += _who_agrees(weights_of(model, facts))
        yield from kept(policy, "license-nonfree", message, line=package.line_of("license"))


def _who_agrees(weights: Sequence[Weights]) -> str:
    said = [item for item in weights if item.facts and item.facts.license_spdx]
    if any(item.own_license for item in said):
        return "; the publisher says the same"
    return "; so says the repository" if said else " (the package's word alone)"


def _declared(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    package = model.change.package
    statement = package.license_statement
    if statement == "unknown" or (statement == "absent" and _not_shown(package)):
        reason = unknown_reason(package, "license", "licenses") or _not_shown(package)
        message = f"the licence is not known: {reason or 'it is computed'}"
        yield from breach(policy, "license-unknown", message, line=package.line_of("license"))
    elif statement in ("absent", "false"):
        yield from _missing(model, facts, policy)
    else:
        for declared in package.licenses:
            yield from _judge(package, declared, policy)
        yield from _weights_covered(model, facts, policy)


def _not_shown(package: PackageDefinition) -> str:
    if package.partial:
        return "the patch does not show all of the definition"
    if package.inherits:
        return f"it comes from {package.inherits[0]}, which the patch does not show"
    return ""


def _missing(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    package = model.change.package
    said = (
        "the license field is #f"
        if package.license_statement == "false"
        else ("the package states no licence")
    )
    line = package.line_of("license") or package.line
    variable = _publisher_variable(model, facts)
    if variable:
        own = all(item.own_license for item in weights_of(model, facts))
        hint = (
            "The publisher names a free licence; state it:"
            if own
            else "The repository names a free licence; state it, if it covers the weights:"
        )
        scheme = f"    (license {package.license_prefix}{variable})"
    else:
        hint = (
            "Find the licence under which the weights are published and state it. Weights that "
            "nobody has licensed to the public cannot be distributed."
        )
        scheme = ""
    yield from breach(policy, "license-missing", said, hint=hint, scheme=scheme, line=line)


def _publisher_variable(model: ModelPackage, facts: PackageFacts) -> str | None:
    """The variable to write for what the publisher of all weights states, where it is free."""
    names = {
        item.facts.license.value if item.facts and item.facts.license else None
        for item in weights_of(model, facts)
    }
    name = names.pop() if len(names) == 1 else None
    known = known_license(name) if name else None
    return known.variables[0] if known and known.verdict == "free" and known.variables else None


def _judge(
    package: PackageDefinition, declared: PackageLicense, policy: Policy
) -> Iterator[Finding]:
    line = declared.line or package.line_of("license")
    judgement = judge_declared(declared, policy)
    name = license_name(declared)
    if judgement.verdict == "nonfree":
        message = f"{name} is nonfree: it {judgement.why}"
        hint = "Guix cannot distribute these weights under such terms."
        yield from breach(
            policy, "license-nonfree", message, hint=hint, line=line, family=judgement.family
        )
    elif declared.variable == "fsdg-compatible":
        message = "fsdg-compatible is meant for data that does no practical job; weights do one"
        hint = "Name the licence itself, or say in the thread why this one fits; a person decides."
        yield from breach(policy, "license-needs-person", message, hint=hint, line=line)
    elif judgement.verdict == "unclear":
        message = f"whether {name} is a free licence is not known; a person decides"
        hint = "Give the URL of the licence's text in the thread."
        yield from breach(policy, "license-unclear", message, hint=hint, line=line)


def _weights_covered(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """A program with one licence, and weights of which nobody says theirs."""
    if not is_program(model) or len(model.change.package.licenses) != 1:
        return
    silent = [
        item
        for item in weights_of(model, facts)
        if not item.own_license and not any(license_in(comment) for comment in item.origin.comments)
    ]
    if silent:
        package = model.change.package
        name = license_name(package.licenses[0])
        message = (
            f"{name} may be the licence of the code alone; none is stated for the weights "
            f"({', '.join(dict.fromkeys(item.place for item in silent[:3]))})"
        )
        hint = "If the weights have a licence of their own, list both; else say so in a comment."
        yield from breach(
            policy,
            "license-weights-unknown",
            message,
            hint=hint,
            line=package.line_of("license"),
        )
