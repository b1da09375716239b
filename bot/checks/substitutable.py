# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the package keep its weights off the substitute servers: ``#:substitutable? #f``.

The keyword says "whether users should be able to obtain substitutes" (Guix manual, Build
Systems); only some build systems take it, and advice to write it where it is not taken would
break the package.
"""

from __future__ import annotations

import re
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
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,60}")
_SYMBOL = re.compile(r"[a-z%][a-z0-9.+*%-]{0,60}")
_ARCHIVES = (".zip", ".tgz", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar.lz")


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
    if is_program(model):
        yield from _program(package, policy, line)
    elif package.substitutable == "unknown" or reason:
        message = f"whether #:substitutable? is set is not known: {reason or 'it is computed'}"
        yield from breach(policy, "substitutable-unknown", message, line=line)
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
            hint=(
                f"{advised}-build-system, of (guix build-system {advised}), takes it, and unpacks "
                "and copies files just as well. In place of the fields build-system and "
                "arguments, for instance:"
            ),
            scheme=f"    (build-system {advised}-build-system)\n{_copying(package)}",
            line=line,
        )
        return
    hint = f"Weights in a package of their own, with {advised}-build-system, can have it."
    yield from breach(policy, "substitutable-not-accepted", message, hint=hint, line=line)


def _copying(package: PackageDefinition) -> str:
    """The arguments of copy-build-system that install the source below ``share/NAME``."""
    source = next((origin for origin in package.origins if origin.role == "source"), None)
    if source is None or not _PLAIN_NAME.fullmatch(package.name or ""):
        return _NEW_ARGUMENTS
    file = source.file_name or (source.uris[0].rsplit("/", 1)[-1] if source.uris else "")
    if source.commit or (source.method or "") != "url-fetch" or file.endswith(_ARCHIVES):
        file = "."
    if file != "." and not _PLAIN_NAME.fullmatch(file):
        return _NEW_ARGUMENTS
    plan = f"""      #:install-plan\n      #~'(("{file}" "share/{package.name}/"))))"""
    return f"{_NEW_ARGUMENTS.removesuffix('))')}\n{plan}"


def _missing(package: PackageDefinition, policy: Policy, line: int | None) -> Iterator[Finding]:
    hint = "Keep the weights off the substitute servers: unpacking them is all the work there is."
    where, scheme = _addition(package)
    if not package.argument_keywords:
        line = package.line_of("build-system") or line
    yield from breach(
        policy,
        "substitutable-missing",
        "#:substitutable? is not set",
        hint=f"{hint} {where}",
        scheme=scheme,
        line=line or package.line,
    )


def _addition(package: PackageDefinition) -> tuple[str, str]:
    """Where to write the flag, and what."""
    keywords = package.argument_keywords
    parent = package.inherits[0] if package.inherits else ""
    if keywords and parent and package.line_of("arguments") is None:
        where = f"The arguments come from {parent}: set the flag there, or here:"
        return (where, _changing(parent)) if _SYMBOL.fullmatch(parent) else (f"{where[:-1]}.", "")
    if keywords and parent:
        where = (
            "Set it in the arguments; inside substitute-keyword-arguments, which changes what "
            f"{parent} says, that is:"
        )
        return where, "       ((#:substitutable? _ #f)\n        #f)"
    if keywords:
        return f"In the arguments, before #:{keywords[0]}, add:", f"      {_KEYWORD}"
    if package.line_of("build-system") is None:
        return "Add the field:", _NEW_ARGUMENTS
    return "After the field build-system, add:", _NEW_ARGUMENTS


def _changing(parent: str) -> str:
    return (
        f"    (arguments\n     (substitute-keyword-arguments (package-arguments {parent})\n"
        "       ((#:substitutable? _ #f)\n        #f)))"
    )
