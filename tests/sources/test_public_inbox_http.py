# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling a real public-inbox over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.interface import RawMessage, SourceError
from bot.sources.public_inbox_http import PublicInboxHttpSource
from tests.servers.public_inbox import PublicInbox
from tests.sources.archives import numbered_mail, read_all, subjects

SINCE = datetime(2023, 4, 1, tzinfo=UTC)
pytestmark = pytest.mark.server


def _source(archive: PublicInbox, since: datetime | None = SINCE) -> PublicInboxHttpSource:
    return PublicInboxHttpSource("list", archive.url, since)


def _poll(
    archive: PublicInbox, cursor: str | None = None, since: datetime | None = SINCE
) -> tuple[list[RawMessage], str | None]:
    """Poll once, with a server of its own: a running one searches a snapshot for up to 30 s."""
    with archive.serving():
        return read_all(_source(archive, since), cursor)


def test_messages_come_once(archive: PublicInbox) -> None:
    assert _poll(archive) == ([], None)

    archive.add(*(numbered_mail(number) for number in range(3)))
    messages, cursor = _poll(archive)
    assert sorted(subjects(messages)) == ["Mail 0", "Mail 1", "Mail 2"]
    assert _poll(archive, cursor) == ([], cursor)

    archive.add(numbered_mail(3))
    messages, cursor = _poll(archive, cursor)
    assert subjects(messages) == ["Mail 3"]
    assert messages[0].location == f"{archive.url}m3@example.org/"
    assert _poll(archive, cursor) == ([], cursor)


def test_the_content_is_that_of_the_mail(archive: PublicInbox) -> None:
    original = numbered_mail(1, "From the start\n\nFrom now on\n>From x\n")
    archive.add(original)
    ((message,), _) = _poll(archive)
    assert message.content == original


def test_a_mail_that_the_archive_learns_of_late(archive: PublicInbox) -> None:
    archive.add(numbered_mail(100))
    _, cursor = _poll(archive)
    archive.add(numbered_mail(5))  # received an hour and a half before
    messages, cursor = _poll(archive, cursor)
    assert subjects(messages) == ["Mail 5"]
    assert _poll(archive, cursor) == ([], cursor)


def test_since(archive: PublicInbox) -> None:
    archive.add(numbered_mail(1), numbered_mail(90))
    since = datetime(2023, 4, 10, 11, 0, tzinfo=UTC)
    assert subjects(_poll(archive, since=since)[0]) == ["Mail 90"]
    assert len(_poll(archive, since=None)[0]) == 2
    assert _poll(archive, since=since + timedelta(days=9))[0] == []


@pytest.mark.usefixtures("small_batches")
def test_every_batch_can_be_resumed_from(archive: PublicInbox) -> None:
    archive.add(*(numbered_mail(number) for number in range(450)))
    with archive.serving():
        source = _source(archive)
        batches = list(source.fetch(None))
        assert [len(batch.messages) for batch in batches] == [200, 200, 50]
        for number, batch in enumerate(batches, start=1):
            before = [m for earlier in batches[:number] for m in earlier.messages]
            after, _ = read_all(source, batch.cursor)
            together = subjects(before) + subjects(after)
            assert sorted(together) == sorted(f"Mail {n}" for n in range(450))


def test_what_is_not_there(archive: PublicInbox) -> None:
    wrong = archive.url.replace("guix-patches", "nothing")
    with archive.serving(), pytest.raises(SourceError, match="no public-inbox archive"):
        read_all(PublicInboxHttpSource("list", wrong))


def test_nobody_answers(archive: PublicInbox) -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        read_all(_source(archive))
