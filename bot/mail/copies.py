# SPDX-License-Identifier: GPL-3.0-or-later
"""The same mail often comes twice, with and without the tracker's ``[bug#N]``: one mail of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.mail.message import Message

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mails:
    """Distinct mails in an order that does not depend on that of their arrival."""

    messages: tuple[Message, ...]
    issues: Mapping[str, frozenset[int]]
    """Message-ID to every tracker number that a copy of the mail bore."""


def without_copies(messages: Iterable[Message]) -> Mails:
    """Merge the copies of each mail, known by the original Message-ID."""
    copies: dict[str, list[Message]] = {}
    for message in messages:
        copies.setdefault(message.message_id, []).append(message)
    issues = {
        message_id: frozenset(copy.issue for copy in same if copy.issue is not None)
        for message_id, same in copies.items()
    }
    merged = sorted((_merged(same) for same in copies.values()), key=time_order)
    return Mails(tuple(merged), issues)


def time_order(message: Message) -> tuple[datetime, str]:
    """Order mails by when they were sent (or came), then by Message-ID."""
    return message.sent_at or message.received_at or _NEVER, message.message_id


def _merged(same: list[Message]) -> Message:
    """Take the copy that says most, and from the others what it lacks."""
    if len(same) == 1:
        return same[0]
    ranked = sorted(same, key=_rank)
    best = ranked[0]
    for other in ranked[1:]:
        best = _completed(best, other)
    return best


def _rank(message: Message) -> tuple[bool, bool, bool, int, datetime, str, str]:
    return (
        not message.diffs,
        not message.author.email,
        message.issue is None,
        message.issue or 0,
        message.received_at or _NEVER,
        message.subject,
        message.body,
    )


def _completed(best: Message, other: Message) -> Message:
    return replace(
        best,
        author=best.author if best.author.email else other.author,
        issue=best.issue if best.issue is not None else other.issue,
        in_reply_to=best.in_reply_to or other.in_reply_to,
        references=best.references or other.references,
        sent_at=best.sent_at or other.sent_at,
    )
