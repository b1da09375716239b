# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are kept, with their time: an interface, and a form of it in memory.

A durable form belongs to the room of the store; it keeps what it is given and judges nothing.
How long an answer is good for is decided by who asks (bot/upstream/asking.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer as it is kept."""

    value: str
    """JSON: ``{"ok": …}``, or ``{"problem": "HTTP 404"}`` for an answer that says there is none."""
    source: str
    """URL that was asked."""
    learnt_at: datetime
    """UTC."""
    immutable: bool
    """About something that its publisher cannot change; good for ever."""


class FactCache(Protocol):
    """Where answers are kept."""

    def get(self, key: str) -> KeptAnswer | None:
        """Return what was put under a key of at most 1,000 characters, however old."""

    def put(self, key: str, answer: KeptAnswer) -> None:
        """Keep an answer; a later one under the same key replaces it."""


class MemoryFactCache:
    """Answers in memory, for tests, for ``check`` and for recorded answers."""

    def __init__(
        self, answers: Mapping[str, KeptAnswer] | None = None, limit: int = 10_000
    ) -> None:
        """Begin with ``answers``; the oldest go when there are more than ``limit``."""
        self._answers = dict(answers or {})
        self._limit = limit

    def get(self, key: str) -> KeptAnswer | None:
        """Return what was put under ``key``."""
        return self._answers.get(key)

    def put(self, key: str, answer: KeptAnswer) -> None:
        """Keep ``answer``."""
        self._answers.pop(key, None)
        while len(self._answers) >= self._limit:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = answer

    def items(self) -> Iterable[tuple[str, KeptAnswer]]:
        """Everything that is kept."""
        return tuple(self._answers.items())


def recorded_answers(path: Path) -> MemoryFactCache:
    """Read a cache from JSON: a list of tables ``key``, ``source``, ``learnt_at``, ``ok``…

    Each table holds ``ok`` (the answer) or ``problem`` (why there is none), ``learnt_at`` as ISO
    8601 in UTC, and ``immutable``.  Raises ``OSError`` and ``ValueError``.
    """
    cache = MemoryFactCache()
    for entry in json.loads(path.read_text(encoding="utf-8")):
        cache.put(str(entry["key"]), _recorded(entry))
    return cache


def _recorded(entry: Mapping[str, Any]) -> KeptAnswer:
    kept = {name: entry[name] for name in ("ok", "problem") if name in entry}
    learnt_at = datetime.fromisoformat(str(entry["learnt_at"])).astimezone(UTC)
    return KeptAnswer(json.dumps(kept), str(entry["source"]), learnt_at, bool(entry["immutable"]))
