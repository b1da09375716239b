# SPDX-License-Identifier: GPL-3.0-or-later
"""A Maildir whose mails are delivered, seen, flagged and deleted."""

from __future__ import annotations

import mailbox
import os
import time
from pathlib import Path

import pytest

from bot.limits import Limits
from bot.sources.interface import SourceError
from bot.sources.maildir import MaildirSource
from tests.sources.archives import numbered_mail, read_all, subjects


@pytest.fixture
def maildir(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(str(tmp_path / "Maildir"))


def _source(maildir: mailbox.Maildir, **limits: int) -> MaildirSource:
    return MaildirSource("inbox", Path(str(maildir._path)), Limits(**limits))


def _path(maildir: mailbox.Maildir, key: str) -> Path:
    (path,) = Path(str(maildir._path)).glob(f"*/{key}*")
    return path


def test_messages_come_once(maildir: mailbox.Maildir) -> None:
    maildir.add(numbered_mail(1))
    source = _source(maildir)
    messages, cursor = read_all(source)
    assert subjects(messages) == ["Mail 1"]
    assert read_all(source, cursor) == ([], cursor)
    maildir.add(numbered_mail(2))
    messages, cursor = read_all(source, cursor)
    assert subjects(messages) == ["Mail 2"]
    assert read_all(source, cursor) == ([], cursor)


def test_moves_and_flags_do_not_make_a_mail_new(maildir: mailbox.Maildir) -> None:
    key = maildir.add(numbered_mail(1))
    source = _source(maildir)
    _, cursor = read_all(source)
    for flags in ("S", "RS", "FRST"):
        message = maildir[key]
        message.set_subdir("cur")
        message.set_flags(flags)
        path = _path(maildir, key)
        path.rename(path.parent.parent / "cur" / f"{key}:2,{flags}")
        assert read_all(source, cursor) == ([], cursor)


def _age(path: Path, seconds: float) -> Path:
    """Make a file look as if it had been delivered ``seconds`` ago."""
    then = int(time.time() - seconds)
    renamed = path.with_name(f"{then}.M1P1Q{path.name.partition('.')[2]}")
    path.rename(renamed)
    os.utime(renamed, (then, then))
    return renamed


def test_the_cursor_does_not_grow_with_the_maildir(maildir: mailbox.Maildir) -> None:
    for number in range(60):
        _age(_path(maildir, maildir.add(numbered_mail(number))), (60 - number) * 86_400)
    source = _source(maildir)
    messages, cursor = read_all(source)
    assert len(messages) == 60
    assert cursor is not None
    assert len(cursor) < 200
    assert read_all(source, cursor) == ([], cursor)


def test_the_oldest_come_first(maildir: mailbox.Maildir) -> None:
    for number in (3, 1, 2):
        _age(_path(maildir, maildir.add(numbered_mail(number))), (10 - number) * 3600)
    assert subjects(read_all(_source(maildir))[0]) == ["Mail 1", "Mail 2", "Mail 3"]


def test_a_date_in_the_future_hides_nothing(maildir: mailbox.Maildir) -> None:
    path = _path(maildir, maildir.add(numbered_mail(1)))
    _age(path, -10 * 86_400)
    source = _source(maildir)
    messages, cursor = read_all(source)
    assert len(messages) == 1
    maildir.add(numbered_mail(2))
    messages, cursor = read_all(source, cursor)
    assert subjects(messages) == ["Mail 2"]
    assert read_all(source, cursor) == ([], cursor)


def test_late_delivery_of_older_files_is_seen(maildir: mailbox.Maildir) -> None:
    maildir.add(numbered_mail(1))
    source = _source(maildir)
    _, cursor = read_all(source)
    _age(_path(maildir, maildir.add(numbered_mail(2))), 20 * 3600)
    assert subjects(read_all(source, cursor)[0]) == ["Mail 2"]


def test_a_long_mail_is_skipped_and_told_once(maildir: mailbox.Maildir) -> None:
    maildir.add(numbered_mail(1, "x" * 10_000))
    source = _source(maildir, message_bytes=5_000)
    (batch,) = source.fetch(None)
    assert "longer than 5000 bytes" in batch.skipped[0][1]
    assert read_all(source, batch.cursor) == ([], batch.cursor)


def test_links_and_hidden_files_are_no_mails(maildir: mailbox.Maildir, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Subject: a secret\n\n")
    folder = Path(str(maildir._path)) / "new"
    (folder / "1.link").symlink_to(secret)
    (folder / ".hidden").write_text("Subject: x\n\n")
    assert read_all(_source(maildir)) == ([], None)


def test_what_is_no_maildir(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no Maildir"):
        read_all(MaildirSource("inbox", tmp_path))
