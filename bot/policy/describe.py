# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies in words: ``weighbridge policy list``, ``show`` and ``explain CODE``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import get_close_matches

from bot.policy.load import PolicyError, load_policy
from bot.policy.model import LicenseFamily, Policy, Rule
from bot.policy.names import DEFAULT_POLICY, policy_names

_WIDTH = 79
_SEVERITIES = {
    "fail": "fails: it has to be fixed",
    "warn": "warns: it is advice",
    "note": "is noted, and changes no verdict",
    "unknown": "is told as unknown, which is not a pass",
    "off": "is not told: the rule is switched off",
}


def list_policies() -> str:
    """Return one line for each policy that comes with Weighbridge; the default is marked."""
    names = policy_names()
    width = max(map(len, names))
    lines = []
    for name in names:
        mark = "*" if name == DEFAULT_POLICY else " "
        lines.append(f"{mark} {name:<{width}}  {load_policy(name).title}")
    return "\n".join([*lines, "", "* is the default"]) + "\n"


def show_policy(policy: Policy) -> str:
    """Return all rules of a policy by check, then its families of licences and its numbers."""
    lines = [f"{policy.id}: {policy.title}"]
    if policy.extends:
        lines.append(f"extends {policy.extends}")
    for check in dict.fromkeys(rule.check for rule in policy.rules):
        lines += ["", check]
        rules = [rule for rule in policy.rules if rule.check == check]
        for rule in rules:
            lines += [f"  {rule.severity:<7}  {rule.id}", *_wrapped(rule.text, " " * 11, " " * 11)]
    lines += ["", "licences judged as families"]
    for family in policy.licenses:
        lines += _wrapped(f"{family.id}: {family.text}", f"  {family.verdict:<7}  ", " " * 11)
    return "\n".join([*lines, *_numbers(policy)]) + "\n"


def _numbers(policy: Policy) -> Iterator[str]:
    yield ""
    yield "numbers"
    for name, value in policy.sizes.model_dump().items():
        yield f"  sizes.{name} = {'not set' if value is None else value}"
    yield f"  farm.systems = {', '.join(policy.farm.systems) or 'none'}"
    accepted = ", ".join(policy.substitutable.build_systems) or "none"
    yield from _wrapped(f"substitutable.build_systems = {accepted}", "  ", "    ")
    yield f"  placement.files = {', '.join(policy.placement.files) or 'not said'}"


def explain(policy: Policy, code: str) -> str:
    """Return what a finding's code (or a licence family's id) means, and who says so.

    Raises ``PolicyError`` where the policy has no such rule; it names the likely ones.
    """
    rule = policy.rules_by_id.get(code)
    if rule is not None:
        return "\n".join(_of_rule(policy, rule)) + "\n"
    family = next((item for item in policy.licenses if item.id == code), None)
    if family is not None:
        return "\n".join(_of_family(policy, family)) + "\n"
    if code.endswith("-ok"):
        return f"{code}: the check found nothing to object to.\n"
    known = [*policy.rules_by_id, *(item.id for item in policy.licenses)]
    near = get_close_matches(code[:60], known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "see `weighbridge policy show`"
    raise PolicyError(f"the policy {policy.id} has no rule {code[:60]!r}: {hint}")


def _of_rule(policy: Policy, rule: Rule) -> Iterator[str]:
    yield f"{rule.id} (check {rule.check})"
    yield ""
    yield from _wrapped(rule.text, "", "")
    yield ""
    yield f"In the policy {policy.id} a breach {_SEVERITIES[rule.severity]}."
    yield f"Source: {rule.source} ({rule.date})"


def _of_family(policy: Policy, family: LicenseFamily) -> Iterator[str]:
    yield f"{family.id} (a family of licences)"
    yield ""
    yield from _wrapped(f"{family.verdict}: {family.text}", "", "")
    yield ""
    if family.identifiers:
        yield from _wrapped(f"Identifiers: {', '.join(family.identifiers)}", "", "  ")
    if family.words:
        yield from _wrapped(f"Words: {', '.join(family.words)}", "", "  ")
    yield f"In the policy {policy.id}. Source: {family.source} ({family.date})"


def _wrapped(text: str, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
