# SPDX-License-Identifier: GPL-3.0-or-later
"""Of very many lines the hunks are taken apart without unidiff, and come out the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS
from bot.patch import reading
from bot.patch.cutting import cut
from bot.patch.reading import read_diff

_TEXT = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12)
_LINES = st.lists(
    st.builds(str.__add__, st.sampled_from(" +-"), _TEXT)
    | st.sampled_from(["", "\r", "+\r", " \x0c", "-\x85a", "+ b", "\\ No newline"]),
    min_size=1,
    max_size=20,
)


def _hunk(start: int, lines: list[str]) -> str:
    old = sum(line[:1] in {" ", "-", "", "\r"} for line in lines)
    new = sum(line[:1] in {" ", "+", "", "\r"} for line in lines)
    return f"@@ -{start},{old} +{start},{new} @@ head\n" + "".join(f"{line}\n" for line in lines)


@given(st.lists(_LINES, min_size=1, max_size=3), st.booleans())
def test_both_ways_of_reading_hunks_agree(hunks: list[list[str]], returns: bool) -> None:
    head = "diff --git a/x b/x\nindex 1234567..89abcde 100644\n--- a/x\n+++ b/x\n"
    text = head + "".join(_hunk(number * 100 + 1, lines) for number, lines in enumerate(hunks))
    text = text.replace("\n", "\r\n") if returns else text
    for piece in cut(text, DEFAULT_LIMITS).files:
        assert reading._with_unidiff(piece) == reading._without_unidiff(piece)


def test_a_long_file_is_read_without_unidiff(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"+line {number}" for number in range(reading._LONG + 1)]
    text = "--- /dev/null\n+++ b/x\n" + f"@@ -0,0 +1,{len(lines)} @@\n" + "\n".join(lines) + "\n"
    monkeypatch.setattr(reading, "_with_unidiff", None)
    (change,) = read_diff(text, "m").changes
    assert change.after is not None
    assert change.after.regions[0].changed == tuple(range(1, len(lines) + 1))
    assert change.after.regions[0].text.endswith("\nline 10000\n")
