# SPDX-License-Identifier: GPL-3.0-or-later
"""How a check speaks: a finding gets its status, rule and source from the policy, never from here.

A check states what is the case under a code; the rule of that id in the policy says how severe
that is.  A rule that is switched off, or that the policy does not have, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.checks.finding import Finding, Status
from bot.policy.model import LicenseFamily, Policy
from bot.upstream.facts import Fact

_LONGEST = 2_000
"""Characters of a message: names that strangers give may be endless."""


def breach(  # noqa: PLR0913  (a finding has that many parts)
    policy: Policy,
    code: str,
    message: str,
    *,
    hint: str = "",
    scheme: str = "",
    line: int | None = None,
    family: LicenseFamily | None = None,
    fact: Fact[Any] | None = None,
) -> Iterator[Finding]:
    """Yield the finding that the rule ``code`` of the policy makes of a breach, if any.

    ``family`` is the family of licences that decided, and gives the source in the rule's stead;
    ``fact`` is what the world said, and its place and day go into the finding.
    """
    rule = policy.rules_by_id.get(code)
    if rule is None or rule.status is None:
        return
    source = str(family.source if family else rule.source)
    yield Finding(
        check=rule.check,
        code=code,
        status=rule.status,
        message=message[:_LONGEST],
        hint=hint[:_LONGEST],
        scheme=scheme,
        line=line,
        rule=rule.id,
        source=source,
        learnt_from=_learnt_from(fact),
    )


def _learnt_from(fact: Fact[Any] | None) -> str:
    if fact is None or fact.learnt_at is None:
        return ""
    return f"{fact.source} ({fact.learnt_at:%Y-%m-%d})"


def kept(policy: Policy, code: str, message: str, *, line: int | None = None) -> Iterator[Finding]:
    """Yield a pass under the rule ``code``, if the policy has it and it is on."""
    rule = policy.rules_by_id.get(code)
    if rule is None or rule.status is None:
        return
    yield Finding(
        rule.check,
        f"{rule.check}-ok",
        Status.PASS,
        message[:_LONGEST],
        line=line,
        rule=rule.id,
        source=str(rule.source),
    )
