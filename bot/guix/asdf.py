# SPDX-License-Identifier: GPL-3.0-or-later
"""Common Lisp packages made from others: the rules of (guix build-system asdf)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.guix.constants import BuildSystem
from bot.guix.keyword_arguments import joined, split_arguments
from bot.guix.records import derived, field
from bot.scheme.evaluator import Evaluator
from bot.scheme.values import Record, Unknown, Value

_SOURCE_DROPS: Final = frozenset(
    {"tests?", "lisp", "asd-systems", "asd-test-systems", "asd-operation"}
)


def _variant(
    old: str, new: str, build_system: str, prefixes: tuple[str, str]
) -> Callable[..., Value]:
    def procedure(evaluator: Evaluator, package: Value) -> Value:
        if not isinstance(package, Record):
            return package if isinstance(package, Unknown) else Unknown("not a package")
        current = field(evaluator, package, "build-system")
        if isinstance(current, Unknown):
            return current
        if current != BuildSystem(old):
            return package
        name = field(evaluator, package, "name")
        if not isinstance(name, str):
            return Unknown("the name of what it is made from is not known")
        return derived(
            package,
            name=_renamed(name, *prefixes),
            build_system=BuildSystem(build_system),
            arguments=_arguments(source=new == "source"),
        )

    return procedure


def _renamed(name: str, old: str, new: str) -> str:
    if not name.startswith(old):
        return name
    rest = name[len(old) :]
    return rest if rest.startswith(new) else new + rest


def _arguments(*, source: bool) -> Callable[[Evaluator, Record, Record], Value]:
    def arguments(evaluator: Evaluator, owner: Record, self: Record) -> Value:
        parent = owner.parent
        value = (
            field(evaluator, parent, "arguments", self)
            if isinstance(parent, Record)
            else Unknown("")
        )
        if not source:
            return value
        pairs = split_arguments(value)
        return joined(
            [pair for pair in pairs if pair[0] is None or pair[0].name not in _SOURCE_DROPS]
        )

    return arguments


ASDF_PROCEDURES: Final[dict[str, Callable[..., Value]]] = {
    "sbcl-package->cl-source-package": _variant(
        "asdf/sbcl", "source", "asdf/source", ("sbcl-", "cl-")
    ),
    "sbcl-package->ecl-package": _variant("asdf/sbcl", "ecl", "asdf/ecl", ("sbcl-", "ecl-")),
    "sbcl-package->clasp-package": _variant(
        "asdf/sbcl", "clasp", "asdf/clasp", ("sbcl-", "clasp-")
    ),
}
