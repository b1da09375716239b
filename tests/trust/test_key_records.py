# SPDX-License-Identifier: GPL-3.0-or-later
"""Name servers that do not answer cost their time once, not with every mail."""

from __future__ import annotations

import pytest

from bot.limits import DEFAULT_LIMITS
from bot.trust.key_records import KeyRecords, RememberedSilence

GOOD, BAD = b"s._domainkey.example.org.", b"s._domainkey.example.net."


class Servers:
    """Answers for one domain."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.now = 1_000.0

    def lookup(self, name: bytes, _seconds: float) -> bytes | None:
        self.asked.append(name)
        if not name.endswith(b"example.org."):
            raise OSError("no answer")
        return b"v=DKIM1; p=abc"

    def clock(self) -> float:
        return self.now


def test_a_silent_domain_is_left_alone_for_minutes_and_others_are_not() -> None:
    servers = Servers()
    lookup = RememberedSilence(servers.lookup, servers.clock)
    for name in (BAD, BAD, b"other." + BAD, b"s._domainkey.n1.example.net."):
        with pytest.raises(OSError, match="answer"):
            lookup(name, 5)
    assert servers.asked == [BAD]
    assert lookup(GOOD, 5) == lookup(GOOD, 5) == b"v=DKIM1; p=abc"
    servers.now += 601
    with pytest.raises(OSError, match="no answer"):
        lookup(BAD, 5)
    assert servers.asked == [BAD, GOOD, GOOD, BAD]


def test_one_mail_waits_for_one_silent_server() -> None:
    servers = Servers()
    records = KeyRecords(servers.lookup, DEFAULT_LIMITS)
    assert records(BAD) is None
    assert records.unanswered
    assert records(b"t._domainkey.example.net.") is None
    assert records(GOOD) is None, "the mail is looked at again later"
    assert servers.asked == [BAD]


def test_what_is_remembered_is_bounded() -> None:
    servers = Servers()
    lookup = RememberedSilence(servers.lookup, servers.clock)
    for number in range(2_500):
        with pytest.raises(OSError, match="no answer"):
            lookup(b"s._domainkey.d%d.example." % number, 5)
    assert len(lookup._silent) <= 1_000
