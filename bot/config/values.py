# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that stand in a configuration: durations, addresses, dates, names.

Each is checked where it is read, and a mistake says what is allowed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_DURATION_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d{1,6})\s{0,3}([smhdw])")
_ADDRESS = re.compile(
    r"[^\s<>@,;:\"\\()\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)


def parse_duration(value: object) -> object:
    """Turn ``"90s"``, ``"5m"``, ``"2h"``, ``"14d"``, ``"1w"`` into a timedelta.

    A number is seconds.  Anything else raises ``ValueError`` with what is allowed.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 315_360_000:
        return timedelta(seconds=value)
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('must be a duration such as "90s", "5m", "2h", "14d" or "1w"')
    return timedelta(seconds=int(match[1]) * _DURATION_UNITS[match[2]])


def _parse_address(value: object) -> object:
    if isinstance(value, str) and _ADDRESS.fullmatch(value):
        return value
    raise ValueError('must be a mail address such as "bot@example.org", without a name')


def _parse_reply_template(value: object) -> object:
    if isinstance(value, str) and value.count("{") == value.count("}") == value.count("{issue}"):
        return _parse_address(value.replace("{issue}", "1")) and value
    raise ValueError('must be a mail address; "{issue}" stands for the tracker\'s number')


def _parse_since(value: object) -> object:
    if value in ("now", "beginning"):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.min, tzinfo=UTC)
    if isinstance(value, str):
        try:
            return _parse_since(datetime.fromisoformat(value))
        except ValueError:
            pass
    raise ValueError('must be "now", "beginning" or a date such as 2026-01-31')


def _one_line(value: object) -> object:
    if isinstance(value, str) and not value.isprintable():
        raise ValueError("must be one line of printable characters")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
EmailAddress = Annotated[str, BeforeValidator(_parse_address)]
ReplyTemplate = Annotated[str, BeforeValidator(_parse_reply_template)]
Since = Annotated[Literal["now", "beginning"] | datetime, BeforeValidator(_parse_since)]
Line = Annotated[str, BeforeValidator(_one_line), Field(max_length=200)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Port = Annotated[int, Field(ge=1, le=65_535)]


class Frozen(BaseModel):
    """A table of the configuration: it does not change, and takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
