# SPDX-License-Identifier: GPL-3.0-or-later
"""Names without addresses, and times in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.site.words import machine_time, minute, parsed_time, person, reason, without_addresses


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        ("Dara Quigley <dara@example.org>", "Dara Quigley"),
        ('"Quigley, Dara" <dara@example.org>', "Quigley, Dara"),
        ("dara@example.org", "dara"),
        ("<dara@example.org>", "dara"),
        ("dara@example.org <dara@example.org>", "dara"),
        ("Dara <x> <dara@example.org>", "Dara <x>"),
        ("", "somebody"),
        ("\u202e<>", "somebody"),
    ],
)
def test_a_person_has_a_name_and_no_address(author: str, shown: str) -> None:
    assert person(author) == shown


@given(st.text(), st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.org", fullmatch=True))
def test_no_address_is_left(name: str, address: str) -> None:
    assert address not in person(f"{name} <{address}>")
    assert address not in reason(f"550 {address} refused")


def test_an_address_within_a_reason() -> None:
    assert without_addresses("550 5.1.1 <dara@example.org>: unknown") == (
        "550 5.1.1 (an address): unknown"
    )
    assert without_addresses("nothing of that kind") == "nothing of that kind"


def test_times_are_told_in_utc() -> None:
    moment = datetime(2025, 11, 7, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert machine_time(moment) == "2025-11-06T23:30:00Z"
    assert minute(moment) == "2025-11-06 23:30 UTC"
    assert machine_time(None) == minute(None) == ""


@pytest.mark.parametrize("text", [None, 3, "", "yesterday", "2025-13-01", "9999-99-99T00:00"])
def test_what_is_no_time(text: object) -> None:
    assert parsed_time(text) is None


def test_a_time_without_a_zone_is_utc() -> None:
    assert parsed_time("2025-11-07T01:30:00") == datetime(2025, 11, 7, 1, 30, tzinfo=UTC)
    assert parsed_time("2025-11-07") == datetime(2025, 11, 7, tzinfo=UTC)


@given(st.text())
def test_parsing_a_time_never_raises(text: str) -> None:
    parsed_time(text)
