# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of hosts, written by hand in the shapes that their documentation gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.guix.package import PackageOrigin
from bot.upstream.asking import Asker
from bot.upstream.budget import MailBudget
from bot.upstream.cache import MemoryFactCache
from bot.upstream.client import Answer, GuardedClient
from bot.upstream.errors import NoAnswerError
from bot.upstream.settings import UpstreamSettings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SETTINGS = UpstreamSettings()


class RecordedClient(GuardedClient):
    """Answers from a table; what is not in it is HTTP 404.  ``asked`` are the URLs."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__(SETTINGS, lambda: NOW)
        self.answers = dict(answers)
        self.asked: list[str] = []

    def get(
        self, url: str, budget: MailBudget, accept: str = "*/*", last_bytes: int | None = None
    ) -> Answer:
        del accept
        budget.spend()
        if last_bytes is not None:
            url = f"{url} bytes=-{last_bytes}"
        self.asked.append(url)
        return _answer(url, self.answers.get(url, 404))

    def head(self, url: str, budget: MailBudget) -> Answer:
        return self.get(url, budget)

    def get_first_byte(self, url: str, budget: MailBudget) -> Answer:
        return self.get(f"{url} bytes=0-0", budget)


def _answer(url: str, recorded: Any) -> Answer:  # noqa: ANN401  (JSON, text, a status or a size)
    if isinstance(recorded, Answer):
        return recorded
    if isinstance(recorded, Exception):
        raise recorded
    if isinstance(recorded, int):
        return Answer(url, recorded, {}, b"")
    if isinstance(recorded, str):
        return Answer(url, 200, {"Content-Type": "text/html"}, recorded.encode())
    return Answer(url, 200, {}, json.dumps(recorded).encode())


def file_of(size: int, url: str = "") -> Answer:
    """The answer to HEAD for a file."""
    headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    return Answer(url, 200, headers, b"")


def silence() -> NoAnswerError:
    """A host that does not answer."""
    return NoAnswerError("no answer (silence)")


def asker(client: GuardedClient | None, cache: MemoryFactCache | None = None) -> Asker:
    """An asker with a cache of its own."""
    return Asker(cache or MemoryFactCache(), SETTINGS, lambda: NOW, client)


def origin(*uris: str, **more: Any) -> PackageOrigin:  # noqa: ANN401
    """An origin that is fetched from somewhere."""
    method = more.pop("method", "url-fetch")
    return PackageOrigin(role="source", method=method, uris=uris, **more)
