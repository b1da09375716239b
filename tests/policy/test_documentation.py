# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/policy.md says what the policies are; the checks speak under rules that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.policy.load import load_policy
from bot.policy.model import Policy
from bot.policy.names import policy_names

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
CHECKS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot/checks").glob("*.py"))


def test_the_table_of_rules_is_the_default_policy() -> None:
    told = re.findall(r"^\| `([a-z0-9-]+)` \| (fail|warn|unknown|note|off) \|$", PAGE, re.MULTILINE)
    assert told == [(rule.id, rule.severity) for rule in load_policy().rules]


def test_every_policy_is_told() -> None:
    for name in policy_names():
        assert f"| `{name}` | " in PAGE


def test_the_keys_are_told() -> None:
    for field in Policy.model_fields:
        assert field in PAGE
    for part in (Policy.model_fields[name].annotation for name in ("sizes", "farm", "placement")):
        for field in getattr(part, "model_fields", {}):
            assert f"`{field}`" in PAGE


def test_the_example_is_a_policy(tmp_path: Path) -> None:
    example = next(
        block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "extends" in block
    )
    (tmp_path / "our-channel.toml").write_text(example)
    policy = load_policy(str(tmp_path / "our-channel.toml"))
    assert policy.rules_by_id["substitutable-missing"].severity == "fail"
    assert policy.family_of("acme-community-2") is not None


@pytest.mark.parametrize("name", policy_names())
def test_every_rule_is_spoken_under_and_every_code_is_a_rule(name: str) -> None:
    rules = set(load_policy(name).rules_by_id)
    spoken = set(
        re.findall(
            r'"((?:license|size|substitutable|pinned|format|provenance|placement)-[a-z-]+)"', CHECKS
        )
    )
    assert spoken == rules
