# SPDX-License-Identifier: GPL-3.0-or-later
"""The Atom feed of results (RFC 4287): one entry for each revision, renewed when it is judged anew.

Ids are made of the list and the series alone, so they stay what they are wherever the site lies.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from bot import __version__
from bot.site.settings import SiteSettings
from bot.site.summary import Result, Summary

FEED_PATH = "feed.atom"
_ATOM = "http://www.w3.org/2005/Atom"
_ENTRIES = 50
_NEVER = "1970-01-01T00:00:00Z"
"""``atom:updated`` must be there; a feed without an entry has not changed since time began."""


@dataclass(frozen=True, slots=True)
class _Entry:
    series: Summary
    result: Result


def feed(summaries: Sequence[Summary], settings: SiteSettings) -> bytes:
    """Return the feed of the newest results, at most 50.  No address of a person is in it."""
    entries = [_Entry(one, result) for one in summaries for result in one.results]
    entries.sort(key=lambda entry: entry.result.key)
    entries.sort(key=lambda entry: entry.result.at, reverse=True)
    newest = entries[:_ENTRIES]
    root = ET.Element("feed", {"xmlns": _ATOM})
    _text(root, "id", _id(settings, "feed"))
    _text(root, "title", f"{settings.title}: models in patches")
    _text(root, "updated", newest[0].result.at if newest else _NEVER)
    _link(root, "self", settings.base_url + FEED_PATH, "application/atom+xml")
    _link(root, "alternate", settings.base_url or "index.html", "text/html")
    generator = _text(root, "generator", "Weighbridge")
    generator.set("version", __version__)
    for entry in newest:
        _add(root, entry, settings)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add(root: ET.Element, entry: _Entry, settings: SiteSettings) -> None:
    one, result = entry.series, entry.result
    element = ET.SubElement(root, "entry")
    _text(element, "id", _id(settings, result.key))
    issue = f" (issue {one.issue})" if one.issue is not None else ""
    _text(element, "title", f"{result.verdict}: {one.subject}, {result.revision}{issue}")
    _text(element, "updated", result.at)
    author = ET.SubElement(element, "author")
    _text(author, "name", one.author)
    category = ET.SubElement(element, "category")
    category.set("term", result.verdict)
    _link(element, "alternate", f"{settings.base_url}series/{one.name}.html", "text/html")
    _text(element, "summary", f"{result.headline}. {', '.join(one.packages)}".rstrip(". "))


def _id(settings: SiteSettings, key: str) -> str:
    name = f"weighbridge:{settings.list_address}:{key}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = text
    return element


def _link(parent: ET.Element, relation: str, href: str, kind: str) -> None:
    element = ET.SubElement(parent, "link")
    element.set("rel", relation)
    element.set("type", kind)
    element.set("href", href)
