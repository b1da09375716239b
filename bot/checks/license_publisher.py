# SPDX-License-Identifier: GPL-3.0-or-later
"""The publisher's word on the licence of the weights, against the package's."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.checks.license_verdict import CONSTRUCTORS, judge_declared, judge_identifier, license_name
from bot.checks.ruling import breach
from bot.checks.subject import Weights, is_program, weights_of
from bot.guix.package import PackageDefinition
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from bot.upstream.licenses import KnownLicense, known_license


def publisher_findings(
    model: ModelPackage, facts: PackageFacts, policy: Policy
) -> Iterator[Finding]:
    """Yield findings for what publishers state; one for each different statement."""
    said: set[tuple[str, str]] = set()
    for item in weights_of(model, facts):
        for finding in (
            *_license(model, item, policy),
            *_bases(model, item, policy),
            *_open_chain(item, policy),
            *_gate(item, policy),
        ):
            if (finding.code, finding.message) not in said:
                said.add((finding.code, finding.message))
                yield finding


def _license(model: ModelPackage, item: Weights, policy: Policy) -> Iterator[Finding]:
    fact = item.facts.license if item.facts else None
    if item.facts is None or fact is None or fact.value is None:
        return
    known = known_license(fact.value)
    judgement = judge_identifier(fact.value, policy, item.facts.license_link)
    line = model.change.package.line_of("license") or item.origin.line
    if judgement.verdict == "nonfree":
        if _says_nonfree(model.change.package, policy):
            return  # the same thing to do, said already
        message = f'{_who(item)} states "{fact.value}", which is nonfree: it {judgement.why}'
        hint = "Guix cannot distribute these weights under such terms."
        yield from breach(
            policy,
            "license-publisher-nonfree",
            message,
            hint=hint,
            line=line,
            family=judgement.family,
            fact=fact,
        )
    elif judgement.verdict == "unclear":
        message = f'{_who(item)} states "{fact.value}"; whether that is free is not known'
        where = item.facts.license_link or "Give the URL of the licence's text in the thread"
        hint = f"A person decides; see {where}." if item.facts.license_link else f"{where}."
        yield from breach(
            policy, "license-publisher-unclear", message, hint=hint, line=line, fact=fact
        )
    elif is_program(model) and not item.own_license:
        return  # of the code, as like as not
    elif known is not None and not _declares(model.change.package, known, policy):
        yield from _mismatch(model, item, known, policy)


def _who(item: Weights) -> str:
    return "the publisher" if item.own_license else "the repository"


def _says_nonfree(package: PackageDefinition, policy: Policy) -> bool:
    return any(judge_declared(item, policy).verdict == "nonfree" for item in package.licenses)


def _declares(package: PackageDefinition, known: KnownLicense, policy: Policy) -> bool:
    """Tell whether the package states that licence, or what is worse than stating another."""
    if package.license_statement != "stated":
        return True
    if _says_nonfree(package, policy):
        return True
    if any(declared.variable in known.variables for declared in package.licenses):
        return True
    spdx = (known.spdx or "").lower().removesuffix("-only").removesuffix("-or-later")
    stated = {(declared.spdx or "").lower() for declared in package.licenses}
    return bool(spdx) and any(
        name.removesuffix("-only").removesuffix("-or-later") == spdx for name in stated
    )


def _mismatch(
    model: ModelPackage, item: Weights, known: KnownLicense, policy: Policy
) -> Iterator[Finding]:
    package = model.change.package
    names = ", ".join(license_name(declared) for declared in package.licenses)
    name = known.spdx or known.identifier
    fact = item.facts.license if item.facts else None
    variable = known.variables[0] if known.variables else None
    if is_program(model):
        message = f"the weights ({item.place}) are {name}, which the package does not list"
        scheme = both_licenses(package, variable)
        hint = "List the licence of the weights beside that of the code:"
        yield from breach(
            policy,
            "license-weights-not-listed",
            message,
            hint=hint if scheme else hint.rstrip(":") + ".",
            scheme=scheme,
            line=package.line_of("license"),
            fact=fact,
        )
        return
    message = f"the package states {names}, {_who(item)} {name}"
    yield from breach(
        policy,
        "license-mismatch",
        message,
        hint=f"State what {_who(item)} states, or say in the thread why not"
        + (":" if variable else "."),
        scheme=f"    (license {package.license_prefix}{variable})" if variable else "",
        line=package.line_of("license"),
        fact=fact,
    )


def both_licenses(package: PackageDefinition, variable: str | None) -> str:
    """Return the field that lists what is stated and the weights' licence; empty where unknown."""
    stated = [declared.variable for declared in package.licenses]
    if not stated or variable is None or CONSTRUCTORS.intersection(stated):
        return ""
    prefix = package.license_prefix
    code = [f"{prefix}{name}" for name in stated]
    first = f"    (license (list {code[0]} ;code"
    middle = [f"                   {name} ;code" for name in code[1:]]
    return "\n".join([first, *middle, f"                   {prefix}{variable})) ;weights"])


def _bases(model: ModelPackage, item: Weights, policy: Policy) -> Iterator[Finding]:
    for base in item.facts.base_chain if item.facts else ():
        if base.license.value is None:
            continue
        judgement = judge_identifier(base.license.value, policy)
        if judgement.verdict == "nonfree":
            message = (
                f'it is derived from {base.name}, whose licence "{base.license.value}" is nonfree: '
                f"it {judgement.why}"
            )
            hint = "The terms of the base model hold for what is derived from it."
            line = model.change.package.line_of("license") or item.origin.line
            yield from breach(
                policy,
                "license-base-nonfree",
                message,
                hint=hint,
                line=line,
                family=judgement.family,
                fact=base.license,
            )


def _open_chain(item: Weights, policy: Policy) -> Iterator[Finding]:
    """A chain of base models that was not seen to its end."""
    if item.facts is None or item.facts.base_chain_complete or not item.facts.base_models:
        return
    silent = [base.name for base in item.facts.base_chain if base.license.value is None]
    name = silent[0] if silent else item.facts.base_models[0]
    message = f"the terms of {name}, which it is derived from, are not known"
    yield from breach(policy, "license-base-unknown", message, line=item.origin.line)


def _gate(item: Weights, policy: Policy) -> Iterator[Finding]:
    if item.facts and item.facts.gated:
        message = "the publisher hands the files out only to those who log in and agree to terms"
        hint = "A build cannot fetch them: find a source that needs no account."
        yield from breach(policy, "license-gated", message, hint=hint, line=item.origin.line)
