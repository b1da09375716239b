# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the package keep its weights off the substitute servers: ``#:substitutable? #f``.

The keyword says "whether users should be able to obtain substitutes" (Guix manual, Build
Systems); only some build systems take it, and advice to write it where it is not taken would
break the package.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.checks.ruling import breach, kept
from bot.checks.subject import is_program, unknown_reason
from bot.guix.package import PackageDefinition
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts

_FIELDS = ("substitutable?", "substitutable", "arguments")
_NEW_ARGUMENTS = "    (arguments\n     (list\n      #:substitutable? #f))"
_KEYWORD = "#:substitutable? #f"


def check_substitutable(
    model: ModelPackage, facts: PackageFacts, policy: Policy
) -> Iterator[Finding]:
    """Yield what the flag says, and the lines to write where it is missing."""
    del facts
    package = model.change.package
    line = next((n for n in map(package.line_of, _FIELDS) if n is not None), None)
    if package.substitutable is False:
        yield from kept(policy, "substitutable-missing", "#:substitutable? is #f", line=line)
    elif package.substitutable is True:
        yield from _true(package, policy, line)
    elif package.substitutable == "conditional":
        message = "#:substitutable? is conditional: it is decided when the package is evaluated"
        hint = "Say in the thread for which systems substitutes are wanted."
        yield from breach(policy, "substitutable-conditional", message, hint=hint, line=line)
    else:
        yield from _not_said(model, policy, line)


def _true(package: PackageDefinition, policy: Policy, line: int | None) -> Iterator[Finding]:
    hint = "Write #f; unpacking the weights is no work that a substitute would save:"
    message = "#:substitutable? is #t"
    if package.inherits and package.line_of("substitutable?") is None:
        message += f", inherited from {package.inherits[0]}"
    yield from breach(
        policy, "substitutable-true", message, hint=hint, scheme=f"      {_KEYWORD}", line=line
    )


def _not_said(model: ModelPackage, policy: Policy, line: int | None) -> Iterator[Finding]:
    package = model.change.package
    reason = unknown_reason(package, *_FIELDS)
    if package.substitutable == "unknown" or reason:
        message = f"whether #:substitutable? is set is not known: {reason or 'it is computed'}"
        yield from breach(policy, "substitutable-unknown", message, line=line)
    elif is_program(model):
        yield from _program(package, policy, line)
    elif package.build_system is None:
        message = "the build system is not known, so neither is whether it takes #:substitutable?"
        yield from breach(policy, "substitutable-unknown", message, line=line)
    elif package.build_system not in policy.substitutable.build_systems:
        yield from _not_accepted(package, policy)
    else:
        yield from _missing(package, policy, line)


def _program(package: PackageDefinition, policy: Policy, line: int | None) -> Iterator[Finding]:
    message = "the weights are part of a program, so substitutes of it carry them"
    hint = (
        "If the weights are large, a package of their own can say #:substitutable? #f without "
        "taking substitutes of the program away."
    )
    yield from breach(
        policy,
        "substitutable-program",
        message,
        hint=hint,
        line=line or package.line_of("build-system"),
    )


def _not_accepted(package: PackageDefinition, policy: Policy) -> Iterator[Finding]:
    advised = policy.substitutable.advised_build_system
    line = package.line_of("build-system")
    message = f"#:substitutable? is no argument of {package.build_system}-build-system"
    if package.build_system == "trivial":
        yield from breach(
            policy,
            "substitutable-use-copy",
            message,
            hint=f"{advised}-build-system takes it, and unpacks and installs files just as well:",
            scheme=f"    (build-system {advised}-build-system)\n{_NEW_ARGUMENTS}",
            line=line,
        )
        return
    hint = f"Weights in a package of their own, with {advised}-build-system, can have it."
    yield from breach(policy, "substitutable-not-accepted", message, hint=hint, line=line)


def _missing(package: PackageDefinition, policy: Policy, line: int | None) -> Iterator[Finding]:
    hint = "Keep the weights off the substitute servers: unpacking them is all the work there is."
    if package.argument_keywords:
        keyword = package.argument_keywords[0]
        hint += f" Add the keyword to the arguments, before #:{keyword}:"
        scheme = f"      {_KEYWORD}"
    else:
        line = package.line_of("build-system") or line
        hint += " After the field build-system, add:"
        scheme = _NEW_ARGUMENTS
    yield from breach(
        policy,
        "substitutable-missing",
        "#:substitutable? is not set",
        hint=hint,
        scheme=scheme,
        line=line or package.line,
    )
