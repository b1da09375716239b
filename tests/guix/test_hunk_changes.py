# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches of which only the hunks are known."""

from __future__ import annotations

from bot.guix.changes import package_changes
from bot.guix.package import PackageChange
from tests.guix.patches import MODULE, hunk_change, package_text


def _changes(before: str, after: str, context: int = 3) -> tuple[PackageChange, ...]:
    reading = package_changes([hunk_change(before, after, context=context)])
    assert reading.problems == ()
    return reading.changes


def test_package_appended_to_a_file() -> None:
    old = MODULE + package_text("alpha") + "\n" + package_text("gamma")
    new = (
        MODULE + package_text("alpha") + "\n" + package_text("beta") + "\n" + package_text("gamma")
    )
    (change,) = _changes(old, new)
    assert (change.kind, change.package.name) == ("added", "beta")
    assert not change.package.partial
    assert [one.spdx for one in change.package.licenses] == ["Apache-2.0"]
    assert change.package.origins[0].uris == ("https://example.org/beta-1.0.zip",)
    assert change.package.substitutable is False


def test_hash_alone_is_attributed_by_the_heading() -> None:
    old = MODULE + package_text("alpha") + "\n" + package_text("beta", digest="0aaa")
    (change,) = _changes(old, old.replace("0aaa", "0bbb"), context=1)
    assert (change.kind, change.package.variable) == ("changed", "beta")
    assert change.package.origins[0].hash == "0bbb"
    assert change.before is not None
    assert change.before.origins[0].hash == "0aaa"
    assert change.package.partial
    assert change.package.license_statement == "unknown"
    assert change.package.substitutable == "unknown"
    assert change.changed_fields == ("source",)


def test_removed_package() -> None:
    old = (
        MODULE + package_text("alpha") + "\n" + package_text("beta") + "\n" + package_text("gamma")
    )
    new = MODULE + package_text("alpha") + "\n" + package_text("gamma")
    (change,) = _changes(old, new)
    assert (change.kind, change.package.name) == ("removed", "beta")


def test_revision_in_a_let() -> None:
    text = MODULE + (
        "(define-public alpha\n"
        '  (let ((commit "0123456789abcdef0123456789abcdef01234567")\n'
        '        (revision "1"))\n' + package_text("alpha").split("\n", 1)[1].rstrip() + ")\n"
    )
    text = text.replace('(version "1.0")', '(version (git-version "0" revision commit))')
    (change,) = _changes(text, text.replace('(revision "1")', '(revision "2")'), context=5)
    assert change.package.variable == "alpha"
    assert change.before is not None
    assert change.before.version == "0-1.0123456"
    assert change.package.version == "0-2.0123456"
    (change,) = _changes(text, text.replace('(revision "1")', '(revision "2")'), context=0)
    assert change.package.variable == "alpha"
