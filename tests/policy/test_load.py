# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies: the built-in ones, files of one's own, and their mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy.load import PolicyError, load_policy
from bot.policy.names import policy_names

OWN = """\
id = "own"
title = "Stricter than Guix"
extends = "guix"

[sizes]
download_warn = 1000

[[rules]]
id = "substitutable-missing"
severity = "fail"
"""

BROKEN = """\
id = "own"
extends = "guix"
titel = "misspelt"

[sizes]
download_warn = "big"

[[rules]]
id = "substitutable-missing"
severity = "loud"

[[rules]]
id = "brand-new"
check = "license"
severity = "warn"
date = "yesterday"

[[rules]]
check = "size"

[[licenses]]
id = "twice"
verdict = "free"
text = "x"
source = "not a url"
date = 2024-01-01

[[licenses]]
id = "twice"
"""


def _write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", policy_names())
def test_built_in_policies_load(name: str) -> None:
    policy = load_policy(name)
    assert policy.id == name
    assert len(policy.rules_by_id) == len(policy.rules) > 10


def test_the_default_is_among_them() -> None:
    assert load_policy().id == "guix"


def test_an_own_file_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    guix = load_policy("guix")
    own = load_policy(_write(tmp_path / "own.toml", OWN))
    assert own.rules_by_id["substitutable-missing"].severity == "fail"
    assert own.rules_by_id["substitutable-missing"].text == (
        guix.rules_by_id["substitutable-missing"].text
    )
    assert own.sizes.download_warn == 1000
    assert own.sizes.download_note == guix.sizes.download_note
    assert len(own.rules) == len(guix.rules)


def test_an_own_file_extends_another_beside_it(tmp_path: Path) -> None:
    _write(tmp_path / "own.toml", OWN)
    text = 'id = "team"\ntitle = "Of a team"\nextends = "./own.toml"\n'
    assert load_policy(_write(tmp_path / "team.toml", text)).sizes.download_warn == 1000


def test_all_mistakes_at_once_with_their_lines(tmp_path: Path) -> None:
    path = _write(tmp_path / "broken.toml", BROKEN)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    lines = {
        (int(number), place)
        for number, place in (
            line.removeprefix(f"{path}:").split(": ", 2)[:2]
            for line in str(caught.value).split("\n")
        )
    }
    assert lines >= {
        (3, "titel"),
        (6, "sizes download_warn"),
        (10, "rules substitutable-missing severity"),
        (12, "rules brand-new text"),
        (12, "rules brand-new source"),
        (16, "rules brand-new date"),
        (25, "licenses twice source"),
        (29, "licenses twice"),
    }
    assert any(number == 18 and place.endswith("id") for number, place in lines)
    numbers = [
        int(line.removeprefix(f"{path}:").split(":")[0]) for line in str(caught.value).split("\n")
    ]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('id = "x"\nextends = "nowhere"\n', ":2: extends: there is no policy 'nowhere'"),
        ('id = "x"\nextends = "./self.toml"\n', ":2: extends: the policies extend each other"),
        ('id = "x"\nid = \n', ":2: "),
    ],
)
def test_mistakes_that_stop_at_once(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(_write(tmp_path / "self.toml", text))
    assert message in str(caught.value)


def test_a_missing_file_and_a_missing_name(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read: No such file"):
        load_policy(str(tmp_path / "none.toml"))
    with pytest.raises(PolicyError, match=r"choose one of .*guix"):
        load_policy("guixx")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="not UTF-8"):
        load_policy(str(tmp_path / "bytes.toml"))


@pytest.mark.parametrize(
    ("identifier", "text", "family"),
    [
        ("cc-by-nc-4.0", None, "non-commercial"),
        ("creativeml-openrail-m", None, "rail"),
        ("openrail++", None, "rail"),
        ("bigscience-bloom-rail-1.0", None, "rail"),
        ("llama3.1", None, "llama"),
        ("gemma", None, "gemma"),
        ("h-research", None, "research-only"),
        ("apache-2.0", None, None),
        (None, "https://creativecommons.org/licenses/by-nc-sa/4.0/", "non-commercial"),
        (None, "Llama 3.1 Community License", "llama"),
        (None, "for research purposes", "research-only"),
        (None, "https://example.org/llama.cpp/LICENSE", None),
        (None, "commercial use is welcome, research too", None),
        ("cc-by-4.0", "https://example.org/guardrail/LICENSE", None),
    ],
)
def test_families_of_licences(identifier: str | None, text: str | None, family: str | None) -> None:
    found = load_policy().family_of(identifier, text)
    assert (found.id if found else None) == family
