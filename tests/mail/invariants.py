# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of whatever is read, however hostile: the property tests and the fuzzer ask."""

from __future__ import annotations

from contextlib import suppress

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.eligibility import set_aside_reason
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.parse import parse_message
from tests.mail.mails import OWN


def parse_or_none(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Message | None:
    """Parse ``raw``; None where it is refused as it should be."""
    with suppress(MessageError):
        return parse_message(raw, OWN, limits)
    return None


def check_message(message: Message) -> None:
    """Assert what every other room relies on."""
    for text in (message.subject, message.author.name, message.tag.title):
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text)
    for text in (message.subject, message.body, message.author.name, *message.diffs):
        text.encode("utf-8")
    assert len(message.subject) <= DEFAULT_LIMITS.subject_characters
    assert message.message_id
    assert not set(message.message_id) & set(" <>\r\n\t\0")
    assert not message.author.email or message.author.email.count("@") == 1
    for date in (message.sent_at, message.received_at):
        assert date is None or date.utcoffset() is not None
    set_aside_reason(message)
    for series in group_series([message, message]):
        assert series.key in series.aliases
        assert series.thread_key in series.thread_aliases


def check_mail(raw: bytes) -> None:
    """Read ``raw`` twice and assert that it is refused or makes the same sound message."""
    if message := parse_or_none(raw):
        check_message(message)
        assert parse_or_none(raw) == message
