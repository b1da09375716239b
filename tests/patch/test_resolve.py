# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches of a real repository, resolved against it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.limits import Limits
from bot.patch.change import Basis, ChangeKind, FileChange, FileText
from bot.patch.reading import read_diff
from bot.patch.resolve import resolve
from bot.patch.tree import Tree
from tests.patch.clone import Clone


def _text(count: int = 60, **changed: str) -> str:
    lines = {f"l{number}": f"line {number}" for number in range(1, count + 1)} | changed
    return "".join(line + "\n" for line in lines.values())


def _resolve(clone: Clone, *mails: str, branch: str = "main") -> tuple[FileChange, ...]:
    with Tree(clone.path, branch) as tree:
        return resolve([read_diff(mail, "m") for mail in mails], tree.tip())


def _whole(side: FileText | None) -> str:
    assert side is not None
    assert side.complete
    return side.regions[0].text


def test_the_blob_it_names_and_the_hash_of_the_result_verify_a_patch(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="five", l40="forty\nand more")})
    (change,) = _resolve(clone, clone.mail())
    assert (change.basis, change.basis_reason) == (Basis.VERIFIED, "")
    assert _whole(change.before) == _text()
    assert _whole(change.after) == _text(l5="five", l40="forty\nand more")
    assert change.before is not None
    assert change.after is not None
    assert change.before.regions[0].changed == (5, 40)
    assert change.after.regions[0].changed == (5, 40, 41)


def test_touched_lines_are_the_whole_files(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="line 5\nnew", l40="").replace("\n\n", "\n")})
    (change,) = _resolve(clone, clone.mail())
    assert change.before is not None
    assert change.after is not None
    before, after = change.before.regions[0], change.after.regions[0]
    assert (before.changed, before.touched) == ((40,), (6,))
    assert (after.changed, after.touched) == ((6,), (41,))


def test_an_altered_mail_is_not_verified(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="five")})
    (change,) = _resolve(clone, clone.mail().replace("+five", "+fife"))
    assert change.basis is Basis.LOCATED
    assert "hash" in change.basis_reason
    assert "fife" in _whole(change.after)


@pytest.mark.parametrize(
    ("old", "new"), [("a", "b"), ("a\n", "b"), ("a", "b\n"), ("a\r\nb\r\n", "a\r\nc\r\n")]
)
def test_last_lines_and_carriage_returns_are_proven_too(clone: Clone, old: str, new: str) -> None:
    clone.commit({"x": old})
    clone.commit({"x": new})
    mail = clone.mail()
    for text in (
        mail,
        mail.replace("\r\n", "\n"),
        mail.replace("\r\n", "\n").replace("\n", "\r\n"),
    ):
        (change,) = _resolve(clone, text)
        assert change.basis is Basis.VERIFIED


def test_a_whole_file_is_checked_against_its_blob(clone: Clone) -> None:
    clone.commit({"x": _text()})
    mail = clone.mail()
    for tree_path in (True, False):
        with Tree(clone.path, "main") as tree:
            resolved = [
                resolve([read_diff(text, "m")], tree.tip() if tree_path else None)[0]
                for text in (mail, mail.replace("line 9", "line nine"))
            ]
        assert [change.basis for change in resolved] == [Basis.WHOLE, Basis.WHOLE]
        assert resolved[0].problems == ()
        assert "hash" in resolved[1].problems[0]
        assert "hash" in resolved[1].basis_reason


def test_patches_of_a_series_build_on_each_other(clone: Clone) -> None:
    base = clone.commit({"x": _text(), "other": "1\n"})
    clone.commit({"x": _text(l5="five")})
    clone.commit({"x": _text(l5="five", l6="six"), "new": _text(l1="first")})
    clone.commit({"new": _text(l1="first", l2="second")})
    mails = clone.mails(3)
    clone.git("reset", "--hard", "--quiet", base)
    clone.git("reflog", "expire", "--expire=now", "--all")
    clone.git("gc", "--quiet", "--prune=now")
    changes = _resolve(clone, *mails)
    assert [change.basis for change in changes] == [
        Basis.VERIFIED,
        Basis.WHOLE,
        Basis.VERIFIED,
        Basis.VERIFIED,
    ]
    without_tree = resolve([read_diff(mail, "m") for mail in mails], None)
    assert [change.basis for change in without_tree] == [
        Basis.HUNKS,
        Basis.WHOLE,
        Basis.HUNKS,
        Basis.VERIFIED,
    ]


def test_without_the_blob_the_hunks_are_located_in_the_branch(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l50="fifty")})
    mail = clone.mail()
    clone.git("reset", "--hard", "--quiet", "HEAD~1")
    clone.commit({"x": "new first line\n" + _text(l10="ten\nand more")})
    lost = re.sub("(?m)^index .*", "index 0badc0de..0badbee0 100644", mail)
    (change,) = _resolve(clone, lost)
    assert change.basis is Basis.LOCATED
    assert change.basis_reason == "blob 0badc0de is not in the clone"
    assert _whole(change.after) == "new first line\n" + _text(l10="ten\nand more", l50="fifty")
    assert change.after is not None
    assert change.after.regions[0].changed == (52,)


