# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every public package of a tree."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from bench.reading.git_tree import GitTree
from bot.guix.modules import Module, Modules
from bot.guix.package import PackageDefinition
from bot.guix.whole import read_package
from bot.limits import DEFAULT_LIMITS, LimitExceededError
from bot.scheme.evaluator import Evaluator
from bot.scheme.reader import ReadError
from bot.scheme.values import Record, Unknown, Value

_LIMITS = replace(
    DEFAULT_LIMITS, evaluation_steps_per_series=1_000_000_000, data_per_series=1_000_000_000
)
"""All packages are read in one go."""


@dataclass(frozen=True, slots=True)
class Read:
    """A public definition: the package that it is, or why that is not known."""

    path: str
    variable: str
    definition: PackageDefinition | None
    location: str
    reason: str = ""


def read_packages(tree: GitTree, paths: list[str]) -> list[Read]:
    """Return every public package of the files, and every public name whose value is not known."""
    sys.setrecursionlimit(6_000)  # as package_changes does
    modules = Modules(tree, _LIMITS)
    found: list[Read] = []
    for path in paths:
        module = modules.at(path)
        if module is not None:
            found.extend(_read_module(modules, module))
    return found


def _read_module(modules: Modules, module: Module) -> list[Read]:
    found = []
    for name, start in module.outline.definitions().items():
        if not module.exports(name):
            continue
        modules.evaluator.renew()
        value = _value(modules.evaluator, module, name)
        if isinstance(value, Unknown):
            found.append(Read(module.path, name, None, "", value.reason))
        if not isinstance(value, Record) or value.kind != "package":
            continue
        form = module.form(start)
        if form is not None:
            definition = read_package(modules, module, form, name, value).definition
            found.append(Read(module.path, name, definition, _location(value)))
    return found


def _value(evaluator: Evaluator, module: Module, name: str) -> Value:
    try:
        return evaluator.variable(name, module.scope)
    except (LimitExceededError, ReadError) as error:
        return Unknown(str(error))


def _location(record: Record) -> str:
    module = record.scope.top
    if not isinstance(module, Module):
        return ""
    return f"{module.path}:{module.positions.line(record.node.start)}"
