# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline from series to report, with and without the tree that the patch is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.patch.change import Basis
from bot.patch.tree import Tree
from bot.policy.load import load_policy
from bot.report.report import Report
from bot.triage import Triage
from bot.upstream.finder import OfflineFactFinder
from tests.guix.patches import MODULE, package_text
from tests.patch.clone import Clone

PATH = "gnu/packages/sample.scm"
BEFORE = MODULE + package_text("vosk-model-alpha").replace(
    "https://example.org/", "https://alphacephei.com/vosk/models/"
)
AFTER = BEFORE.replace('(version "1.0")', '(version "2.0")')


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")


def _judge(mail: str, tree: Tree | None) -> Report:
    (series,) = group_series([parse_message(mail.encode(), OwnIdentity())])
    return Triage(load_policy("guix"), OfflineFactFinder(), tree)(series)


def test_a_patch_that_fits_its_tree_is_verified(clone: Clone) -> None:
    clone.commit({PATH: BEFORE})
    clone.commit({PATH: AFTER})
    with Tree(clone.path, "main~1") as tree:
        report = _judge(clone.mail(), tree)
    (package,) = report.packages
    assert package.model.change.basis is Basis.VERIFIED
    assert report.notes == (f"{PATH}: verified, it is the very file that the patch's author had.",)


def test_a_patch_for_another_state_says_why_it_is_not_verified(clone: Clone) -> None:
    other = clone.path.parent / "other"
    elsewhere = Clone(other)
    elsewhere.commit({PATH: "; an older head\n" + BEFORE})
    elsewhere.commit({PATH: "; an older head\n" + AFTER})
    clone.commit({PATH: BEFORE})
    with Tree(clone.path, "main") as tree:
        report = _judge(elsewhere.mail(), tree)
    (package,) = report.packages
    assert package.model.change.basis is Basis.LOCATED
    assert package.model.change.package.version == "2.0"
    (note,) = report.notes
    assert "not verified" in note
    assert "not in the clone" in note


def test_without_a_tree_nothing_is_said_of_one(clone: Clone) -> None:
    clone.commit({PATH: BEFORE})
    clone.commit({PATH: AFTER})
    report = _judge(clone.mail(), None)
    assert [package.model.change.basis for package in report.packages] == [Basis.HUNKS]
    assert report.notes == ()


def test_a_problem_is_told_once(clone: Clone) -> None:
    clone.commit({PATH: BEFORE})
    clone.commit({PATH: AFTER})
    garbled = clone.mail().replace('+    (version "2.0")', '+    (version\n"2.0")')
    report = _judge(garbled, None)
    assert len(report.notes) == len(set(report.notes)) == 1
