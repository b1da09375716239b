# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever text the templates are given, the only elements of a page are ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.site.build import _page_of
from bot.site.overview import left_alone_page, month_pages, open_pages
from bot.site.page import Page
from bot.site.rendering import Renderer
from bot.site.rules import rule_pages
from bot.site.summary import summary_of
from bot.site.thread import ThreadPage, thread_page
from bot.store.outbox import Transition
from bot.store.reports import StoredDecision, StoredReport
from bot.store.threads import (
    StoredThread,
    ThreadAnswer,
    ThreadMessage,
    ThreadSeries,
    WaitingSeries,
)
from tests.site.hostile import BREAKOUT, IMAGE, SCRIPT
from tests.site.made import NOW, SETTINGS, document, finding, package
from tests.site.markup import strange_parts, structure

RENDERER = Renderer(SETTINGS)
_PIECES = st.sampled_from(
    [
        SCRIPT,
        IMAGE,
        BREAKOUT,
        '" onclick=alert(1) x="',
        "' style='x",
        "<!-- --> ]]> &lt; & <plaintext>",
        "\0\ud800\u202e\n",
        "javascript:alert(1)",
        "{{ x }}{% x %}",
    ]
)
HOSTILE = st.lists(_PIECES | st.text(max_size=12), max_size=4).map("".join)


def _thread(text: str) -> StoredThread:
    """A thread in which every text of a stranger's is ``text``."""
    waived = {"by": text, "reason": text, "at": "2025-11-01", "status": "fail"}
    one = package(
        finding(message=text, hint=text, scheme=text, source=text, learnt_from=text, check=text),
        finding(code=text, rule=text, check=text, status="note", waived=waived),
        name=text,
        version=text,
        file=text,
        change=text,
        substitutable=text,
        licenses=[{"spdx": text, "variable": text}],
        evidence=[{"kind": text, "detail": text}],
        excerpt=[{"line": 14, "text": text}],
    )
    fact = {"value": text, "source": text, "learnt_at": "2025-11-01T00:00:00Z", "reason": text}
    one["origins"][0] |= {
        "uri": [text],
        "role": text,
        "learnt": {"size": fact, "license": {**fact, "spdx": text, "verdict": text}},
    }
    kept = document(one, findings=[finding(message=text)], notes=[text], subject=text)
    change = Transition("answer", NOW, "", "cancelled", text)
    return StoredThread(
        thread_key="thread",
        series=tuple(ThreadSeries(f"s{n}", 79119, n, text, text, "done", NOW, NOW) for n in (1, 2)),
        reports=tuple(StoredReport(n, f"s{n}", "thread", NOW, "fail", kept) for n in (1, 2)),
        decisions=(StoredDecision(NOW, "s1", "thread", 79119, text, "live", False, False, text),),
        answers=(ThreadAnswer(text, "s1", 1, text, "cancelled", "", text, NOW, None, (change,)),),
        messages=(
            ThreadMessage(text, "s1", text, text, NOW, ""),
            ThreadMessage(text, None, text, text, None, text),
        ),
        closed_at=None,
    )


def _html(page: Page) -> str:
    return RENDERER.render(page)[page.path].decode()


def _page(text: str) -> ThreadPage:
    return thread_page(_thread(text), "79119", SETTINGS)


@given(HOSTILE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_page_of_a_thread(text: str) -> None:
    html = _html(_page_of(_page(text)))
    assert strange_parts(html) == []
    # Not an element more or less than with a harmless text, but for the colours of Scheme.
    plain = _html(_page_of(_page("x")))
    without_colours = [sum(name != "span" for name in structure(page)) for page in (html, plain)]
    if text.strip() and text.isprintable():
        assert without_colours[0] == without_colours[1]


@given(HOSTILE, st.integers(0, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_lists(text: str, count: int) -> None:
    summary = summary_of(_page(text))
    many = [replace(summary, name=str(n)) for n in range(count)]
    unread = WaitingSeries("t", 79119, 1, text, NOW, text)
    decided = StoredDecision(NOW, "s", "t", None, text, "live", False, False, text)
    pages = [
        *open_pages(many, (3, (unread,)), paused=True),
        *month_pages(many),
        *(page for page in rule_pages(SETTINGS.policy, many) if "license-missing" in page.path),
        left_alone_page([decided] * count),
    ]
    for page in pages:
        assert strange_parts(_html(page)) == []


def test_every_page_of_the_samples_is_html_and_ours(sample_site: Path) -> None:
    for path in sample_site.rglob("*.html"):
        assert strange_parts(path.read_text(encoding="utf-8")) == []


def test_what_is_strange_is_told() -> None:
    page = "<!doctype html><html lang=en><head><title>x</title></head><body>{}</body></html>"
    for part in (
        "<iframe></iframe>",
        "<p style='x'>",
        "<p onclick='x'>",
        "<a href='javascript:x'>x</a>",
        "<script src='assets/site.js'>x</script>",
        "<img src='http:x' onerror=x>",
    ):
        assert strange_parts(page.format(part))
    assert strange_parts(page.format("<p>x</p>")) == []


def test_a_template_that_lacks_a_value_is_a_mistake() -> None:
    shows: dict[str, Any] = {"kind": "rule"}
    page = Page("rules/x.html", "rule.html", "x", shows)
    with pytest.raises(UndefinedError):
        RENDERER.render(page)
