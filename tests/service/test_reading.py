# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading is watched: a mail that costs too much of the processor is kept aside, and only that."""

from __future__ import annotations

import pytest

from bot.service.reading import Reader, ReadMail
from tests.mail.mails import mail
from tests.service.readings import NOW, RULES, raw


@pytest.mark.parametrize(
    ("seconds", "worked", "slow"),
    [
        ([0.1, 0.1, 0.1], [], []),
        ([0.1, 5.0, 0.1], [4.9], [1]),
        ([0.1, 5.0, 0.1], [0.2], []),  # it only had to wait
        # Three mails together take more than one may.
        ([1.5, 1.5, 5.0], [4.0], []),
        ([1.5, 1.5, 5.0, 5.0], [7.5, 10.0], [2, 3]),
    ],
)
def test_what_takes_too_long(
    monkeypatch: pytest.MonkeyPatch, seconds: list[float], worked: list[float], slow: list[int]
) -> None:
    clock = iter([0.0, *(sum(seconds[: count + 1]) for count in range(len(seconds)))])
    processor = iter([0.0, *worked])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    monkeypatch.setattr("time.thread_time", lambda: next(processor))
    found = Reader(RULES).read([raw(mail())] * len(seconds), None, NOW)
    monkeypatch.undo()
    assert [place for place, one in enumerate(found) if isinstance(one, str)] == slow
    assert all("reading it took" in one for one in found if isinstance(one, str))
    assert all(one.message.subject for one in found if isinstance(one, ReadMail))
