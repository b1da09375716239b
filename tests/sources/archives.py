# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails and reading for the tests of the sources."""

from __future__ import annotations

from bot.sources.interface import RawMessage, Source
from tests.mail.mails import mail


def numbered_mail(number: int, body: str = "A text.\n") -> bytes:
    """Return mail ``number``, sent and received one minute after the one before."""
    minute = f"{10 + number // 60:02}:{number % 60:02}"
    received = f"from a.example.org by b.example.org; Mon, 10 Apr 2023 {minute}:30 +0000"
    headers = {
        "Message-ID": f"<m{number}@example.org>",
        "Date": f"Mon, 10 Apr 2023 {minute}:00 +0000",
        "Received": received,
        "List-Id": "<guix-patches.gnu.org>",
    }
    return mail(f"Mail {number}", body, headers)


def read_all(source: Source, cursor: str | None = None) -> tuple[list[RawMessage], str | None]:
    """Poll once; return the messages and the last cursor."""
    messages: list[RawMessage] = []
    for batch in source.fetch(cursor):
        messages += batch.messages
        cursor = batch.cursor
    return messages, cursor


def subjects(messages: list[RawMessage]) -> list[str]:
    """Return the subjects of ``messages`` as they were written."""
    return [
        line.removeprefix(b"Subject: ").decode()
        for message in messages
        for line in message.content.split(b"\n\n", 1)[0].splitlines()
        if line.startswith(b"Subject: ")
    ]
