# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors as text: a JSON object with the kind of source and a version in it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.sources.interface import SourceError


def write_cursor(kind: str, values: Mapping[str, object]) -> str:
    """Return ``values`` as a cursor of a source of ``kind``."""
    return json.dumps({"kind": kind, **values}, separators=(",", ":"), sort_keys=True)


def read_cursor(kind: str, cursor: str) -> dict[str, object]:
    """Return the values of a cursor that ``write_cursor`` made.

    Raises ``SourceError`` where it is another source's or damaged.
    """
    try:
        values = json.loads(cursor)
    except ValueError as error:
        raise SourceError("the stored cursor is damaged; reset it to read from `since`") from error
    if not isinstance(values, dict) or values.get("kind") != kind:
        raise SourceError(
            f"the stored cursor is not one of a {kind} source: did the source change its kind "
            "but keep its name?  Give it another name"
        )
    return values


def whole_number(value: object) -> int:
    """Return ``value`` as a number of a cursor; raises ``SourceError`` where it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise SourceError("the stored cursor is damaged; reset it to read from `since`")


def texts(value: object) -> list[str]:
    """Return ``value`` as a list of texts; raises ``SourceError`` where it is none."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise SourceError("the stored cursor is damaged; reset it to read from `since`")
