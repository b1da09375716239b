# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at line starts finds what ``^`` with ``re.MULTILINE`` finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.line_start import LineStart

_PATTERNS = (
    r"diff --(?:git|cc) \S",
    r"--- [^\n]{1,9}\n\+\+\+ [^\n]{1,9}\n@@{1,9} -\d",
    r"id: ([ab]{1,3})[ \t]*$",
    r"a|\n+b|ab",
)
_PIECES = st.sampled_from(
    ["\n", "\n\n", "diff --git a", "diff --cc ", "--- x\n", "+++ y\n", "@@ -1", "id: ab", " ", "a",
     "id: b \n", "b", "\r", "x"]
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)


@pytest.mark.parametrize("pattern", _PATTERNS)
@settings(deadline=None)
@given(text=_TEXTS)
def test_the_same_is_found(pattern: str, text: str) -> None:
    plain = re.compile(f"^(?:{pattern})", re.MULTILINE)
    fast = LineStart(pattern)
    expected, found = plain.search(text), fast.search(text)
    assert (expected is None) == (found is None)
    assert fast.place(text) == (expected.start() if expected else -1)
    if expected and found:
        assert found.end() == expected.end()
        assert found.groups() == expected.groups()


@settings(deadline=None)
@given(text=_TEXTS)
def test_every_one_is_found(text: str) -> None:
    plain = re.compile(f"^(?:{_PATTERNS[2]})", re.MULTILINE)
    assert [one[1] for one in LineStart(_PATTERNS[2]).every(text)] == plain.findall(text)


@settings(deadline=None)
@given(text=_TEXTS, start=st.integers(0, 30), size=st.integers(0, 30))
def test_a_stretch_of_bytes(text: str, start: int, size: int) -> None:
    content, pattern = text.encode(), _PATTERNS[0].encode()
    start = min(start, len(content))
    end = min(start + size, len(content))
    plain = re.compile(b"^(?:" + pattern + b")", re.MULTILINE)
    expected = plain.search(content, start, end)
    found = LineStart(pattern).search(content, start, end)
    assert (expected and expected.end()) == (found and found.end())
