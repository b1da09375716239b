# SPDX-License-Identifier: GPL-3.0-or-later
"""The site as a whole: what is written when, under which names, and what never stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.samples import conversations
from bot.site.build import SiteOutcome, write_site
from bot.site.settings import SiteSettings
from bot.store.control import pause
from bot.store.database import Database
from bot.store.schema import reports
from tests.site.made import (
    NOW,
    SETTINGS,
    Revision,
    close,
    document,
    files_of,
    finding,
    made_database,
    package,
    put,
)

FAILING = document(package(finding()))
OTHER = Revision(FAILING, key="series-2", thread="thread-2", issue=79120, subject="gnu: Add other.")


def _write(database: Database, directory: Path, settings: SiteSettings = SETTINGS) -> SiteOutcome:
    return write_site(database, settings, directory / "site")


def _changed(directory: Path, before: dict[str, bytes]) -> set[str]:
    now = files_of(directory / "site")
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    with made_database(tmp_path, url) as made:
        yield made


def test_an_unchanged_database_writes_nothing(any_database: Database, tmp_path: Path) -> None:
    put(any_database, Revision(FAILING), OTHER)
    outcome = _write(any_database, tmp_path)
    assert outcome.threads == 2
    assert outcome.written == outcome.files == len(files_of(tmp_path / "site"))
    place = tmp_path / "site"
    before = {path: path.stat().st_mtime_ns for path in (place, *place.rglob("*"))}
    again = _write(any_database, tmp_path)
    assert (again.written, again.removed, again.files) == (0, 0, outcome.files)
    assert {path: path.stat().st_mtime_ns for path in (place, *place.rglob("*"))} == before


def test_one_thread_that_changes_rewrites_its_page_and_the_lists(
    any_database: Database, tmp_path: Path
) -> None:
    put(any_database, Revision(FAILING), OTHER)
    _write(any_database, tmp_path)
    before = files_of(tmp_path / "site")
    passing = document(package(finding("license-ok", "pass")))
    put(any_database, Revision(passing, number=2, key="series-1b", at=NOW - timedelta(days=1)))
    _write(any_database, tmp_path)
    changed = _changed(tmp_path, before)
    assert {path for path in changed if path.endswith(".html")} == {
        "series/79119.html",
        "index.html",
        "figures.html",
        "months/index.html",
        "months/2025-11.html",
        "rules/index.html",
        "rules/license-missing.html",
    }
    assert "series/79120.json" not in changed


def test_a_document_that_is_changed_in_its_place_is_seen(
    any_database: Database, tmp_path: Path
) -> None:
    put(any_database, Revision(FAILING))
    _write(any_database, tmp_path)
    waived = {"by": "Mel", "reason": "It came by mail.", "at": "2025-11-09", "status": "fail"}
    changed = document(package(finding(status="note", waived=waived)))
    with any_database.writing() as connection:
        connection.execute(update(reports).values(document=changed, verdict="pass"))
    _write(any_database, tmp_path)
    page = (tmp_path / "site" / "series" / "79119.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    assert "Waived by Mel on 2025-11-09. It was ×fail. It came by mail." in text
    rule = (tmp_path / "site" / "rules" / "license-missing.html").read_text(encoding="utf-8")
    assert "waived" in rule


def test_what_is_gone_is_removed(database: Database, tmp_path: Path) -> None:
    put(database, Revision(FAILING), OTHER)
    _write(database, tmp_path)
    with database.writing() as connection:
        gone = reports.c.thread_key == "thread-2"
        connection.execute(update(reports).where(gone).values(verdict="none"))
    outcome = _write(database, tmp_path)
    assert outcome.removed == 2
    assert not (tmp_path / "site" / "series" / "79120.html").exists()


def test_names_are_numbers_or_hashes(database: Database, tmp_path: Path) -> None:
    put(
        database,
        Revision(FAILING),
        replace(OTHER, issue=79119, at=NOW - timedelta(days=1)),
        replace(OTHER, key="series-3", thread="../../etc/passwd", issue=None),
    )
    _write(database, tmp_path)
    names = sorted(path.stem for path in (tmp_path / "site" / "series").glob("*.html"))
    assert names[0] == "79119"
    assert re.fullmatch(r"79119-[0-9a-f]{8}", names[1])
    assert re.fullmatch(r"t-[0-9a-f]{16}", names[2])
    again = files_of(tmp_path / "site")
    put(database, replace(OTHER, key="series-4", thread="thread-4", issue=79121))
    _write(database, tmp_path)
    assert set(again) < set(files_of(tmp_path / "site"))


def test_other_settings_change_what_depends_on_them(database: Database, tmp_path: Path) -> None:
    put(database, Revision(FAILING))
    _write(database, tmp_path)
    renamed = replace(SETTINGS, title="The bot", base_url="https://example.org/w/")
    _write(database, tmp_path, renamed)
    page = (tmp_path / "site" / "series" / "79119.html").read_text(encoding="utf-8")
    assert "– The bot</title>" in page
    assert '<link rel="canonical" href="https://example.org/w/series/79119.html">' in page
    assert "– The bot</title>" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert _write(database, tmp_path, renamed).written == 0


@pytest.mark.parametrize("path", ["series/79119.html", "index.html", "assets/style.css"])
def test_a_file_that_was_taken_away_comes_back_alone(
    database: Database, tmp_path: Path, path: str
) -> None:
    put(database, Revision(FAILING))
    _write(database, tmp_path)
    before = files_of(tmp_path / "site")
    (tmp_path / "site" / path).unlink()
    assert _write(database, tmp_path).written == 1
    assert files_of(tmp_path / "site") == before
    assert sorted(one.name for one in (tmp_path / "site").glob(".*")) == [".weighbridge-site.json"]
    assert _write(database, tmp_path).written == 0


def test_it_goes_on_where_it_was_told_to_stop(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.site.build._AT_ONCE", 1)
    put(database, Revision(FAILING), OTHER)
    answers = iter([False, True])
    stopped = write_site(database, SETTINGS, tmp_path / "site", lambda: next(answers))
    assert not stopped.complete
    assert len(list((tmp_path / "site" / "series").glob("*.html"))) == 1
    assert not (tmp_path / "site" / "index.html").exists()
    outcome = _write(database, tmp_path)
    assert outcome.complete
    # The first page was not written again.
    assert outcome.written == outcome.files - 2 - 4


def test_a_site_of_nothing(database: Database, tmp_path: Path) -> None:
    outcome = _write(database, tmp_path)
    assert outcome.threads == 0
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "No series that ships trained parameters is open." in page
    assert _write(database, tmp_path).written == 0


def test_long_lists_are_cut_into_pages(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.site.overview.ROWS", 2)
    put(
        database,
        *(replace(OTHER, key=f"s{n}", thread=f"t{n}", issue=79000 + n) for n in range(5)),
    )
    _write(database, tmp_path)
    parts = [_json(tmp_path, f"{name}.json") for name in ("index", "index-2", "index-3")]
    rows = [row["name"] for part in parts for group in part["groups"] for row in group["rows"]]
    assert sorted(rows) == [f"7900{n}" for n in range(5)]
    assert [part["groups"][0]["continued"] for part in parts] == [False, True, True]
    assert (tmp_path / "site" / "months" / "2025-11-3.html").exists()


def test_what_waits_and_that_mail_is_stopped_stand_on_the_overview(
    database: Database, tmp_path: Path
) -> None:
    put(database, replace(OTHER, document=None), Revision(FAILING))
    put(database, replace(OTHER, key="v2", thread="thread-1", number=2, document=None))
    with database.writing() as connection:
        pause(connection, "a reason that is nobody's business", NOW)
    _write(database, tmp_path)
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "All mail of the bot is stopped for now" in page
    assert "nobody's business" not in page
    form = _json(tmp_path, "index.json")
    # The second revision of a thread that has a page is told there, and counted once.
    assert [one["subject"] for one in form["unread"]] == ["gnu: Add other."]
    assert form["unread_total"] == 1
    assert {turn["who"]: turn["total"] for turn in form["turns"]} == {
        "author": 0,
        "maintainer": 0,
        "bot": 1,
    }


def test_a_thread_with_very_much_in_it_has_a_page_that_is_not_endless(
    database: Database, tmp_path: Path
) -> None:
    large = document(*(package(finding(), name=f"model-{n}") for n in range(60)))
    put(database, *(Revision(large, number=n, key=f"s{n}") for n in range(1, 16)))
    _write(database, tmp_path)
    page = (tmp_path / "site" / "series" / "79119.html").read_text(encoding="utf-8")
    assert "60 models: 60 to fix" in page
    assert "20 more packages are in the JSON form" in page
    assert "4 older ones are in the JSON form" in page
    form = _json(tmp_path, "series/79119.json")
    assert len(form["thread"]["revisions"]) == 15
    assert len(form["thread"]["revisions"][0]["report"]["packages"]) == 60


def test_closed_series_are_in_their_month_only(database: Database, tmp_path: Path) -> None:
    put(database, Revision(FAILING))
    close(database, 79119)
    _write(database, tmp_path)
    assert _json(tmp_path, "index.json")["total"] == 0
    assert _json(tmp_path, "months/2025-11.json")["rows"][0]["is_open"] is False
    assert _json(tmp_path, "rules/license-missing.json")["series"] == []


def test_no_address_of_a_person_is_in_any_file(sample_site: Path) -> None:
    writers = {
        address
        for conversation in conversations()
        for mail in conversation.mails
        for address in re.findall(rb"(?m)^From: .*<([^>\s]+@example\.(?:org|net))>", mail)
    }
    assert len(writers) >= 5
    for path in sample_site.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            # A Message-ID may be made of an address; then it has more in front of it.
            found = [one for one in writers if re.search(rb"(?<![\w.-])" + re.escape(one), content)]
            assert found == [], path


def test_each_page_has_its_json_and_every_link_leads_somewhere(sample_site: Path) -> None:
    pages = sorted(sample_site.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        form = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
        assert form["version"] == 1
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"#]+)', text):
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page}: {target}"
        for anchor in re.findall(r'href="#([^"]+)"', text):
            assert f'id="{anchor}"' in text


def _json(directory: Path, path: str) -> dict[str, Any]:
    form: dict[str, Any] = json.loads((directory / "site" / path).read_text(encoding="utf-8"))
    return form
