# SPDX-License-Identifier: GPL-3.0-or-later
"""The cursors that real sources make, in words for a person."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from mailbox import Maildir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.cursor_text import cursor_text
from bot.sources.imap import ImapSource
from bot.sources.imap_account import ImapAccount
from bot.sources.interface import Source
from bot.sources.maildir import MaildirSource
from bot.sources.mbox import MboxSource
from bot.sources.public_inbox_git import PublicInboxGitSource
from bot.sources.public_inbox_http import PublicInboxHttpSource
from tests.servers.dovecot import Dovecot
from tests.servers.public_inbox import PublicInbox
from tests.sources.archives import numbered_mail, read_all

_TIME = r"20\d\d-\d\d-\d\d \d\d:\d\d UTC"


def _told(source: Source) -> str:
    messages, cursor = read_all(source)
    assert messages
    return cursor_text(cursor)


def test_nothing_was_read_yet() -> None:
    assert cursor_text(None) == "the beginning"


def test_a_byte_of_an_mbox(tmp_path: Path) -> None:
    path = tmp_path / "list.mbox"
    path.write_bytes(b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + numbered_mail(1, "x" * 2_000))
    assert _told(MboxSource("list", path)) == f"byte {path.stat().st_size:,} of the file"


def test_the_time_of_a_maildir(tmp_path: Path) -> None:
    maildir = Maildir(tmp_path / "mail")
    maildir.add(numbered_mail(1))
    (mail,) = (tmp_path / "mail" / "new").iterdir()
    mail = mail.rename(mail.with_name("1762500000.1.example"))
    newest = datetime(2025, 11, 7, 11, 14, tzinfo=UTC).timestamp()
    os.utime(mail, (newest, newest))
    told = _told(MaildirSource("list", tmp_path / "mail"))
    assert told == "what arrived after 2025-11-07 11:14 UTC"


def test_a_uid_of_a_mailbox(dovecot: Dovecot) -> None:
    dovecot.deliver("bot", numbered_mail(1), numbered_mail(2))
    account = ImapAccount(
        host="localhost",
        port=dovecot.imaps,
        username="bot",
        password="s3cret",
        ca_file=str(dovecot.certificate.certificate),
    )
    assert re.fullmatch(r"UID 3 \(UIDVALIDITY [1-9]\d*\)", _told(ImapSource("inbox", account)))


@pytest.mark.server
def test_a_commit_and_a_time_of_an_archive(archive: PublicInbox, tmp_path: Path) -> None:
    with archive.serving():
        archive.add(numbered_mail(1))
        over_git = PublicInboxGitSource("list", archive.url, tmp_path / "mirror")
        assert re.fullmatch(r"epoch 0, after commit [0-9a-f]{12}", _told(over_git))
        over_http = PublicInboxHttpSource("list", archive.url, datetime(2020, 1, 1, tzinfo=UTC))
        assert re.fullmatch(f"what the archive got since {_TIME}", _told(over_http))


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "7", '{"kind":["mbox"]}', '{"kind":"mbox"}', '{"kind":"new"}', "[" * 100_000],
)
def test_a_damaged_one_is_no_trouble(damaged: str) -> None:
    assert cursor_text(damaged) == "a place that this version cannot tell"


_KINDS = ["mbox", "maildir", "imap", "public-inbox-git", "public-inbox-http"]
_KEYS = ["offset", "newest", "next", "validity", "epoch", "commit", "start"]
_VALUES = st.one_of(
    st.none(), st.integers(), st.text("ab0\x1b"), st.floats(), st.lists(st.integers())
)


@given(st.sampled_from(_KINDS), st.dictionaries(st.sampled_from(_KEYS), _VALUES))
def test_whatever_stands_in_it_is_told(kind: str, values: dict[str, object]) -> None:
    assert cursor_text(json.dumps({"kind": kind, **values}))
