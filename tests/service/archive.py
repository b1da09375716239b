# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive on disk with the bundled mail, and a clock that can be set."""

from __future__ import annotations

import mailbox
from collections.abc import Iterable
from datetime import datetime
from email.message import Message
from pathlib import Path

from bot.config import Config
from bot.samples import READ_AT, conversations


class Clock:
    """A clock that stands still until told otherwise."""

    def __init__(self, now: datetime = READ_AT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Archive:
    """A Maildir that mail is put into, and a configuration that polls it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.sent = directory / "sent"
        for part in ("tmp", "new", "cur"):
            (directory / "archive" / part).mkdir(parents=True)

    def put(self, mails: Iterable[bytes]) -> None:
        box = mailbox.Maildir(self.directory / "archive", create=False)
        for mail in mails:
            box.add(mail)

    def config(self, mode: str = "live", **changes: object) -> Config:
        return Config.model_validate(
            {
                "mode": mode,
                "data_directory": str(self.directory / "state"),
                "bot": {"address": "bot@example.org", "operator": "operator@example.org"},
                "sources": [
                    {
                        "name": "archive",
                        "kind": "maildir",
                        "path": str(self.directory / "archive"),
                        "since": "beginning",
                    }
                ],
                "delivery": {"sink": "maildir", "path": str(self.sent)},
                "reply": {"max_age": "30d"},
                "mail_limits": {"per_hour": 100, "per_day": 100},
                "offline": True,
                **changes,
            }
        )

    def sent_mails(self) -> list[Message]:
        return (
            []
            if not self.sent.exists()
            else [mail for _, mail in mailbox.Maildir(self.sent, create=False).items()]
        )


MAILS = {conversation.name: conversation.mails for conversation in conversations()}
