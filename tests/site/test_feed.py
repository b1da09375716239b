# SPDX-License-Identifier: GPL-3.0-or-later
"""The feed is what RFC 4287 says a feed is, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from bot.site.feed import feed
from bot.site.summary import Load, Result, Summary
from bot.site.words import person, subject
from tests.site.made import SETTINGS

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))
SUMMARY = Summary(
    name="79119",
    issue=79119,
    subject="gnu: Add condor-weights.",
    author="Dara Quigley",
    verdict="fail",
    headline="1 model: 1 to fix",
    is_open=True,
    revision="v1",
    packages=("condor-weights",),
    began_at="2025-11-06T23:14:08Z",
    changed_at="2025-11-07T11:14:08Z",
    waits=(),
    codes=(),
    results=(Result("key", "v1", "fail", "1 model: 1 to fix", "2025-11-07T11:14:08Z"),),
    days_to_pass=None,
    load=Load(0, 0, 0),
)


def _valid(content: bytes) -> etree._Element:
    tree = etree.fromstring(content)
    assert SCHEMA.validate(tree), SCHEMA.error_log
    ids = tree.xpath("//a:id/text()", namespaces=ATOM)
    assert len(ids) == len(set(ids))
    return tree


def test_the_feed_of_the_samples(sample_site: Path) -> None:
    tree = _valid((sample_site / "feed.atom").read_bytes())
    entries = tree.findall("a:entry", ATOM)
    assert len(entries) == 11
    times = [entry.findtext("a:updated", namespaces=ATOM) for entry in entries]
    assert times == sorted(times, reverse=True)
    assert tree.findtext("a:updated", namespaces=ATOM) == times[0]
    for entry in entries:
        link = entry.find("a:link", ATOM)
        assert (sample_site / link.get("href")).exists()


def test_a_feed_of_nothing() -> None:
    assert _valid(feed([], SETTINGS)).findall("a:entry", ATOM) == []


def test_links_are_absolute_where_the_place_is_known() -> None:
    tree = _valid(feed([SUMMARY], replace(SETTINGS, base_url="https://example.org/w/")))
    hrefs = tree.xpath("//a:link/@href", namespaces=ATOM)
    assert hrefs == [
        "https://example.org/w/feed.atom",
        "https://example.org/w/",
        "https://example.org/w/series/79119.html",
    ]


def test_an_entry_keeps_its_id_when_it_is_judged_anew_or_the_site_moves() -> None:
    later = replace(SUMMARY.results[0], at="2025-11-09T00:00:00Z", verdict="pass")
    first = _entry_id(SUMMARY, SETTINGS.base_url)
    assert _entry_id(replace(SUMMARY, results=(later,)), "https://example.org/") == first
    other = replace(SUMMARY.results[0], key="other")
    assert _entry_id(replace(SUMMARY, results=(other,)), "") != first


def _entry_id(summary: Summary, base_url: str) -> str | None:
    tree = _valid(feed([summary], replace(SETTINGS, base_url=base_url)))
    found: str | None = tree.findtext("a:entry/a:id", namespaces=ATOM)
    return found


def test_it_holds_the_newest_only() -> None:
    results = tuple(
        Result(str(n), "v1", "fail", "1 model", f"2025-11-07T11:{n:02}:00Z") for n in range(20)
    )
    many = [
        replace(
            SUMMARY, name=str(n), results=tuple(replace(r, key=f"{n}-{r.key}") for r in results)
        )
        for n in range(5)
    ]
    tree = _valid(feed(many, SETTINGS))
    assert len(tree.findall("a:entry", ATOM)) == 50


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_it(title: str, name: str, package: str) -> None:
    summary = replace(
        SUMMARY, subject=subject(title), author=person(name), packages=(subject(package),)
    )
    tree = _valid(feed([summary], SETTINGS))
    assert tree.findtext("a:entry/a:author/a:name", namespaces=ATOM) == person(name)


@pytest.mark.parametrize(
    "broken",
    [
        b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
        feed([SUMMARY], SETTINGS).replace(b"Z</updated>", b"</updated>"),
        feed([SUMMARY], SETTINGS).replace(b"<name>Dara Quigley</name>", b""),
    ],
)
def test_the_schema_tells_a_feed_that_is_none(broken: bytes) -> None:
    assert not SCHEMA.validate(etree.fromstring(broken))
