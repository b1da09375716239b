# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches of which only the hunks are known."""

from __future__ import annotations

from dataclasses import replace

from bot.guix.changes import package_changes
from bot.guix.package import PackageChange
from bot.patch.change import Basis, ChangeKind, FileChange, FileText, Region
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


def test_a_lone_version_may_be_a_binding() -> None:
    text = (
        MODULE
        + '(define-public alpha\n  (let* ((flags "a b")\n         (version "5.2"))\n    (package\n'
        + '      (name "alpha")\n      (version (string-append version ".1")))))\n'
    )
    for context in (0, 1, 2):
        (change,) = _changes(text, text.replace('"5.2"', '"5.3"'), context=context)
        assert change.package.variable == "alpha"
        assert change.package.version in {None, "5.3.1"}


def test_one_line_deep_in_a_package_is_attributed_by_the_heading() -> None:
    old = MODULE + package_text("alpha").replace("'(#:sub", "'(#:x\n (a\n b\n c\n d\n e)\n #:sub")
    (change,) = _changes(old, old.replace(" c\n", " C\n"), context=1)
    assert (change.kind, change.package.variable) == ("changed", "alpha")
    assert change.package.name is None
    assert change.changed_fields == ("definition",)


def test_a_package_put_in_front_of_one_with_the_same_tail() -> None:
    tail = "\n".join(package_text("alpha").splitlines()[-4:]) + "\n"
    old = MODULE + package_text("alpha")
    new = old + "\n" + package_text("beta")
    assert old.endswith(tail)
    assert new.endswith(tail)
    for context in range(4):
        kinds = {one.package.variable: one.kind for one in _changes(old, new, context=context)}
        assert kinds == {"beta": "added"}


def test_a_series_counts_as_one() -> None:
    first = MODULE + package_text("alpha")
    second = first + "\n" + package_text("beta", version="1")
    third = second.replace('(version "1")', '(version "2")')
    reading = package_changes([hunk_change(first, second), hunk_change(second, third)])
    (change,) = reading.changes
    assert (change.kind, change.package.name, change.package.version) == ("added", "beta", "2")
    assert change.package.licenses[0].variable == "asl2.0"
    fourth = third.replace("\n" + package_text("beta", version="2"), "")
    reading = package_changes([hunk_change(first, third), hunk_change(third, fourth)])
    assert reading.changes == ()


def test_a_heading_of_the_file_before() -> None:
    filler = "".join(f"     ;; {number}\n" for number in range(12))
    old = MODULE + package_text("alpha").replace("    (home-page", filler + "    (home-page")
    new = old.replace(
        '(define-public alpha\n  (package\n    (name "alpha")',
        package_text("beta") + '\n(define-public gamma\n  (package\n    (name "gamma")',
    ).replace("license:asl2.0)))\n", "license:expat)))\n")
    new = new.replace("license:expat", "license:asl2.0", 1)
    found = {one.package.variable: one for one in _changes(old, new)}
    assert set(found) == {"alpha", "beta", "gamma"}
    assert [one.variable for one in found["gamma"].package.licenses] == ["expat"]


def test_origin_that_an_earlier_patch_of_the_series_defines() -> None:
    old = MODULE + "\n".join(package_text(name) for name in ("alpha", "beta", "gamma", "delta"))
    net = (
        "(define net\n  (origin\n    (method url-fetch)\n"
        '    (uri "https://example.org/net-1.nnue")\n    (sha256 (base32 "0net"))))\n\n'
    )
    first = old.replace("(define-public alpha", net + "(define-public alpha")
    head, field, tail = first.rpartition("    (home-page")
    second = head + "    (native-inputs (list net))\n" + field + tail
    reading = package_changes([hunk_change(old, first), hunk_change(first, second)])
    (change,) = (one for one in reading.changes if one.package.variable == "delta")
    assert [origin.uris for origin in change.package.origins if origin.role != "source"] == [
        ("https://example.org/net-1.nnue",)
    ]
    assert "native-inputs" in change.changed_fields


def test_a_heading_within_a_build_step_names_no_package() -> None:
    old = package_text("first").replace("(home-page", "(define n (if fast? 2 1))\n    (home-page")
    change = hunk_change(MODULE + old, MODULE + old.replace("Sample model", "Good model"))
    assert change.before is not None
    assert change.after is not None
    heading = "(define n (if fast? 2 1))"
    change = replace(
        change,
        before=_with_heading(change.before, heading),
        after=_with_heading(change.after, heading),
    )
    (found,) = package_changes([change]).changes
    assert found.package.variable is None


def test_a_local_heading_that_the_hunk_before_shows_is_of_its_package() -> None:
    first = Region(
        10, "    (arguments\n      (define n (if fast? 2 1))\n", "(define-public tool", (10,)
    )
    second = Region(30, '    (description "Old.")))\n', "(define n (if fast? 2 1))", (30,))
    changed = replace(second, text='    (description "New.")))\n')
    change = FileChange(
        ChangeKind.MODIFIED,
        "gnu/packages/x.scm",
        None,
        FileText((first, second), complete=False),
        FileText((first, changed), complete=False),
        Basis.HUNKS,
    )
    (found,) = package_changes([change]).changes
    assert found.package.variable == "tool"


def _with_heading(text: FileText, heading: str) -> FileText:
    return replace(text, regions=tuple(replace(one, heading=heading) for one in text.regions))
