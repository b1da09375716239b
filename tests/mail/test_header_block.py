# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers on bytes: the quick way and the careful one read the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS
from bot.mail import header_block
from bot.mail.header_block import read_header
from tests.mail.mails import mail


def test_fields_are_unfolded_and_known_by_name() -> None:
    raw = b"From: a\r\nX-Long: one\r\n two\r\n\tthree\r\nx-long: again\r\n\r\nBody: no\r\n"
    header = read_header(raw, DEFAULT_LIMITS)
    assert header.first("x-long") == "one two\tthree"
    assert header.every("x-long") == ["one two\tthree", "again"]
    assert header.repeated(frozenset({"x-long", "from"})) == ["x-long"]
    assert raw[header.body_start :] == b"Body: no\r\n"


@pytest.mark.parametrize(
    ("raw", "fields", "body"),
    [
        (b"From x\nA: 1\n\nb", {"a": [" 1"]}, b"b"),
        (b"A: 1\nno field\n\nb", {"a": [" 1"]}, b"no field\n\nb"),
        (b"A: 1", {"a": [" 1"]}, b""),
        (b"A: 1\n", {"a": [" 1"]}, b""),
        (b" folded\nA: 1\n\n", {"a": [" 1"]}, b""),
        (b"A : 1\nB:\n\n", {"a": [" 1"], "b": [""]}, b""),
        (b"\nA: 1\n", {}, b"A: 1\n"),
        (b"", {}, b""),
    ],
)
def test_headers_out_of_order(raw: bytes, fields: dict[str, list[str]], body: bytes) -> None:
    header = read_header(raw, DEFAULT_LIMITS)
    assert header.values == fields
    assert raw[header.body_start :] == body


_LINES = st.sampled_from(
    [b"A: 1", b"B:2", b" x", b"\tx", b"", b"From y", b"junk", b"C: \r", b": x"]
)


@settings(deadline=None, max_examples=500)
@given(st.lists(_LINES, max_size=8), st.sampled_from([b"\n", b"\r\n"]))
def test_both_ways_agree(lines: list[bytes], end: bytes) -> None:
    raw = end.join(lines)
    careful = header_block._by_line(raw, 0, len(raw), DEFAULT_LIMITS)
    assert read_header(raw, DEFAULT_LIMITS) == careful


def test_the_quick_way_is_taken() -> None:
    assert header_block._well_formed(mail(), 0, len(mail()), DEFAULT_LIMITS) is not None
