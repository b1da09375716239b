# SPDX-License-Identifier: GPL-3.0-or-later
"""VOSK's page of models: a table of name, size, error rates, notes and licence.

https://alphacephei.com/vosk/models has one row for each zip; the size there is rounded ("40M"),
so the host is asked for the exact one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from bot.guix.package import PackageOrigin
from bot.upstream.asking import Asker, Question
from bot.upstream.client import Answer
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.licenses import known_license
from bot.upstream.plain_http import size_of_url
from bot.upstream.urls import host_and_steps
from bot.upstream.zip_index import zip_index

_PAGE = "https://alphacephei.com/vosk/models"
_HOST = "alphacephei.com"
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s?([KMG])i?B?", re.IGNORECASE)
_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3}
_ROWS = 2_000
_CELL = 500


def vosk_model_name(origin: PackageOrigin) -> str | None:
    """Return ``vosk-model-…`` where an origin is a zip of VOSK's page, else None."""
    for url in origin.uris[:5]:
        host, steps = host_and_steps(url)
        if host == _HOST and steps[:-1] == ["vosk", "models"] and steps[-1].endswith(".zip"):
            return steps[-1].removesuffix(".zip")
    return None


def vosk_facts(ask: Asker, origin: PackageOrigin, name: str) -> OriginFacts:
    """Return the exact size from the host, and licence and notes from the page's row."""
    url = next(url for url in origin.uris if url.endswith(f"/{name}.zip"))
    size = size_of_url(ask, url)
    page = ask.ask(Question(_PAGE, _distil, accept="text/html"))
    index = zip_index(ask, url)
    facts = OriginFacts(size=size, unpacked_size=index.unpacked_size, file_formats=index.formats)
    if page.value is None:
        return replace(facts, license=Fact(None, _PAGE, page.learnt_at, page.reason))
    row = page.value.get(name)
    if row is None:
        reason = "the publisher's page does not list it"
        return replace(facts, license=Fact(None, _PAGE, page.learnt_at, reason))
    return _with_row(facts, row, page)


def _with_row(facts: OriginFacts, row: dict[str, Any], page: Fact[Any]) -> OriginFacts:
    size = facts.size
    if size.value is None and row["size"] is not None:
        size = Fact(row["size"], _PAGE, page.learnt_at)
    if not row["license"]:
        reason = "the publisher's page states none"
        return replace(facts, size=size, license=Fact(None, _PAGE, page.learnt_at, reason))
    known = known_license(row["license"])
    return replace(
        facts,
        size=size,
        license=Fact(row["license"], _PAGE, page.learnt_at),
        license_spdx=known.spdx if known else None,
        license_verdict=known.verdict if known else "unclear",
        notes=(row["notes"],) if row["notes"] else (),
    )


def _distil(answer: Answer) -> dict[str, dict[str, Any]]:
    """The rows by model name; raises ``ValueError`` where the page has no such table."""
    parser = _Table()
    parser.feed(answer.body.decode("utf-8", "replace"))
    parser.close()
    found = {}
    for header, cells in parser.rows:
        name = cells[0] if cells else ""
        if name.startswith("vosk-model"):
            row = dict(zip(header, cells, strict=False))
            found[name] = {
                "size": _bytes(row.get("size", "")),
                "license": row.get("license", ""),
                "notes": row.get("notes", ""),
            }
    if not found:
        raise ValueError("no table of models")
    return found


def _bytes(size: str) -> int | None:
    match = _SIZE.fullmatch(size.strip())
    return int(float(match[1]) * _UNITS[match[2].upper()]) if match else None


class _Table(HTMLParser):
    """Collects table rows as (the table's header in lower case, the row's cells)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[tuple[list[str], list[str]]] = []
        self._header: list[str] = []
        self._cells: list[str] = []
        self._is_header = False
        self._open = False

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._cells, self._is_header, self._open = [], False, False
        elif tag in ("td", "th"):
            self._is_header = self._is_header or tag == "th"
            self._open = True
            self._cells.append("")

    def handle_data(self, data: str) -> None:
        if self._open and self._cells:
            self._cells[-1] = (self._cells[-1] + data)[:_CELL]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False
        elif tag == "tr" and len(self.rows) < _ROWS:
            cells = [" ".join(cell.split()) for cell in self._cells]
            if self._is_header:
                self._header = [cell.lower().replace("licence", "license") for cell in cells]
            elif any(cells):
                self.rows.append((self._header, cells))
            self._cells = []
