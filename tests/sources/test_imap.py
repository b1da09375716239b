# SPDX-License-Identifier: GPL-3.0-or-later
"""A mailbox on a real Dovecot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]

from bot.limits import Limits
from bot.sources import imap
from bot.sources.imap import ImapSource
from bot.sources.imap_account import ImapAccount, ImapSecurity
from bot.sources.interface import SourceError
from tests.servers.dovecot import Dovecot
from tests.sources.archives import numbered_mail, read_all


def _account(dovecot: Dovecot, **changes: Any) -> ImapAccount:  # noqa: ANN401
    values: dict[str, Any] = {
        "host": "localhost",
        "port": dovecot.imaps,
        "username": "bot",
        "password": "s3cret",
        "ca_file": str(dovecot.certificate.certificate),
    }
    return ImapAccount(**{**values, **changes})


def _source(dovecot: Dovecot, **changes: Any) -> ImapSource:  # noqa: ANN401
    return ImapSource("inbox", _account(dovecot, **changes))


def _deliver(dovecot: Dovecot, *numbers: int) -> None:
    dovecot.deliver("bot", *(numbered_mail(number) for number in numbers))


@pytest.fixture(autouse=True)
def mailbox(request: pytest.FixtureRequest) -> None:
    """Make the account's Maildir, empty."""
    if "dovecot" in request.fixturenames:
        request.getfixturevalue("dovecot").deliver("bot")


@pytest.fixture
def client(dovecot: Dovecot) -> Iterator[IMAPClient]:
    """Yield a second connection to the account, as its owner's mail program would have it."""
    with IMAPClient("127.0.0.1", port=dovecot.imap, ssl=False) as client:
        client.login("bot", "s3cret")
        yield client


def _as_sent(number: int) -> bytes:
    return numbered_mail(number).replace(b"\n", b"\r\n")


def test_messages_come_once_and_stay_unseen(dovecot: Dovecot, client: IMAPClient) -> None:
    source = _source(dovecot)
    assert read_all(source) == ([], None)
    _deliver(dovecot, 1)
    _deliver(dovecot, 2)
    messages, cursor = read_all(source)
    assert sorted(message.content for message in messages) == [_as_sent(1), _as_sent(2)]
    assert read_all(source, cursor) == ([], cursor)
    _deliver(dovecot, 3)
    messages, cursor = read_all(source, cursor)
    assert [message.content for message in messages] == [_as_sent(3)]
    client.select_folder("INBOX", readonly=True)
    assert len(client.search(["UNSEEN"])) == 3


@pytest.mark.parametrize(
    "changes",
    [{"security": ImapSecurity.STARTTLS}, {"security": ImapSecurity.PLAIN, "ca_file": None}],
)
def test_other_ways_to_connect(dovecot: Dovecot, changes: dict[str, object]) -> None:
    _deliver(dovecot, 1)
    messages, _ = read_all(_source(dovecot, port=dovecot.imap, **changes))
    assert len(messages) == 1


def test_batches_can_be_resumed_from(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_UIDS", 4)
    dovecot.deliver("bot", *(numbered_mail(number) for number in range(10)))
    source = _source(dovecot)
    batches = list(source.fetch(None))
    assert [len(batch.messages) for batch in batches] == [4, 4, 2]
    rest, _ = read_all(source, batches[0].cursor)
    assert [m.content for m in rest] == [m.content for batch in batches[1:] for m in batch.messages]


def test_another_uidvalidity_reads_anew(dovecot: Dovecot, client: IMAPClient) -> None:
    _deliver(dovecot, 1, 2)
    source = _source(dovecot, folder="Lists")
    client.create_folder("Lists")
    client.append("Lists", numbered_mail(1))
    messages, cursor = read_all(source)
    assert len(messages) == 1
    client.delete_folder("Lists")
    client.create_folder("Lists")
    client.append("Lists", numbered_mail(5))
    client.append("Lists", numbered_mail(6))
    messages, cursor = read_all(source, cursor)
    assert [message.content for message in messages] == [_as_sent(5), _as_sent(6)]
    assert read_all(source, cursor) == ([], cursor)


def test_what_was_stored_is_moved_by_the_next_poll(dovecot: Dovecot, client: IMAPClient) -> None:
    _deliver(dovecot, 1)
    source = _source(dovecot, done_folder="Done")
    messages, cursor = read_all(source)
    assert len(messages) == 1
    assert not client.folder_exists("Done")
    # Killed before the cursor was stored: the mail is still there.
    assert len(read_all(source)[0]) == 1
    _deliver(dovecot, 2)
    messages, cursor = read_all(source, cursor)
    assert [message.content for message in messages] == [_as_sent(2)]
    assert client.select_folder("Done")[b"EXISTS"] == 1
    assert client.select_folder("INBOX")[b"EXISTS"] == 1
    assert read_all(source, cursor) == ([], cursor)


def test_what_could_not_be_read_is_moved_to_a_folder_of_its_own(
    dovecot: Dovecot, client: IMAPClient
) -> None:
    _deliver(dovecot, 1)
    _deliver(dovecot, 2)
    messages, cursor = read_all(_source(dovecot))
    account = _account(dovecot, bad_folder="Unreadable")
    broken = ImapSource("inbox", account, broken=[messages[0].location])
    assert read_all(broken, cursor) == ([], cursor)
    assert client.select_folder("Unreadable")[b"EXISTS"] == 1
    assert client.select_folder("INBOX")[b"EXISTS"] == 1


def test_since(dovecot: Dovecot, client: IMAPClient) -> None:
    client.append("INBOX", numbered_mail(1), msg_time=datetime(2023, 4, 1, tzinfo=UTC))
    client.append("INBOX", numbered_mail(2), msg_time=datetime(2023, 4, 20, tzinfo=UTC))
    since = datetime(2023, 4, 10, tzinfo=UTC)
    messages, cursor = read_all(ImapSource("inbox", _account(dovecot), since))
    assert [message.content for message in messages] == [_as_sent(2)]
    later = ImapSource("inbox", _account(dovecot), since + timedelta(days=30))
    assert read_all(later) == ([], None)
    assert read_all(later, cursor) == ([], cursor)


def test_a_long_mail_is_skipped_with_the_reason(dovecot: Dovecot) -> None:
    dovecot.deliver("bot", numbered_mail(1, "long line\n" * 1000))
    (batch,) = ImapSource("inbox", _account(dovecot), limits=Limits(message_bytes=5_000)).fetch(
        None
    )
    assert batch.messages == ()
    assert "longer than 5000 bytes" in batch.skipped[0][1]


def test_waiting_ends_when_mail_arrives(dovecot: Dovecot) -> None:
    source = _source(dovecot)
    assert not source.wait(0.1)
    timer = threading.Timer(0.5, _deliver, (dovecot, 1))
    timer.start()
    assert source.wait(60)
    timer.join()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"password": "wrong"}, "user name or password is wrong"),
        ({"folder": "None"}, "None"),
        ({"ca_file": None}, "TLS failed"),
        ({"port": 1}, "cannot be reached"),
        ({"ca_file": "/nonexistent"}, "No such file"),
    ],
)
def test_what_goes_wrong_is_told(dovecot: Dovecot, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read_all(_source(dovecot, **changes))
    assert "s3cret" not in str(caught.value)


def test_no_password_goes_unprotected_to_another_machine() -> None:
    account = ImapAccount(
        host="imap.example.org", username="bot", password="s3cret", security=ImapSecurity.PLAIN
    )
    with pytest.raises(SourceError, match="without TLS"):
        ImapSource("inbox", account)
    assert "s3cret" not in repr(account)
