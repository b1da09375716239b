# SPDX-License-Identifier: GPL-3.0-or-later
"""One policy laid over another: rules and families by their ids, other tables key by key."""

from __future__ import annotations

from typing import Any

KEYED = ("rules", "licenses")
"""Lists of tables that are merged by ``id``; every other table is merged key by key."""


def merged_tables(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with what ``over`` says in its place."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if key in KEYED and isinstance(value, list) and isinstance(below, list):
            merged[key] = _merge_by_id(below, value)
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = {**below, **value}
        else:
            merged[key] = value
    return merged


def id_of(table: object) -> str | None:
    """Return the id of a table, if it is one and has one."""
    name = table.get("id") if isinstance(table, dict) else None
    return name if isinstance(name, str) else None


def _merge_by_id(base: list[Any], over: list[Any]) -> list[Any]:
    """A table with a known id changes the keys that it names and leaves the others."""
    merged = list(base)
    places = {id_of(table): place for place, table in enumerate(merged)}
    places.pop(None, None)
    for table in over:
        name = id_of(table)
        if name in places:
            merged[places[name]] = {**merged[places[name]], **table}
        else:
            merged.append(table)
    return merged


def as_tuples(value: Any) -> Any:  # noqa: ANN401  (any TOML value)
    """Lists as tuples: the models are strict, and frozen values hold tuples."""
    if isinstance(value, dict):
        return {key: as_tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(as_tuples(item) for item in value)
    return value
