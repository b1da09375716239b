# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading other people's JSON: what is not there, or is of another type, is simply not known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_STRING = 500
_LIST = 5_000


def table(value: object) -> Mapping[str, Any]:
    """Return ``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; nothing of anything else."""
    if isinstance(value, list):
        yield from (item for item in value[:_LIST] if isinstance(item, dict))


def text(value: object) -> str | None:
    """Return a string of sensible length, stripped; None for anything else or nothing."""
    return value.strip()[:_STRING] or None if isinstance(value, str) else None


def texts(value: object, limit: int = 20) -> list[str]:
    """Return a string as a list of one, a list's strings, nothing of anything else."""
    items = value if isinstance(value, list) else [value]
    return [found for item in items[:_LIST] if (found := text(item))][:limit]


def number(value: object) -> int | None:
    """Return a number of bytes or the like; None for anything else, negative ones too."""
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
    return value if good else None  # type: ignore[return-value]


def parsed(body: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Parse JSON; raises ``ValueError``."""
    return json.loads(body)
