# SPDX-License-Identifier: GPL-3.0-or-later
"""Strangers' words made fit for a page, and times and counts put into words.

Escaping is the templates' work (they escape everything); here control characters and Unicode's
bidirectional controls go, lengths are bounded, and mail addresses are left out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.report.clean import one_line

_SUBJECT = 300
_NAME = 100
_REASON = 300
_ADDRESS = re.compile(r"<?\b[\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}>?")


def shown(text: object, limit: int = _REASON) -> str:
    """Return what is kept of a value, as one clean line; empty for what is no text."""
    return one_line(text, limit) if isinstance(text, str) else ""


def subject(text: str) -> str:
    """Return a subject as one clean line."""
    return one_line(text, _SUBJECT) or "(no subject)"


def person(author: str) -> str:
    """Return the name out of ``Name <address>``; of an address alone what stands before the @."""
    name, bracket, address = one_line(author, 4 * _NAME).rpartition("<")
    if not bracket:
        name, address = "", address or name
    plain = without_addresses(name.strip().strip('"').strip())
    plain = "" if plain == _HIDDEN else plain
    local = address.rstrip(">").partition("@")[0].strip()
    return one_line(plain or local, _NAME) or "somebody"


_HIDDEN = "(an address)"


def without_addresses(text: str) -> str:
    """Return ``text`` without the mail addresses in it, as what a server said may hold some."""
    return _ADDRESS.sub(_HIDDEN, text) if "@" in text else text


def reason(text: str) -> str:
    """Return why something was done, without mail addresses."""
    return without_addresses(one_line(text, _REASON))


def day(moment: datetime | None) -> str:
    """Return the day, in UTC; empty for None."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}" if moment else ""


def minute(moment: datetime | None) -> str:
    """Return day and time, in UTC; empty for None."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else ""


def machine_time(moment: datetime | None) -> str:
    """Return a time as RFC 3339 has it, to the second; empty for None."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def month(moment: datetime) -> str:
    """Return ``2025-11``."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 thing``, ``2 things``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def parsed_time(text: object) -> datetime | None:
    """Return a stored ISO 8601 time, taken for UTC where it has no zone; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
