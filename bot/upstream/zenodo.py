# SPDX-License-Identifier: GPL-3.0-or-later
"""What Zenodo states of a record: its licence and the sizes of its files.

``/api/records/ID`` of https://developers.zenodo.org.  A record's files cannot be changed once it
is published; a new version is a new record.
"""

from __future__ import annotations

import re
from typing import Any

from bot.guix.package import PackageOrigin
from bot.upstream import json_fields as fields
from bot.upstream.asking import Asker, Question
from bot.upstream.client import Answer
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.licenses import known_license
from bot.upstream.plain_http import size_of_url
from bot.upstream.urls import host_and_steps

_PATH = re.compile(r"(?:api/)?records?/([0-9]{1,12})/files/([^/]{1,300})(?:/content)?")


def zenodo_file(origin: PackageOrigin) -> tuple[str, str, str] | None:
    """Return (record, file name, URL) where an origin is a file of a Zenodo record."""
    for url in origin.uris[:5]:
        host, steps = host_and_steps(url)
        match = _PATH.fullmatch("/".join(steps))
        if host in ("zenodo.org", "www.zenodo.org") and match:
            return match[1], match[2], url
    return None


def zenodo_facts(ask: Asker, place: tuple[str, str, str]) -> OriginFacts:
    """Return the file's size and the record's licence."""
    record_id, name, url = place
    source = f"https://zenodo.org/records/{record_id}"
    api = f"https://zenodo.org/api/records/{record_id}"
    record = ask.ask(Question(api, _distil, accept="application/json"))
    if record.value is None:
        reason: Fact[str] = Fact(None, source, record.learnt_at, record.reason)
        return OriginFacts(size=size_of_url(ask, url, immutable=True), license=reason)
    size = record.value["files"].get(name)
    identifier = record.value["license"]
    known = known_license(identifier) if identifier else None
    return OriginFacts(
        size=Fact(size, source, record.learnt_at)
        if size is not None
        else size_of_url(ask, url, immutable=True),
        license=Fact(identifier, source, record.learnt_at, "" if identifier else "none is stated"),
        license_spdx=known.spdx if known else None,
        license_verdict=known.verdict if known else ("unclear" if identifier else None),
        immutable=True,
    )


def _distil(answer: Answer) -> dict[str, Any]:
    record = fields.table(fields.parsed(answer.body))
    if not record:
        raise ValueError("no record")
    stated = fields.table(record.get("metadata")).get("license")
    identifier = fields.text(fields.table(stated).get("id")) or fields.text(stated)
    files = {}
    for entry in fields.tables(record.get("files")):
        key = fields.text(entry.get("key")) or fields.text(entry.get("filename"))
        size = fields.number(entry.get("size"))
        size = fields.number(entry.get("filesize")) if size is None else size
        if key and size is not None:
            files[key] = size
    return {"license": identifier, "files": files}
