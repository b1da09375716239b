# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the site: reads the threads that have changed, and every page that shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import bot.site
from bot import __version__
from bot.site.directory import SiteDirectory, open_directory
from bot.site.feed import FEED_PATH, feed
from bot.site.figures import figures_page
from bot.site.manifest import KeptThread
from bot.site.naming import hashed, thread_names
from bot.site.overview import left_alone_page, month_pages, open_pages
from bot.site.page import Page
from bot.site.rendering import Renderer, assets
from bot.site.rules import rule_pages
from bot.site.settings import SiteSettings
from bot.site.summary import Summary, summary_of
from bot.site.thread import ThreadPage, thread_page
from bot.store.control import current_pause
from bot.store.database import Database
from bot.store.reports import StoredDecision
from bot.store.thread_digests import thread_digests
from bot.store.threads import (
    WaitingSeries,
    left_alone,
    read_thread,
    thread_issues,
    waiting_series,
)

_UNREAD_SHOWN = 10
_LEFT_ALONE_SHOWN = 500
_AT_ONCE = 50
"""Threads whose pages are written together: the journal is flushed to the disk once for each."""


@dataclass(frozen=True, slots=True)
class SiteOutcome:
    """What writing a site came to."""

    threads: int
    """Threads that have a page."""
    files: int
    written: int
    removed: int
    complete: bool
    """False where it was told to stop; the next run goes on from there."""


@dataclass(frozen=True, slots=True)
class _State:
    """What the database says, but for the threads themselves."""

    digests: Mapping[str, str]
    issues: tuple[tuple[str, int | None], ...]
    waiting: tuple[int, tuple[WaitingSeries, ...]]
    left_alone: tuple[StoredDecision, ...]
    paused: bool


def write_site(
    database: Database,
    settings: SiteSettings,
    directory: Path,
    stopping: Callable[[], bool] = lambda: False,
) -> SiteOutcome:
    """Bring the site in ``directory`` up to date with ``database``.

    Only what shows something new is written.  ``stopping`` is asked now and then.  Raises
    ``SiteError``, ``StoreError`` and ``OSError``.
    """
    with open_directory(directory) as site:
        site.put(assets())
        state = _read_state(database)
        builder = _Builder(site, database, settings, state)
        complete = builder.write_threads(stopping)
        if complete and not builder.is_up_to_date():
            site.finish(builder.write_others())
        elif site.written:
            site.save()
        return SiteOutcome(
            threads=len(site.manifest.threads),
            files=len(site.manifest.files),
            written=site.written,
            removed=site.removed,
            complete=complete,
        )


def _read_state(database: Database) -> _State:
    with database.reading() as connection:
        digests = thread_digests(connection)
        return _State(
            digests=digests,
            # PostgreSQL may show a thread here that has come since.
            issues=tuple(one for one in thread_issues(connection) if one[0] in digests),
            waiting=waiting_series(connection, _UNREAD_SHOWN),
            left_alone=left_alone(connection, _LEFT_ALONE_SHOWN),
            paused=current_pause(connection) is not None,
        )


class _Builder:
    """One run."""

    def __init__(
        self, site: SiteDirectory, database: Database, settings: SiteSettings, state: _State
    ) -> None:
        self._site = site
        self._database = database
        self._settings = settings
        self._state = state
        self._renderer = Renderer(settings)

    def write_threads(self, stopping: Callable[[], bool]) -> bool:
        """Write the pages of the threads that have changed; return False where it had to stop."""
        manifest, shared = self._site.manifest, _shared_digest(self._settings)
        before = manifest.threads if manifest.shared == shared else {}
        names = thread_names(self._state.issues)
        stand = {hashed(key, 32): key for key in names}
        manifest.shared = shared
        manifest.threads = {
            key: kept
            for key, kept in before.items()
            if key in stand and self._stands(kept, stand[key], names[stand[key]])
        }
        changed = [key for key in names if hashed(key, 32) not in manifest.threads]
        for start in range(0, len(changed), _AT_ONCE):
            if stopping():
                return False
            part = changed[start : start + _AT_ONCE]
            self._write_some({key: names[key] for key in part})
        return True

    def _stands(self, kept: KeptThread, thread_key: str, name: str) -> bool:
        """Whether the page of a thread is as it has to be."""
        return (
            kept.digest == self._state.digests[thread_key]
            and kept.name == name
            and all(map(self._site.is_whole, _thread_paths(name)))
        )

    def _write_some(self, names: Mapping[str, str]) -> None:
        contents: dict[str, bytes] = {}
        shown: dict[str, KeptThread] = {}
        for thread_key, name in names.items():
            # The digest is older than what is read here: what comes between them is seen next time.
            with self._database.reading() as connection:
                thread = read_thread(connection, thread_key)
            page = thread_page(thread, name, self._settings)
            contents |= self._renderer.render(_page_of(page))
            digest = self._state.digests[thread_key]
            shown[hashed(thread_key, 32)] = KeptThread(digest, name, summary_of(page))
        self._site.put(contents)
        self._site.manifest.threads |= shown

    def is_up_to_date(self) -> bool:
        """Whether the pages about all threads show what they have to, too."""
        manifest = self._site.manifest
        return manifest.rest == self._rest() and all(map(self._site.is_whole, manifest.files))

    def _rest(self) -> str:
        """A digest of the settings, the threads that there are, and the rest of the state."""
        state = self._state
        shared = self._site.manifest.shared
        others = (shared, state.waiting, state.left_alone, state.paused)
        threads = sorted((key, one.digest) for key, one in self._site.manifest.threads.items())
        return hashlib.sha256(repr((others, threads)).encode("utf-8", "replace")).hexdigest()

    def write_others(self) -> set[str]:
        """Write what is about all threads; return the paths of all files of the site."""
        self._site.manifest.rest = self._rest()
        threads = self._site.manifest.threads.values()
        summaries = [kept.summary for kept in threads]
        keep = {*assets(), FEED_PATH}
        keep.update(path for kept in threads for path in _thread_paths(kept.name))
        for page in _other_pages(self._state, summaries, self._settings):
            contents = self._renderer.render(page)
            self._site.put(contents)
            keep.update(contents)
        self._site.put({FEED_PATH: feed(summaries, self._settings)})
        return keep


def _page_of(thread: ThreadPage) -> Page:
    path, _ = _thread_paths(thread.name)
    return Page(path, "thread.html", thread.subject, {"kind": "series", "thread": thread}, "open")


def _thread_paths(name: str) -> tuple[str, str]:
    return f"series/{name}.html", f"series/{name}.json"


def _other_pages(state: _State, summaries: list[Summary], settings: SiteSettings) -> Iterator[Page]:
    yield from open_pages(summaries, state.waiting, paused=state.paused)
    yield from month_pages(summaries)
    yield from rule_pages(settings.policy, summaries)
    yield figures_page(summaries, settings.policy)
    yield left_alone_page(state.left_alone)
    yield Page("about.html", "about.html", "About these pages", {"kind": "about"}, "about")


def _shared_digest(settings: SiteSettings) -> str:
    """What every page depends on: this program's own files, and the settings."""
    content = f"{__version__}\n{_program_digest()}\n{settings!r}"
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=1)
def _program_digest() -> str:
    """Of the files as they were when this process first wrote a site, which is what it runs."""
    digest = hashlib.sha256()
    for path, content in _sources(files(bot.site), ""):
        digest.update(f"{path} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _sources(directory: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(directory.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield prefix + entry.name, entry.read_bytes()
