# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the policy, a page for each, with the open series in which it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.policy.model import Policy
from bot.site.naming import rule_name
from bot.site.page import Page
from bot.site.summary import Summary

_MOST = 200


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One rule, or a code that findings have and the policy does not."""

    code: str
    check: str
    severity: str
    """``off`` where it is switched off; empty where the policy does not have it."""
    text: str
    source: str
    date: str
    open_total: int
    """Open series in which it speaks now."""


@dataclass(frozen=True, slots=True)
class Speaks:
    """An open series in which a rule speaks."""

    series: Summary
    status: str
    waived: bool


def rule_pages(policy: Policy, summaries: Sequence[Summary]) -> Iterator[Page]:
    """Yield the list of rules, and a page for each rule and each other code that was given."""
    speaking = _speaking(summaries)
    rules = [_shown(policy, code, speaking.get(code, [])) for code in _codes(policy, speaking)]
    yield Page(
        path="rules/index.html",
        template="rules.html",
        title="Rules",
        section="rules",
        shows={
            "kind": "rules",
            "policy": policy.id,
            "policy_title": policy.title,
            "rules": rules,
            "families": [
                {
                    "id": family.id,
                    "verdict": family.verdict,
                    "text": family.text,
                    "source": str(family.source),
                    "date": family.date.isoformat(),
                }
                for family in policy.licenses
            ],
        },
    )
    for rule in rules:
        series = speaking.get(rule.code, [])
        yield Page(
            path=f"rules/{rule.code}.html",
            template="rule.html",
            title=rule.code,
            section="rules",
            shows={"kind": "rule", "policy": policy.id, "rule": rule, "series": series[:_MOST]},
        )


def _codes(policy: Policy, speaking: dict[str, list[Speaks]]) -> list[str]:
    """The policy's rules in its order, then others by name."""
    own = [rule.id for rule in policy.rules]
    others = sorted(set(speaking) - set(own))
    return [code for code in (*own, *others) if rule_name(code)]


def _speaking(summaries: Sequence[Summary]) -> dict[str, list[Speaks]]:
    found: dict[str, list[Speaks]] = {}
    for one in sorted(summaries, key=lambda one: one.changed_at, reverse=True):
        if one.is_open:
            for code in one.codes:
                found.setdefault(code.code, []).append(Speaks(one, code.status, code.waived))
    return found


def _shown(policy: Policy, code: str, speaking: Sequence[Speaks]) -> ShownRule:
    rule = policy.rules_by_id.get(code)
    total = len({one.series.name for one in speaking})
    if rule is None:
        return ShownRule(code, "", "", "", "", "", total)
    return ShownRule(
        code=code,
        check=rule.check,
        severity=rule.severity,
        text=rule.text,
        source=str(rule.source),
        date=rule.date.isoformat(),
        open_total=total,
    )
