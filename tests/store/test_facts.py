# SPDX-License-Identifier: GPL-3.0-or-later
"""Kept answers, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.facts import StoredFactCache
from bot.upstream.cache import KeptAnswer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://models.example.org/model.zip"


def _answer(number: int, *, immutable: bool = False, at: datetime = NOW) -> KeptAnswer:
    return KeptAnswer(f'{{"ok": {number}}}', URL, at, immutable)


def test_an_answer_comes_back_as_it_was_put(database: Database) -> None:
    cache = StoredFactCache(database)
    assert cache.get("1 HEAD x") is None
    cache.put("1 HEAD x", _answer(1, immutable=True))
    assert StoredFactCache(database).get("1 HEAD x") == _answer(1, immutable=True)
    assert cache.get("1 GET x") is None


def test_a_later_answer_replaces_an_earlier_one(database: Database) -> None:
    cache = StoredFactCache(database)
    for number in range(3):
        cache.put("key", _answer(number, at=NOW + timedelta(hours=number)))
    assert cache.get("key") == _answer(2, at=NOW + timedelta(hours=2))


def test_long_and_odd_keys(database: Database) -> None:
    cache = StoredFactCache(database)
    for number, key in enumerate(["k" * 5000, "k" * 5001, "\0", "\ud800", "\N{SNOWMAN}"]):
        cache.put(key, _answer(number))
        assert cache.get(key) == _answer(number)


def test_old_answers_go_but_not_those_about_what_cannot_change(database: Database) -> None:
    cache = StoredFactCache(database)
    old = NOW - timedelta(days=100)
    cache.put("old", _answer(1, at=old))
    cache.put("pinned", _answer(2, at=old, immutable=True))
    cache.put("new", _answer(3))
    assert cache.forget_older_than(NOW - timedelta(days=30)) == 1
    assert [cache.get(key) is None for key in ("old", "pinned", "new")] == [True, False, False]


def test_several_threads_keep_the_same_answer(database: Database) -> None:
    cache = StoredFactCache(database)
    barrier = threading.Barrier(4)

    def put(number: int) -> None:
        barrier.wait()
        for _ in range(10):
            cache.put("key", _answer(number))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = cache.get("key")
    assert kept in [_answer(number) for number in range(4)]


def test_a_store_that_fails_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")  # without its tables
    cache = StoredFactCache(database)
    assert cache.get("key") is None
    cache.put("key", _answer(1))
    assert "cannot be kept" in caplog.text
    database.close()
