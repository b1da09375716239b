# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts mail into a Maildir or a directory of ``.eml`` files, for those who send it themselves.

The file's name is made from the Message-ID: writing a mail again finds it there, so there is one
copy even after a crash.  ``git send-email`` and ``msmtp -t`` take the recipients from To and Cc.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.reply.sink import Attempt, Ending, SinkUnavailableError


class DirectorySink:
    """A Maildir, or a plain directory of ``.eml`` files."""

    is_idempotent = True

    def __init__(self, path: Path, *, maildir: bool) -> None:
        """Remember where; the directory is made on first use."""
        self._path = path
        self._maildir = maildir

    @asynccontextmanager
    async def session(self) -> AsyncIterator[DirectorySession]:
        """Make the directories; raises ``SinkUnavailableError``."""
        parts = ("tmp", "new", "cur") if self._maildir else ("",)
        try:
            for part in parts:
                (self._path / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SinkUnavailableError(f"{self._path}: {error.strerror}") from error
        yield DirectorySession(self._path, maildir=self._maildir)


class DirectorySession:
    """An open directory."""

    def __init__(self, path: Path, *, maildir: bool) -> None:
        """Take the directory, which exists."""
        self._path = path
        self._maildir = maildir

    async def hand_over(
        self, message_id: str, sender: str, recipients: tuple[str, ...], content: bytes
    ) -> Attempt:
        """Write one mail; see ``Session.hand_over``."""
        del sender, recipients
        name = hashlib.sha256(message_id.encode()).hexdigest()[:40]
        try:
            if self._maildir:
                return self._into_maildir(f"{name}.weighbridge", content)
            return self._into(self._path / f"{name}.eml", self._path / f".{name}.part", content)
        except OSError as error:
            raise SinkUnavailableError(f"{self._path}: {error.strerror}") from error

    def _into_maildir(self, name: str, content: bytes) -> Attempt:
        # A mail reader moves the file to cur/ and appends its flags.
        if any(file.name.split(":", 1)[0] == name for file in (self._path / "cur").iterdir()):
            return Attempt(Ending.ACCEPTED, f"{name} is in {self._path} already")
        # Maildirs hold local line ends (https://cr.yp.to/proto/maildir.html).
        local = content.replace(b"\r\n", b"\n")
        return self._into(self._path / "new" / name, self._path / "tmp" / name, local)

    def _into(self, target: Path, partial: Path, content: bytes) -> Attempt:
        if target.exists():
            return Attempt(Ending.ACCEPTED, f"{target} is there already")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        _sync_directory(target.parent)
        return Attempt(Ending.ACCEPTED, f"written to {target}")


def _sync_directory(path: Path) -> None:
    """Make the new name survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
