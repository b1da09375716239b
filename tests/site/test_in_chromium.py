# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages in a real browser: they load, keep to their policy, are accessible, and fit a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AxeResults  # type: ignore[import-untyped]
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from bot.site.rendering import CONTENT_SECURITY_POLICY
from tests.servers.chromium import documented_policy, web_server
from tests.site.varied import CLOSED, HELD, LONG, WAITING, WAIVED
from tests.site.watched import watched

KINDS = (
    "sample/index.html",
    "sample/series/79115.html",
    "sample/series/79119.html",
    "sample/months/index.html",
    "sample/months/2025-11.html",
    "sample/rules/index.html",
    "sample/rules/substitutable-missing.html",
    "sample/rules/pinned-lfs-pointers.html",
    "sample/figures.html",
    "sample/left-alone.html",
    "sample/about.html",
    "varied/index.html",
    *(f"varied/series/{issue}.html" for issue in (HELD, WAIVED, LONG, WAITING, CLOSED)),
    "varied/figures.html",
    "empty/index.html",
    "empty/months/index.html",
    "empty/figures.html",
    "empty/left-alone.html",
)
"""One page of each kind at least, with something and with nothing on it."""
_COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def served(
    sample_site: Path, varied_site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    root = tmp_path_factory.mktemp("root")
    (root / "sample").symlink_to(sample_site)
    for name in ("varied", "empty"):
        (root / name).symlink_to(varied_site / name)
    with web_server(root) as base:
        yield base


def test_the_header_to_send_is_what_the_pages_say_and_one_thing_more() -> None:
    assert documented_policy() == f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"


@pytest.mark.parametrize("path", KINDS)
def test_a_page_loads_and_breaks_nothing(chromium: Browser, served: str, path: str) -> None:
    with watched(chromium, served) as seen:
        seen.go(path)
        assert seen.page.title().endswith("Weighbridge")
        assert seen.page.locator("h1").count() == 1
        # The style sheet was taken, and the script ran or had nothing to do.
        assert seen.page.evaluate("getComputedStyle(document.body).margin") == "0px"
        assert seen.elsewhere == []
        assert seen.trouble == []


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing(chromium: Browser, served: str, path: str) -> None:
    with watched(chromium, served) as seen:
        seen.go(path)
        # What is folded away is looked at, too.
        seen.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
        for colours in _COLOURS:
            seen.page.emulate_media(color_scheme=colours)
            _accessible(Axe().run(seen.page, options=_AXE))


def _accessible(results: AxeResults) -> None:
    assert results.response["passes"]
    assert results.violations_count == 0, results.generate_report()
    undecided = [
        item["id"] for item in results.response["incomplete"] if item["id"] != "color-contrast"
    ]
    assert undecided == []


@pytest.mark.parametrize("path", KINDS)
def test_nothing_is_wider_than_a_phone(chromium: Browser, served: str, path: str) -> None:
    with watched(chromium, served, width=360) as seen:
        seen.go(path)
        seen.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
        assert seen.overflow() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_all_is_there_without_scripts(chromium: Browser, served: str, width: int) -> None:
    with watched(chromium, served, width=width, scripts=False) as seen:
        seen.go("sample/index.html")
        assert not seen.page.locator("form.filter").is_visible()
        assert seen.page.locator("tr.series").count() == 10
        assert all(row.is_visible() for row in seen.page.locator("tr.series").all())
        seen.page.get_by_role("link", name="Add voices for Wren.").first.click()
        assert seen.page.get_by_role("heading", name="Add voices for Wren.").is_visible()
        seen.page.get_by_text("v1", exact=True).last.click()
        assert seen.page.locator("details.revision .findings").first.is_visible()
        assert seen.trouble == []


def test_search_and_filter(chromium: Browser, served: str) -> None:
    with watched(chromium, served) as seen:
        seen.go("sample/index.html")
        rows = seen.page.locator("tr.series:visible")
        found = seen.page.get_by_role("status")
        assert found.inner_text() == "All 10 shown"
        seen.page.locator("select[name=verdict]").select_option("fail")
        assert rows.count() == 3
        assert found.inner_text() == "3 of 10 shown"
        seen.page.locator("select[name=waits]").select_option("maintainer")
        assert rows.count() == 2
        seen.page.get_by_label("Search").fill("CONDOR 79119 dara")
        assert rows.count() == 1
        assert seen.page.locator("section.group:visible").count() == 1
        seen.page.get_by_label("Search").fill("nothing like it")
        assert rows.count() == 0
        assert seen.page.get_by_text("No series of this page is like that.").is_visible()
        assert "q=nothing+like+it" in seen.page.url
        seen.page.reload()
        assert rows.count() == 0
        seen.page.get_by_role("button", name="Show all").click()
        seen.page.wait_for_function("!location.search")
        assert rows.count() == 10
        assert seen.trouble == []


def test_what_stands_in_the_address_is_only_searched_for(chromium: Browser, served: str) -> None:
    with watched(chromium, served) as seen:
        seen.go(
            "sample/index.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&verdict=%22onload&waits=bot"
        )
        assert seen.page.locator("tr.series:visible").count() == 0
        assert seen.page.locator("select[name=verdict]").input_value() == ""
        assert seen.elsewhere == []
        assert seen.trouble == []


def test_the_keyboard_reaches_the_content_first(chromium: Browser, served: str) -> None:
    with watched(chromium, served) as seen:
        seen.go("sample/index.html")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.textContent") == "To the content"
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "content"


def test_files_opened_without_a_server(chromium: Browser, sample_site: Path) -> None:
    with watched(chromium, f"{sample_site.as_uri()}/") as seen:
        seen.go("series/79126.html")
        seen.page.get_by_role("link", name="Open series").click()
        assert seen.page.get_by_role("status").inner_text() == "All 10 shown"
        assert seen.elsewhere == []
        assert seen.trouble == []


def test_printed_it_is_the_page_without_its_controls(chromium: Browser, served: str) -> None:
    with watched(chromium, served) as seen:
        seen.go("sample/index.html")
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("form.filter").is_visible()
        assert not seen.page.locator("header nav").is_visible()
        assert seen.page.locator("tr.series").first.is_visible()
