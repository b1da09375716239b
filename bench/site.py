# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to write a site of many series, and to find out that nothing is new.

    nice python -m bench.site --series 10000

A database is filled through the store with series of one to three revisions, each with its mails,
reports, a decision and an answer; one in four is closed.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.site.build import SiteOutcome, write_site
from bot.store.database import Database
from tests.site.made import (
    NOW,
    SETTINGS,
    Revision,
    close,
    document,
    finding,
    made_database,
    package,
    put,
)

_STATUSES = ("fail", "warn", "unknown", "pass")


def main() -> None:
    """Fill, write, write again, change one series, write again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=10_000)
    count = parser.parse_args().series
    with tempfile.TemporaryDirectory() as name, made_database(Path(name)) as database:
        _told("filled", lambda: _fill(database, count))
        site = Path(name) / "site"

        def write() -> SiteOutcome:
            return write_site(database, SETTINGS, site)

        first = _told("written first", write)
        nothing = _told("nothing new", write)
        put(database, replace(_revisions(1)[-1], number=9, key="news", at=NOW))
        news = _told("one series changed", write)
        sizes = sorted(path.stat().st_size for path in site.rglob("*.html"))
        print(f"series {first.threads}, files {first.files}")
        print(f"written: first {first.written}, then {nothing.written}, then {news.written}")
        print(f"pages: largest {sizes[-1] // 1000} kB, median {sizes[len(sizes) // 2] // 1000} kB")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _told(what: str, work: Callable[[], SiteOutcome]) -> SiteOutcome:
    begun = time.perf_counter()
    outcome = work()
    print(f"{what:<20} {time.perf_counter() - begun:8.2f} s")
    return outcome


def _fill(database: Database, count: int) -> SiteOutcome:
    put(database, *(one for number in range(count) for one in _revisions(number)))
    close(database, *(100_000 + number for number in range(0, count, 4)))
    return SiteOutcome(count, 0, 0, 0, complete=True)


def _revisions(number: int) -> list[Revision]:
    status = _STATUSES[number % len(_STATUSES)]
    codes = ("license-missing", "size-large", "substitutable-missing", "pinned-mutable")
    one = package(
        *(finding(code, status if place == 0 else "pass") for place, code in enumerate(codes)),
        name=f"model-{number}",
    )
    return [
        Revision(
            document(one),
            number=revision + 1,
            key=f"series-{number}-{revision}",
            thread=f"thread-{number}",
            issue=100_000 + number,
            subject=f"gnu: Add model-{number}.",
            at=NOW - timedelta(hours=number + 1) + timedelta(minutes=revision),
        )
        for revision in range(number % 3 + 1)
    ]


if __name__ == "__main__":
    main()
