# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies in words."""

from __future__ import annotations

import pytest

from bot.policy.describe import explain, list_policies, show_policy
from bot.policy.load import PolicyError, load_policy
from bot.policy.names import policy_names


def test_the_list_marks_the_default() -> None:
    lines = list_policies().split("\n")
    assert any(line.startswith("* guix ") for line in lines)
    for name in policy_names():
        assert sum(f" {name} " in line for line in lines) == 1


@pytest.mark.parametrize("name", policy_names())
def test_all_rules_are_shown(name: str) -> None:
    policy = load_policy(name)
    text = show_policy(policy)
    for rule in policy.rules:
        assert f"  {rule.severity:<7}  {rule.id}" in text
    assert max(map(len, text.split("\n"))) < 110


@pytest.mark.parametrize("name", policy_names())
def test_each_code_is_explained_with_its_source(name: str) -> None:
    policy = load_policy(name)
    for rule in policy.rules:
        text = explain(policy, rule.id)
        assert str(rule.source) in text
        assert str(rule.date) in text
    assert "commercial" in explain(policy, "non-commercial")
    assert "nothing to object" in explain(policy, "size-ok")


def test_a_code_that_is_not_known() -> None:
    with pytest.raises(PolicyError, match="did you mean license-missing"):
        explain(load_policy(), "license-mising")
    with pytest.raises(PolicyError, match="weighbridge policy show"):
        explain(load_policy(), "zzz")
