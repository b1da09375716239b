# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates: the usual form and all others read the same as mail-parser reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailparser.dates import parse_mail_date  # type: ignore[import-untyped]

from bot.mail import dates


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Mon, 10 Apr 2023 10:00:00 +0200", datetime(2023, 4, 10, 8, tzinfo=UTC)),
        ("Mon,  3 Apr 2023 10:00:00 -0730 (PDT)", datetime(2023, 4, 3, 17, 30, tzinfo=UTC)),
        ("10 Apr 23 10:00 GMT", datetime(2023, 4, 10, 10, tzinfo=UTC)),
        ("Mon, 10 Apr 2023 23:59:60 +0000", datetime(2023, 4, 11, tzinfo=UTC)),
        ("Mon, 31 Apr 2023 10:00:00 +0000", None),
        ("Mon, 10 Apr 2023 25:00:00 +0000", None),
        ("Mon, 1 Jan 0001 00:00:00 +0100", None),
    ],
)
def test_forms(value: str, date: datetime | None) -> None:
    assert dates._parse(value) == date


@settings(deadline=None)
@given(
    st.integers(0, 40), st.sampled_from(dates._MONTHS), st.integers(1900, 9999),
    st.tuples(st.integers(0, 25), st.integers(0, 61), st.integers(0, 60)),
    st.sampled_from("+-"), st.integers(0, 23), st.integers(0, 59),
)  # fmt: skip
def test_the_usual_form_is_read_as_mail_parser_reads_it(  # noqa: PLR0917
    day: int,
    month: str,
    year: int,
    clock: tuple[int, int, int],
    sign: str,
    hours: int,
    minutes: int,
) -> None:
    time = ":".join(f"{part:02}" for part in clock)
    value = f"{day} {month} {year} {time} {sign}{hours:02}{minutes:02}"
    assert dates._USUAL.fullmatch(value)
    assert dates._parse(value) == parse_mail_date(value).value
