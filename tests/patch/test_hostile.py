# SPDX-License-Identifier: GPL-3.0-or-later
"""Random and hostile diffs: what git makes is read exactly, and nothing raises or hangs."""

from __future__ import annotations

import difflib
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.patch.applying import ApplyError, apply_by_context, apply_exactly, lines_of
from bot.patch.change import Basis, FileChange
from bot.patch.reading import read_diff
from bot.patch.resolve import resolve

_LINE = st.one_of(
    st.sampled_from(["", "-", "--", "-- ", "---", "+++ b/x", "--- a/x", "@@ -1 +1 @@", "\\ No"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), max_size=8),
)
_LINES = st.lists(_LINE, max_size=30)


@st.composite
def _two_texts(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """A text, and the same with some runs of lines replaced."""
    before = draw(_LINES)
    after = list(before)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(after)))
        end = draw(st.integers(start, min(len(after), start + 4)))
        after[start:end] = draw(st.lists(_LINE, max_size=4))
    return before, after


def _joined(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _applied(change: FileChange, before: str) -> str:
    if change.before is None or change.after is None:
        side = change.after
        return side.regions[0].text if side else ""
    hunks = list(zip(change.before.regions, change.after.regions, strict=True))
    return apply_exactly(before, hunks).after.regions[0].text


@given(_two_texts(), st.integers(0, 4))
def test_what_difflib_writes_is_read_and_applied(
    texts: tuple[list[str], list[str]], context: int
) -> None:
    before, after = texts
    diff = difflib.unified_diff(before, after, "a/x", "b/x", lineterm="", n=context)
    reading = read_diff("prose\n\n" + _joined(list(diff)) + "-- \n2.39\n", "m")
    assert reading.problems == ()
    if before == after:
        assert reading.changes == ()
        return
    (change,) = reading.changes
    if change.basis is Basis.WHOLE and context == 0:
        return  # without context, a change of the first lines looks like a new or removed file
    assert _applied(change, _joined(before)) == _joined(after)


@settings(max_examples=25, deadline=None)
@given(_two_texts(), st.booleans(), st.booleans())
def test_what_git_writes_is_read_applied_and_proven(
    texts: tuple[list[str], list[str]], old_end: bool, new_end: bool
) -> None:
    before, after = (_joined(lines) for lines in texts)
    before, after = before[: None if old_end else -1], after[: None if new_end else -1]
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "a").write_bytes(before.encode())
        (folder / "b").write_bytes(after.encode())
        command = ["git", "diff", "--no-index", "--no-prefix", "--text", "a", "b"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    reading = read_diff(done.stdout.decode(), "m")
    assert reading.problems == ()
    for change in reading.changes:
        made = _applied(change, before)
        assert made.removesuffix("\n") == after.removesuffix("\n")
        if change.basis is Basis.WHOLE:
            assert resolve([reading], None)[0].problems == ()


@given(_two_texts(), _LINES)
def test_hunks_are_found_again_below_other_lines(
    texts: tuple[list[str], list[str]], above: list[str]
) -> None:
    before = [f"{number} {line}" for number, line in enumerate(texts[0])]
    after = [*before[:10], "something new", *before[11:]]
    diff = difflib.unified_diff(before, after, "a/x", "b/x", lineterm="")
    (change,) = read_diff(_joined(list(diff)), "m").changes
    if change.before is None or change.after is None or not before:
        return
    hunks = list(zip(change.before.regions, change.after.regions, strict=True))
    shifted = ["above " + line for line in above]
    applied = apply_by_context(_joined(shifted + before), hunks)
    assert applied.offsets == (len(above),)
    assert applied.after.regions[0].text == _joined(shifted + after)


@given(st.lists(_LINE, max_size=40), st.lists(_LINE, max_size=10))
def test_a_hunk_put_into_any_text_gives_no_exception(lines: list[str], wanted: list[str]) -> None:
    diff = _joined(["--- a/x", "+++ b/x", "@@ -1,3 +1,3 @@", *(" " + line for line in wanted)])
    for change in read_diff(_joined(lines) + diff + _joined(lines), "m").changes:
        if change.before is None or change.after is None:
            continue
        hunks = list(zip(change.before.regions, change.after.regions, strict=True))
        for apply in (apply_exactly, apply_by_context):
            try:
                apply(_joined(lines), hunks)
            except ApplyError:
                continue


_PIECES = st.sampled_from(
    [
        "diff --git a/x b/x",
        "diff --git ",
        'diff --git "a/x" "b/\\303\\251"',
        "diff --cc x",
        "index 1234567..89abcde 100644",
        "new file mode 100644",
        "deleted file mode 100644",
        "rename from x",
        "rename to y",
        "copy from x",
        "copy to z",
        "--- a/x",
        "--- /dev/null",
        "+++ b/x",
        "+++ /dev/null",
        "@@ -1,2 +1,2 @@ heading",
        "@@ -0,0 +1 @@",
        "@@ -1 +0,0 @@",
        "@@ -0,0 +0,0 @@",
        "@@ -999999999,2 +1,999999999 @@",
        "@@ -1,1 +1,1 @@\r",
        " context",
        "+added",
        "-removed",
        "\\ No newline at end of file",
        "GIT binary patch",
        "Binary files a and b differ",
        "-- ",
        "",
        "\r",
        "> quoted",
    ]
)


@settings(max_examples=400)
@given(st.lists(_PIECES, max_size=25))
def test_pieces_of_diffs_in_any_order_give_no_exception(pieces: list[str]) -> None:
    reading = read_diff("\n".join(pieces), "m")
    for change in resolve([reading, reading], None):
        assert change.before is not None or change.after is not None


_MEGABYTES = 9_000_000


@pytest.mark.parametrize(
    "text",
    [
        "Binary files x and x and " * (_MEGABYTES // 25),
        ("Binary files x and x and " * 400 + "\n") * (_MEGABYTES // 10_000),
        "diff --git a/x b/x\n" + "Binary files x and x and " * (_MEGABYTES // 25),
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+" + "b" * _MEGABYTES,
        'diff --git "' + "\\303" * (_MEGABYTES // 4),
        'diff --git "' + '\\"' * (_MEGABYTES // 2),
        "diff --git " + "a " * (_MEGABYTES // 2),
        "--- a/x\n+++ b/x\n" + "@@ -1,9 +1,9 @@\n" * (_MEGABYTES // 16),
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n" * (_MEGABYTES // 30),
        "diff --git a/x b/x\nindex 1234567..89abcde\n" * (_MEGABYTES // 43),
        "--- a/x\n+++ b/x\n@@ -1,999999999 +1,999999999 @@\n" + "-\n+\n" * (_MEGABYTES // 4),
        "--- /dev/null\n+++ b/x\n@@ -0,0 +1,400000 @@\n" + "+(define hello)\n" * 400_000,
        "@@ -1 +1 @@" + "@" * _MEGABYTES,
        "--- a/x\n+++ b/x\n@@ -1 +1 @@ " + "h" * _MEGABYTES + "\n-a\n+b\n",
        "--- " * (_MEGABYTES // 4),
        "--- \n" * (_MEGABYTES // 5),
        "\n" * _MEGABYTES,
    ],
)
def test_large_hostile_texts_are_read_in_passing(text: str) -> None:
    start = time.monotonic()
    resolve([read_diff(text, "m")], None)
    assert time.monotonic() - start < 60


def test_hunks_that_could_go_anywhere_are_given_up() -> None:
    hunk = "@@ -{0},3 +{0},3 @@\n a\n-a\n+b\n a\n"
    text = "--- a/x\n+++ b/x\n" + "".join(hunk.format(n) for n in range(1, 20_000, 3))
    (change,) = read_diff(text, "m").changes
    assert change.before is not None
    assert change.after is not None
    hunks = list(zip(change.before.regions, change.after.regions, strict=True))
    with pytest.raises(ApplyError, match="too many places"):
        apply_by_context("a\n" * 50_000, hunks)
    assert len(lines_of("a\n" * 3)) == 3
