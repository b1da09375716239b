# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates of a mail in UTC; None rather than a date that cannot be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mailparser.dates import parse_mail_date  # type: ignore[import-untyped]

from bot.mail.header_block import HeaderBlock

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_RELAYS = 5
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}
# What nearly all programs write; other forms of RFC 5322 section 3.3 go to mail-parser.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )? ?(\d{1,2}) (" + "|".join(_MONTHS) + r") (\d{4}) "
    r"(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})(?: \([A-Z]{1,5}\))?",
    re.ASCII,
)


def sent_date(header: HeaderBlock, received: datetime | None) -> tuple[datetime | None, str]:
    """Return the Date header in UTC, and what is wrong with it ("" if nothing).

    A date before e-mail lists or more than two days after the mail was received is none.
    """
    value = header.first("date")
    if not value:
        return None, "the mail has no date"
    date = _parse(value)
    if date is None:
        return None, "the date cannot be read"
    if not _EARLIEST <= date < _LATEST or (received and date > received + _AHEAD):
        return None, "the date cannot be true"
    return date, ""


def received_date(header: HeaderBlock) -> datetime | None:
    """Return the date that the last relay wrote (the topmost Received that has one), in UTC."""
    for value in header.every("received")[:_RELAYS]:
        date = _parse(value.rpartition(";")[2])
        if date and _EARLIEST <= date < _LATEST:
            return date
    return None


def _parse(value: str) -> datetime | None:
    if len(value) > 300:
        return None
    if usual := _USUAL.fullmatch(value.strip()):
        return _usual_date(usual)
    date = parse_mail_date(value.strip()).value
    return date if isinstance(date, datetime) else None


def _usual_date(found: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, zone = found.groups()
    try:
        local = datetime(
            int(year), _NUMBERS[month], int(day),
            int(hour), int(minute), min(int(second), 59), tzinfo=UTC,
        )  # fmt: skip
        date = local if zone in ("+0000", "-0000") else local - _offset(zone)
    except (ValueError, OverflowError):
        return None
    return date + timedelta(seconds=1) if second == "60" else date


@lru_cache(maxsize=100)
def _offset(zone: str) -> timedelta:
    """Return how far ``+hhmm`` or ``-hhmm`` is ahead of UTC."""
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return offset if zone[0] == "+" else -offset
