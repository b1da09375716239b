# SPDX-License-Identifier: GPL-3.0-or-later
"""Values are bound as the databases' own types would bind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import SafeText, UtcDateTime

_SQLITE = sqlite.dialect()
_ZONES = st.one_of(
    st.just(UTC),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
_TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=_ZONES)  # noqa: DTZ001


@given(_TIMES)
def test_a_time_is_written_as_sqlalchemy_writes_it(time: datetime) -> None:
    bound = UtcDateTime().bind_processor(_SQLITE)
    reference = DateTime().dialect_impl(_SQLITE).bind_processor(_SQLITE)
    assert bound is not None
    assert reference is not None
    assert bound(time) == reference(time.astimezone(UTC).replace(tzinfo=None))
    assert bound(None) is None


@pytest.mark.parametrize("time", [datetime(2026, 1, 1), datetime.min])  # noqa: DTZ001, DTZ901
def test_a_time_without_a_zone_is_a_mistake(time: datetime) -> None:
    for dialect in (_SQLITE, postgresql.dialect()):  # type: ignore[no-untyped-call]
        bound = UtcDateTime().bind_processor(dialect)
        assert bound is not None
        with pytest.raises(ValueError, match="without a time zone"):
            bound(time)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_that_utf_8_and_postgresql_take(text: str) -> None:
    bound = SafeText().bind_processor(_SQLITE)
    assert bound is not None
    taken = bound(text)
    assert taken is not None
    assert "\0" not in taken
    assert taken.encode("utf-8").decode("utf-8") == taken
