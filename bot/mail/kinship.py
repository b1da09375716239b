# SPDX-License-Identifier: GPL-3.0-or-later
"""Names under which mails of one change find each other among all that were ever stored.

Two mails that ``group_series`` would put into one series, or into two revisions of one change,
share a name, or each shares one with a mail of the same series.  So a store that keeps the names
finds what belongs to a new mail without reading anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.mail.change_id import change_ids
from bot.mail.message import Message
from bot.mail.partition import author_key, thread_root
from bot.mail.sending import sending_of

_CHANGES = 20
_REFERENCES = 10


def kin_names(message: Message) -> tuple[str, ...]:
    """Return the names of a mail, each once."""
    return tuple(dict.fromkeys(_names(message)))


def _names(message: Message) -> Iterator[str]:
    author = author_key(message)
    for message_id in (message.message_id, thread_root(message), message.in_reply_to):
        if message_id:
            yield f"mail {message_id}"
    if message.tag.revision > 1 or message.tag.is_reply:
        yield from (f"mail {message_id}" for message_id in message.references[-_REFERENCES:])
    if message.issue is not None:
        yield f"issue {message.issue}"
    if run := sending_of(message.message_id):
        yield f"run {run}"
    yield f"title {author} {message.tag.title.casefold()}"
    yield from (f"change {author} {change}" for change in _changes(message))
    yield from (f"day {author} {day}" for day in _days(message))


def _changes(message: Message) -> list[str]:
    found = (change_ids(diff) for diff in message.diffs)
    return [change for changes in found for change in changes][:_CHANGES]


def _days(message: Message) -> tuple[int, ...]:
    """Return the day and the next where only author and time tie a numbered mail to its series."""
    date = message.sent_at or message.received_at
    if message.tag.index is None or message.issue is not None or date is None:
        return ()
    if thread_root(message) or sending_of(message.message_id):
        return ()
    day = int(date.timestamp() // timedelta(days=1).total_seconds())
    return day, day + 1
