# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches read against whole files."""

from __future__ import annotations

from bot.guix.changes import package_changes
from bot.guix.package import PackageChange
from tests.guix.patches import MODULE, package_text, whole_change


def _only(before: str | None, after: str | None) -> PackageChange:
    reading = package_changes([whole_change(before, after)])
    assert reading.problems == ()
    assert len(reading.changes) == 1
    return reading.changes[0]


def test_added_package() -> None:
    old = MODULE + package_text("alpha")
    change = _only(old, old + "\n" + package_text("beta"))
    assert (change.kind, change.package.name, change.package.variable) == ("added", "beta", "beta")
    assert change.package.version == "1.0"
    assert [one.variable for one in change.package.licenses] == ["asl2.0"]
    assert change.package.origins[0].uris == ("https://example.org/beta-1.0.zip",)
    assert change.package.build_system == "copy"
    assert change.package.substitutable is False


def test_changed_hash_is_attributed_to_its_package() -> None:
    old = MODULE + package_text("alpha") + "\n" + package_text("beta", digest="0aaa")
    change = _only(old, old.replace("0aaa", "0bbb"))
    assert (change.kind, change.package.name) == ("changed", "beta")
    assert change.changed_fields == ("source",)


def test_reindented_package_is_moved() -> None:
    old = MODULE + package_text("alpha")
    change = _only(old, old.replace("\n    (", "\n     ("))
    assert change.kind == "moved"


def test_removed_package() -> None:
    old = MODULE + package_text("alpha")
    change = _only(old + "\n" + package_text("beta"), old)
    assert (change.kind, change.package.name, change.after) == ("removed", "beta", None)
