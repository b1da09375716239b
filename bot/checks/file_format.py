# SPDX-License-Identifier: GPL-3.0-or-later
"""Does loading the weights run code: Python pickles, and the safe form where one is offered.

Of an archive or a repository the formats are known where its host lists them; else nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.checks.ruling import breach, kept
from bot.checks.subject import Weights, weights_of
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from bot.upstream.urls import host_and_steps
from bot.upstream.weights_files import PICKLE_SUFFIXES, SAFE_SUFFIXES, format_of, runs_code


def check_format(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield each pickle once, else a pass where every file is of a format without code."""
    weights = weights_of(model, facts)
    names = {item: _file_names(item, model) for item in weights}
    risky = [(item, name) for item in weights for name in names[item] if runs_code(name)]
    for item, name in risky[:3]:
        yield from _pickle(item, name, policy)
    listed = {
        suffix
        for item in weights
        if not names[item] and item.facts
        for suffix in item.facts.file_formats
    }
    yield from _inside(weights, listed, policy)
    formats = {format_of(name) for of_one in names.values() for name in of_one} | listed
    if not risky and formats and formats <= set(SAFE_SUFFIXES):
        shown = ", ".join(sorted(str(item) for item in formats))
        yield from kept(policy, "format-pickle", f"{shown} holds numbers and no code")


def _inside(weights: tuple[Weights, ...], formats: set[str], policy: Policy) -> Iterator[Finding]:
    """Pickles inside an archive or a repository, of which only the format is known."""
    risky = sorted(formats & set(PICKLE_SUFFIXES))
    if risky:
        message = f"it holds {', '.join(risky)} files, which may be Python pickles that run code"
        line = next((item.origin.line for item in weights if item.origin.line), None)
        yield from breach(policy, "format-pickle", message, line=line)


def _file_names(item: Weights, model: ModelPackage) -> tuple[str, ...]:
    """Names of the weights files: the URL's, and what the install plan picks out of a source."""
    named = [item.origin.file_name or ""]
    named += [steps[-1] for uri in item.origin.uris if (steps := host_and_steps(uri)[1])]
    if item.origin.role == "source":
        named += [step.source or "" for step in model.change.package.install_plan]
    return tuple(dict.fromkeys(name for name in named if format_of(name)))


def _pickle(item: Weights, name: str, policy: Policy) -> Iterator[Finding]:
    suffix = format_of(name) or ""
    sure = "is" if suffix in (".pkl", ".pickle", ".joblib") else "may be"
    message = f"{name} {sure} a Python pickle: loading one runs the code in it"
    safe = item.facts.safe_alternative if item.facts else None
    if safe:
        hint = f"The publisher offers {safe} at the same revision: fetch that one."
        code = "format-pickle-avoidable"
    else:
        hint = "Ask the publisher for a format without code, such as safetensors."
        code = "format-pickle"
    yield from breach(policy, code, message, hint=hint, line=item.origin.line)
