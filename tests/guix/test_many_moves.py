# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that many files hand to one another."""

from __future__ import annotations

from bot.guix.changes import package_changes
from bot.limits import Limits
from bot.patch.reading import read_diff


def _diff(path: str, mark: str, names: list[str]) -> str:
    spans = (f"1,{len(names)}", "0,0") if mark == "-" else ("0,0", f"1,{len(names)}")
    lines = "".join(
        f'{mark}(define-public {name} (package (name "{name}") (version "1")))\n' for name in names
    )
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return f"{head}@@ -{spans[0]} +{spans[1]} @@\n{lines}"


def test_each_package_is_taken_over_once() -> None:
    names = [f"p{number}" for number in range(600)]
    text = _diff("gnu/packages/a.scm", "-", names) + _diff("gnu/packages/b.scm", "+", names[::-1])
    changes = read_diff(text, "m@example.org").changes
    found = package_changes(changes, limits=Limits(packages_per_series=2_000)).changes
    assert len(found) == 600
    assert {one.kind for one in found} <= {"moved", "changed"}
    assert all(one.before and one.after for one in found)
    assert all(one.before.name == one.after.name for one in found if one.before and one.after)


def test_what_one_package_took_over_another_does_not() -> None:
    text = _diff("gnu/packages/a.scm", "-", ["p"])
    text += _diff("gnu/packages/b.scm", "+", ["p"]) + _diff("gnu/packages/c.scm", "+", ["p"])
    changes = read_diff(text, "m@example.org").changes
    assert sorted(one.kind for one in package_changes(changes).changes) == ["added", "moved"]