def test_hunks_that_fit_nowhere_stand_alone(clone: Clone) -> None:
    clone.commit({"x": _text()})
    (change,) = _resolve(clone, "--- a/x\n+++ b/x\n@@ -7,2 +7,2 @@ head\n line 7\n-nothing\n+new\n")
    assert change.basis is Basis.HUNKS
    assert "names no blob, and it does not fit" in change.basis_reason
    (change,) = _resolve(clone, "--- a/y\n+++ b/y\n@@ -7,2 +7,2 @@ head\n line 7\n-nothing\n+new\n")
    assert "no such file" in change.basis_reason


def test_a_diff_without_blobs_is_located(clone: Clone) -> None:
    clone.commit({"x": _text()})
    hunk = "@@ -9,3 +9,3 @@\n line 7\n-line 8\n+eight\n line 9\n"
    (change,) = _resolve(clone, f"--- a/x\n+++ b/x\n{hunk}")
    assert (change.basis, change.basis_reason) == (Basis.LOCATED, "the patch names no blob")
    assert _whole(change.after) == _text(l8="eight")


def test_the_nearest_of_several_places_is_taken(clone: Clone) -> None:
    clone.commit({"x": "a\nb\n" * 30})
    hunk = "@@ -22,2 +22,2 @@\n b\n-a\n+new\n"
    (change,) = _resolve(clone, f"--- a/x\n+++ b/x\n{hunk}")
    assert change.after is not None
    assert change.after.regions[0].changed == (23,)


def test_renames_and_copies(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.git("mv", "x", "y")
    clone.commit({})
    (change,) = _resolve(clone, clone.mail("--find-renames"), branch="main~1")
    assert (change.kind, change.basis) == (ChangeKind.RENAMED, Basis.LOCATED)
    assert _whole(change.before) == _whole(change.after) == _text()
    clone.git("mv", "y", "z")
    clone.commit({"z": _text(l3="three")})
    (change,) = _resolve(clone, clone.mail("--find-renames"))
    assert (change.kind, change.basis) == (ChangeKind.RENAMED, Basis.VERIFIED)
    clone.commit({"copy": _text(l3="three", l4="four")})
    (change,) = _resolve(clone, clone.mail("--find-copies-harder"))
    assert (change.kind, change.basis) == (ChangeKind.ADDED, Basis.VERIFIED)
    assert change.before is None
    assert _whole(change.after) == _text(l3="three", l4="four")
    (unresolved,) = resolve([read_diff(clone.mail("--find-copies-harder"), "m")], None)
    assert (unresolved.basis, unresolved.before) == (Basis.HUNKS, None)


def test_a_removed_file_whose_text_the_patch_leaves_out(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": None})
    (change,) = _resolve(clone, clone.mail("--irreversible-delete"))
    assert (change.kind, change.basis, change.after) == (
        ChangeKind.REMOVED,
        Basis.VERIFIED,
        None,
    )
    assert _whole(change.before) == _text()


def test_a_garbled_hunk_leaves_the_others_but_proves_nothing(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="five", l40="forty")})
    (change,) = _resolve(clone, clone.mail().replace("+five", "+five\nwrapped"))
    assert change.basis is Basis.LOCATED
    assert change.problems
    assert _whole(change.after) == _text(l40="forty")


def test_past_the_budget_the_hunks_stand_alone(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="five")})
    with Tree(clone.path, "main") as tree:
        reading = read_diff(clone.mail(), "m")
        (change,) = resolve([reading], tree.tip(), Limits(resolved_characters=100))
    assert change.basis is Basis.HUNKS


def test_a_binary_file_stays_as_it_is(clone: Clone) -> None:
    clone.commit({"x": b"\0\1"})
    clone.commit({"x": b"\0\2"})
    (change,) = _resolve(clone, clone.mail())
    assert (change.basis, change.basis_reason) == (Basis.HUNKS, "a binary file")


def test_a_bare_clone_serves_as_well(clone: Clone, tmp_path: Path) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="five")})
    clone.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    with Tree(tmp_path / "bare", "main") as tree:
        (change,) = resolve([read_diff(clone.mail(), "m")], tree.tip())
    assert change.basis is Basis.VERIFIED


def test_a_patch_both_inline_and_attached_is_one(clone: Clone) -> None:
    clone.commit({"x": _text()})
    clone.commit({"x": _text(l5="five"), "y": _text()})
    changes = _resolve(clone, clone.mail(), clone.mail())
    assert [change.path for change in changes] == ["x", "y"]
    other = read_diff(clone.mail(), "other@example.org")
    assert len(resolve([read_diff(clone.mail(), "m"), other], None)) == 4
