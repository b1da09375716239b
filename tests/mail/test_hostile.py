# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the bytes are: a message or a ``MessageError``, and soon."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.eligibility import set_aside_reason
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.parse import parse_message
from tests.mail.hostile_mails import HOSTILE
from tests.mail.mails import OWN, PATCH_BODY, mail

_HANGS = 20  # seconds of processor time that only a quadratic reading takes


def _parse(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Message | None:
    with suppress(MessageError):
        return parse_message(raw, OWN, limits)
    return None


def _check(message: Message) -> None:
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
    group_series([message])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail(name: str) -> None:
    raw = HOSTILE[name]()
    began = time.process_time()
    message = _parse(raw)
    assert time.process_time() - began < _HANGS
    if message is not None:
        _check(message)


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    if message := _parse(raw):
        _check(message)


_NAMES = st.sampled_from(
    [
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "References", "Received",
        "In-Reply-To", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
        "Resent-From", "X-GNU-PR-Message", "Precedence", "Auto-Submitted", "List-Id", "X-\xff",
    ]
)  # fmt: skip
_PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "=?utf-8?q?=0D=0A?=", "=?utf-16?b?2AA=?=", "=?", "?=", "<a@example.org>", "<", ">", '"',
            "(", ")", "[PATCH v2 1/3]", "[bug#1]", "multipart/mixed; boundary=b", "text/plain;",
            "charset=utf-16", "charset*0*=''%ff", "format=flowed", "delsp=yes", "base64",
            "quoted-printable", "message/rfc822", "boundary=\"", "Mon, 10 Apr 2023 10:00:00 +0000",
            "\\", ";", ",", "\n ", "\n\t", "\r", "\0", "\x1b[31m", "name=x.patch", "attachment;",
        ]
    ),
)  # fmt: skip
_HEADERS = st.lists(
    st.tuples(_NAMES, st.lists(_PIECES, max_size=6).map("".join)), min_size=1, max_size=12
)
_BODIES = st.lists(
    st.one_of(
        st.sampled_from(["--b\n", "--b--\n", "\n", PATCH_BODY, "> diff --git a/x b/x\n", "-- \n"]),
        st.sampled_from(["Content-Type: multipart/mixed; boundary=b\n\n", "From x\n", " \n"]),
        st.text(max_size=40),
    ),
    max_size=10,
).map("".join)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(_HEADERS, _BODIES)
def test_any_mail(headers: list[tuple[str, str]], body: str) -> None:
    header = "".join(f"{name}: {value}\n" for name, value in headers)
    raw = (header + "\n" + body).encode("utf-8", "replace")
    if message := _parse(raw):
        _check(message)
        assert _parse(raw) == message


@settings(deadline=None)
@given(st.data())
def test_a_damaged_patch_mail(data: st.DataObject) -> None:
    raw = bytearray(mail())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    if message := _parse(bytes(raw)):
        _check(message)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(message_bytes=100), "longer than 100 bytes"),
        (Limits(message_lines=5), "more than 5 lines"),
        (Limits(header_bytes=50), "header is longer than 50 bytes"),
        (Limits(header_count=3), "more than 3 fields"),
        (Limits(diff_bytes=10), "longer than 10 characters"),
    ],
)
def test_every_limit_says_what_it_is(limits: Limits, reason: str) -> None:
    with pytest.raises(MessageError, match=reason):
        parse_message(mail(), OWN, limits)
