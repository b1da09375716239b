# SPDX-License-Identifier: GPL-3.0-or-later
"""Diffs in mails as people send them."""

from __future__ import annotations

import pytest

from bot.limits import Limits
from bot.patch.change import Basis, ChangeKind, FileChange
from bot.patch.reading import DiffReading, read_diff
from tests.patch.clone import Clone

_LINES = [f"line {number}" for number in range(1, 31)]


def _text(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _read(text: str) -> DiffReading:
    return read_diff(text, "one@example.org")


def _only(text: str) -> FileChange:
    (change,) = _read(text).changes
    return change


_HUNK = """\
diff --git a/x.scm b/x.scm
index 1111111..2222222 100644
--- a/x.scm
+++ b/x.scm
@@ -10,5 +10,6 @@ (define-public hello
 ten
 eleven
-twelve
+twelve!
+and a half
 thirteen
 fourteen
"""


def test_a_hunk_has_both_sides_with_their_numbers() -> None:
    change = _only(_HUNK)
    assert (change.kind, change.path, change.old_path) == (ChangeKind.MODIFIED, "x.scm", None)
    assert (change.old_blob, change.new_blob) == ("1111111", "2222222")
    assert change.basis is Basis.HUNKS
    assert change.message_id == "one@example.org"
    assert change.before is not None
    assert change.after is not None
    (before,), (after,) = change.before.regions, change.after.regions
    assert before.heading == after.heading == "(define-public hello"
    assert before.text == "ten\neleven\ntwelve\nthirteen\nfourteen\n"
    assert after.text == "ten\neleven\ntwelve!\nand a half\nthirteen\nfourteen\n"
    assert (before.start, before.changed, before.touched) == (10, (12,), ())
    assert (after.start, after.changed, after.touched) == (10, (12, 13), ())


def test_a_pure_insertion_and_a_pure_deletion_touch_the_other_side() -> None:
    text = "--- a/x\n+++ b/x\n@@ -3,4 +3,4 @@\n three\n+new\n four\n five\n-six\n"
    change = _only(text)
    assert change.before is not None
    assert change.after is not None
    (before,), (after,) = change.before.regions, change.after.regions
    assert (before.changed, before.touched) == ((6,), (4,))
    assert (after.changed, after.touched) == ((4,), (7,))


def test_a_hunk_without_context_begins_behind_the_line_it_names() -> None:
    change = _only("--- a/x\n+++ b/x\n@@ -5,0 +6,2 @@\n+a\n+b\n")
    assert change.before is not None
    (before,) = change.before.regions
    assert (before.start, before.text, before.touched) == (6, "", (6,))


def test_a_new_file_is_whole_and_a_removed_one_too(clone: Clone) -> None:
    clone.commit({"new.scm": _text(_LINES)})
    added = _only(clone.mail())
    assert (added.kind, added.basis, added.before) == (ChangeKind.ADDED, Basis.WHOLE, None)
    assert added.after is not None
    assert added.after.complete
    assert added.after.regions[0].text == _text(_LINES)
    clone.commit({"new.scm": None})
    removed = _only(clone.mail())
    assert (removed.kind, removed.basis, removed.after) == (ChangeKind.REMOVED, Basis.WHOLE, None)
    assert removed.before == added.after


def test_an_empty_new_file_has_an_empty_text(clone: Clone) -> None:
    clone.commit({"empty.scm": ""})
    change = _only(clone.mail())
    assert change.after is not None
    assert (change.basis, change.after.complete) == (Basis.WHOLE, True)
    assert change.after.regions[0].text == ""


def test_a_plain_diff_shows_a_new_file_by_its_empty_side() -> None:
    change = _only("--- /dev/null\n+++ b/new.scm\n@@ -0,0 +1,1 @@\n+(hello)\n")
    assert (change.kind, change.path, change.basis) == (ChangeKind.ADDED, "new.scm", Basis.WHOLE)
    change = _only("--- old.scm\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-(hello)\n")
    assert (change.kind, change.path, change.basis) == (ChangeKind.REMOVED, "old.scm", Basis.WHOLE)


def test_signature_footer_and_prose_are_not_part_of_the_last_hunk() -> None:
    footer = "_" * 47 + "\nGuix-patches mailing list\nlist@example.org\n"
    for end in ("-- \n2.39.5\n", "--\n2.39.5\n", f"\n{footer}", footer, "\nbase-commit: abc\n", ""):
        assert _read(_HUNK + end) == _read(_HUNK)


def test_prose_before_the_diff_that_looks_like_one_is_left_alone() -> None:
    prose = (
        "From: Ada Example <ada@example.org>\nSubject: [PATCH] gnu: Add x.\n\n"
        "--- a note on this\n+++ and another\nBinary files differ.\n"
        "diff --git is what git writes\n@@ -1,2 +1,2 @@ is a header\n"
        "---\n x.scm | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)\n\n"
    )
    assert _read(prose + _HUNK) == _read(_HUNK)


def test_a_quoted_diff_is_no_diff() -> None:
    quoted = "".join(f"> {line}\n" for line in _HUNK.splitlines())
    assert _read(f"On Monday Ada wrote:\n{quoted}\nLooks good.\n") == DiffReading((), ())


def test_several_patches_in_one_text() -> None:
    second = _HUNK.replace("x.scm", "y.scm")
    text = f"From 1234567\nSubject: one\n\n{_HUNK}-- \n2.39\n\nFrom 89abcde\n\n{second}-- \n2.39\n"
    assert [change.path for change in _read(text).changes] == ["x.scm", "y.scm"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_of_the_mail_are_not_the_files(line_end: str) -> None:
    assert _read(_HUNK.replace("\n", line_end)) == _read(_HUNK)


def test_carriage_returns_of_the_file_stay() -> None:
    change = _only("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\r\n-two\r\n+2\r\n")
    assert change.after is not None
    assert change.after.regions[0].text == "one\r\n2\r\n"


def test_empty_context_lines_that_lost_their_blank_are_context() -> None:
    change = _only("--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n one\n\n-two\n+2\n+3\n")
    assert change.before is not None
    assert change.before.regions[0].text == "one\n\ntwo\n"


def test_a_form_feed_or_a_line_separator_ends_no_line() -> None:
    change = _only("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n \x0c\n-a\u2028b\x85\n+c\x1cd\n")
    assert change.before is not None
    assert change.before.regions[0].text == "\x0c\na\u2028b\x85\n"


def test_renames_and_copies(clone: Clone) -> None:
    clone.commit({"old.scm": _text(_LINES)})
    clone.git("mv", "old.scm", "moved.scm")
    clone.commit({"moved.scm": _text([*_LINES[:-1], "last"])})
    renamed = _only(clone.mail("--find-renames"))
    assert (renamed.kind, renamed.path, renamed.old_path) == (
        ChangeKind.RENAMED,
        "moved.scm",
        "old.scm",
    )
    clone.commit({"copy.scm": _text([*_LINES[:-1], "last of all"])})
    copied = _only(clone.mail("--find-copies-harder"))
    assert (copied.kind, copied.path, copied.old_path) == (
        ChangeKind.ADDED,
        "copy.scm",
        "moved.scm",
    )
    assert copied.after is not None
    assert not copied.after.complete


def test_mode_and_binary_changes_have_no_text(clone: Clone) -> None:
    clone.commit({"a.sh": "echo\n", "b.bin": b"\0\1\2"})
    clone.git("update-index", "--chmod=+x", "a.sh")
    clone.git("commit", "--quiet", "--message", "Make it executable.")
    mode = _only(clone.mail())
    assert (mode.kind, mode.path) == (ChangeKind.MODIFIED, "a.sh")
    assert mode.after is not None
    assert mode.after.regions == ()
    clone.git("reset", "--hard", "--quiet")
    clone.commit({"b.bin": b"\0\1\3", "new.bin": b"\0" * 40})
    for options in ((), ("--no-binary",)):
        reading = _read(clone.mail(*options))
        assert [change.path for change in reading.changes] == ["b.bin", "new.bin"]
        assert {change.basis_reason for change in reading.changes} == {"a binary file"}


@pytest.mark.parametrize("name", ["with space.scm", "é.scm", 'qu"ote.scm', "back\\slash", "tab\tx"])
@pytest.mark.parametrize("options", [(), ("--no-prefix",)])
def test_names_survive_gits_quoting(clone: Clone, name: str, options: tuple[str, ...]) -> None:
    clone.commit({name: "one\n"})
    assert _only(clone.mail(*options)).path == name
    clone.commit({name: "two\n"})
    assert _only(clone.mail(*options)).path == name
    clone.git("update-index", "--chmod=+x", name)
    clone.git("commit", "--quiet", "--message", "Make it executable.")
    assert _only(clone.mail(*options)).path == name
    clone.git("rm", "--quiet", "--force", name)
    clone.commit({})
    assert _only(clone.mail(*options)).path == name


def test_directories_named_like_prefixes_keep_their_name(clone: Clone) -> None:
    clone.commit({"b/a/x.scm": "one\n"})
    assert _only(clone.mail()).path == "b/a/x.scm"
    clone.commit({"b/a/x.scm": "two\n"})
    assert _only(clone.mail()).path == "b/a/x.scm"
    assert _only(clone.mail("--no-prefix")).path == "b/a/x.scm"


def test_time_stamps_are_not_part_of_the_name() -> None:
    stamp = "\t2024-05-01 12:00:00.000000000 +0200"
    change = _only(f"--- old/x.scm{stamp}\n+++ old/x.scm{stamp}\n@@ -1,1 +1,1 @@\n-a\n+b\n")
    assert change.path == "old/x.scm"


def test_a_combined_diff_is_told_and_left_out() -> None:
    text = "diff --cc x.scm\nindex 111,222..333\n--- a/x.scm\n+++ b/x.scm\n"
    text += "@@@ -1,1 -1,1 +1,1 @@@\n--a\n -b\n++c\n"
    reading = _read(text + _HUNK)
    assert [change.new_blob for change in reading.changes] == ["2222222"]
    assert "combined" in reading.problems[0]


_TWO = """\
--- a/x.scm
+++ b/x.scm
@@ -1,3 +1,3 @@
 (define-public one
-  (package (name "one") (version "1") (home-page "https://example.org/one"))
+  (package (name "one") (version "2") (home-page "https://example.org/one"))
   (other))
@@ -40,2 +40,2 @@
 forty
-forty-one
+41
"""


@pytest.mark.parametrize(
    "wrapped",
    [
        _TWO.replace('(version "2") ', '(version "2")\n'),
        _TWO.replace('(version "1") ', '(version "1")\n '),
        _TWO.replace('(version "2") ', '(version "2")\n+'),
        _TWO.replace("-1,3 +1,3", "-1,2 +1,2"),
        _TWO.replace("   (other))\n", ""),
    ],
)
def test_a_garbled_hunk_is_told_and_the_others_survive(wrapped: str) -> None:
    reading = _read(wrapped + _HUNK)
    first, second = reading.changes
    assert second.path == "x.scm"
    assert not second.problems
    assert first.before is not None
    assert [region.start for region in first.before.regions] == [40]
    assert len(first.problems) == 1
    assert reading.problems[0].startswith("x.scm: hunk -1,")


def test_a_text_that_ends_in_a_hunk_is_told() -> None:
    reading = _read("\n".join(_HUNK.split("\n")[:-4]))
    assert "ends in the middle" in reading.problems[0]


def test_overlapping_hunks_are_told() -> None:
    hunk = "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    reading = _read("--- a/x\n+++ b/x\n" + hunk + hunk)
    (change,) = reading.changes
    assert change.before is not None
    assert len(change.before.regions) == 1
    assert "overlaps" in reading.problems[0]


def test_limits_are_told_and_kept() -> None:
    second = _HUNK.replace("x.scm", "y.scm")
    few = read_diff(_HUNK + second, "m", Limits(diff_files=1))
    assert (len(few.changes), few.problems) == (1, ("only the first 1 files were read",))
    few = read_diff(_HUNK + second, "m", Limits(diff_hunks=1))
    assert len(few.changes) == 1
    exactly = read_diff(_HUNK + "-- \n2.39\n", "m", Limits(diff_files=1, diff_hunks=1))
    assert exactly.problems == ()
    long = _HUNK.replace("twelve!", "twelve" * 100)
    assert "601 characters" in read_diff(long, "m", Limits(diff_line_bytes=99)).problems[0]
    assert "not read" in read_diff(_HUNK, "m", Limits(diff_bytes=10)).problems[0]
