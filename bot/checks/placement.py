# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the package in a file where the policy wants models; silent where it names no file."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.checks.ruling import breach, kept
from bot.checks.subject import is_program
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts


def check_placement(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield whether a new model is in one of the policy's files; a program may be anywhere."""
    del facts
    wanted = policy.placement.files
    if not wanted or is_program(model) or model.change.kind != "added":
        return
    package = model.change.package
    if package.file in wanted:
        yield from kept(policy, "placement-file", f"{package.file} is the place for models")
    else:
        message = f"{package.file} is not where models go"
        hint = f"Put it into {' or '.join(wanted)}."
        yield from breach(policy, "placement-file", message, hint=hint, line=package.line)
