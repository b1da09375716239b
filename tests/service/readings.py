# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails to be read in two ways, rules to read them by, and a source that gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bench.ingest.list_mail import list_mails
from bot.mail.eligibility import OTHER_REPOSITORIES
from bot.samples import conversations
from bot.service.reading import ReadingRules
from bot.sources.interface import Batch, RawMessage
from tests.fuzz.targets import corpus_of
from tests.mail.hostile_mails import HOSTILE
from tests.mail.mails import OWN

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = ReadingRules(OWN, OTHER_REPOSITORIES, max_age=timedelta(days=400))
_LONGEST = 200_000  # bytes of hostile mails that are tried: longer ones only take time


def raw(content: bytes, place: object = "") -> RawMessage:
    return RawMessage(content, f"here {place}")


def samples() -> list[RawMessage]:
    """Return mails of all shapes: the list's, the samples', the fuzzer's, hostile ones."""
    contents = list(list_mails(400, NOW))
    contents += [mail for conversation in conversations() for mail in conversation.mails]
    contents += [path.read_bytes() for path in sorted(corpus_of("mail").iterdir())]
    contents += [mail for make in HOSTILE.values() if len(mail := make()) <= _LONGEST]
    return [raw(content, place) for place, content in enumerate(contents)]


class ListSource:
    """Gives mails in batches of a size; the cursor is how many it has given."""

    name = "list"

    def __init__(self, mails: Sequence[bytes], size: int) -> None:
        self._mails = [raw(mail, place) for place, mail in enumerate(mails)]
        self._size = size

    def fetch(self, cursor: str | None) -> Iterator[Batch]:
        for start in range(int(cursor or 0), len(self._mails), self._size):
            some = self._mails[start : start + self._size]
            yield Batch(tuple(some), str(start + len(some)))
