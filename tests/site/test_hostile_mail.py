# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile mail through the real pipeline, and its pages in a real browser: it does nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.application import open_application
from bot.service.site import write_application_site
from tests.servers.chromium import web_server
from tests.service.archive import Archive, Clock
from tests.site.hostile import SCRIPT, hostile_mails
from tests.site.made import files_of
from tests.site.watched import watched

PAGES = ("79119", "79501", "79502")


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("hostile")
    archive = Archive(directory)
    archive.put(hostile_mails())
    with open_application(archive.config(), Clock()) as application:
        outcome = application.run_once()
        assert outcome.triaged == len(PAGES)
        write_application_site(application, directory / "site")
    return directory / "site"


def test_every_page_is_there_and_says_what_the_mail_said(hostile_site: Path) -> None:
    for name in PAGES:
        assert (hostile_site / "series" / f"{name}.html").exists()
    page = (hostile_site / "series" / "79119.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;window.owned=1" in page
    assert "&lt;img src=http://evil.example.net/x onerror" in page
    assert "{{ 7*7 }}" in page
    form = json.loads((hostile_site / "series" / "79119.json").read_text(encoding="utf-8"))
    assert form["thread"]["subject"].startswith(SCRIPT)
    # The controls that turn a line round are gone.
    assert "\u202e" not in page


def test_no_file_is_named_by_a_stranger(hostile_site: Path) -> None:
    assert {path for path in files_of(hostile_site) if path.startswith("series/")} == {
        f"series/{name}.{kind}" for name in PAGES for kind in ("html", "json")
    }


@pytest.mark.parametrize("scripts", [True, False])
def test_it_does_nothing(chromium: Browser, hostile_site: Path, scripts: bool) -> None:
    pages = [path for path in files_of(hostile_site) if path.endswith(".html")]
    looked_at = [path for path in pages if not path.startswith("rules/")]
    assert len(looked_at) >= 8
    with (
        web_server(hostile_site) as base,
        watched(chromium, base, scripts=scripts) as seen,
    ):
        for path in (*looked_at, "rules/index.html", "rules/license-missing.html"):
            seen.go(path)
            assert (
                seen.page.locator("img:not(.brand img), svg:not(.chart, .chart svg)").count() == 0
            )
            assert seen.page.locator("script:not([src])").count() == 0
            for link in seen.page.locator("a").all():
                address = link.get_attribute("href") or ""
                assert not address.lower().lstrip().startswith(("javascript:", "data:", "magnet:"))
        assert seen.elsewhere == []
        assert seen.trouble == []


def test_it_is_no_wider_than_a_phone(chromium: Browser, hostile_site: Path) -> None:
    with web_server(hostile_site) as base, watched(chromium, base, width=360) as seen:
        for path in ("index.html", *(f"series/{name}.html" for name in PAGES)):
            seen.go(path)
            assert seen.overflow() == 0


def test_it_does_nothing_when_everything_of_it_is_clicked(
    chromium: Browser, hostile_site: Path
) -> None:
    with (
        web_server(hostile_site) as base,
        watched(chromium, base) as seen,
    ):
        for name in PAGES:
            seen.go(f"series/{name}.html")
            seen.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
            for part in seen.page.locator("main summary, main .finding, main .where").all():
                part.click()
            assert seen.page.evaluate("window.owned") is None
        assert seen.elsewhere == []
        assert seen.trouble == []
