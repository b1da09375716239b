# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources as the configuration names them, polled for real."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import SourceSettings
from bot.service.wiring import make_source
from bot.sources.interface import SourceError
from bot.sources.maildir import MaildirSource
from bot.sources.mbox import MboxSource
from tests.servers.dovecot import Dovecot
from tests.servers.public_inbox import PublicInbox
from tests.sources.archives import numbered_mail, read_all

SINCE = datetime(2023, 4, 1, tzinfo=UTC)


def _settings(**values: Any) -> SourceSettings:  # noqa: ANN401
    return SourceSettings.model_validate({"name": "list", **values})


def test_files(tmp_path: Path) -> None:
    mbox = make_source(_settings(kind="mbox", path=tmp_path), None)
    maildir = make_source(_settings(kind="maildir", path=tmp_path), None)
    assert isinstance(mbox, MboxSource)
    assert isinstance(maildir, MaildirSource)
    assert mbox.name == "list"


@pytest.mark.parametrize("kind", ["public-inbox", "public-inbox-git"])
def test_an_archive(public_inbox: PublicInbox, tmp_path: Path, kind: str) -> None:
    public_inbox.add(numbered_mail(1))
    place = {"path": tmp_path / "mirror"} if kind == "public-inbox-git" else {}
    source = make_source(_settings(kind=kind, url=public_inbox.url, **place), SINCE)
    assert [message.content for message in read_all(source)[0]] == [numbered_mail(1)]


def test_a_mailbox(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.deliver("bot", numbered_mail(1))
    password = tmp_path / "password"
    settings = _settings(
        kind="imap",
        host="localhost",
        port=dovecot.imaps,
        username="bot",
        password_file=password,
        ca_file=dovecot.certificate.certificate,
    )
    with pytest.raises(SourceError, match="password cannot be read"):
        make_source(settings, SINCE)
    password.write_text("s3cret\n")
    assert len(read_all(make_source(settings, SINCE))[0]) == 1
