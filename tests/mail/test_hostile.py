# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the bytes are: a message or a ``MessageError``, and soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.limits import Limits
from bot.mail.errors import MessageError
from bot.mail.parse import parse_message
from tests.mail.hostile_mails import HOSTILE
from tests.mail.invariants import check_mail, check_message, parse_or_none
from tests.mail.mails import OWN, PATCH_BODY, mail

_HANGS = 20  # seconds of processor time that only a quadratic reading takes


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail(name: str) -> None:
    raw = HOSTILE[name]()
    began = time.process_time()
    message = parse_or_none(raw)
    assert time.process_time() - began < _HANGS
    if message is not None:
        check_message(message)


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    check_mail(raw)


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
    check_mail(raw)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_patch_mail(data: st.DataObject) -> None:
    raw = bytearray(mail())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check_mail(bytes(raw))


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
