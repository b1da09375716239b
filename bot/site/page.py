# SPDX-License-Identifier: GPL-3.0-or-later
"""A page before it is written: where it goes, its template, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from bot.site.words import machine_time

JSON_VERSION = 1
_LEFT_OUT = frozenset({"series_key", "report_id", "now"})
"""Fields that are of no use outside the database, or say something twice."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page; ``shows`` goes to the template and, as JSON, beside the page."""

    path: str
    """Relative, with slashes: ``series/79119.html``."""
    template: str
    title: str
    shows: Mapping[str, Any]
    section: str = ""
    """Which entry of the navigation is this page's."""

    @property
    def json_path(self) -> str:
        """Where the same stands as JSON."""
        return self.path.removesuffix(".html") + ".json"


def page_to_json(page: Page) -> dict[str, Any]:
    """Return a page's JSON form, version 1: keys are added, never renamed or removed."""
    return {"version": JSON_VERSION, "title": page.title, **_plain(page.shows)}


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever a page shows)
    if is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in fields(value) if field.name not in _LEFT_OUT)
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, datetime):
        return machine_time(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
