# SPDX-License-Identifier: GPL-3.0-or-later
"""A small archive of guix-patches for the demonstration and for tests: one folder per conversation.

Every mail is made up, in the shapes that Debbugs, Mailman and people's mail programs give to real
ones; the diffs in them were made by Git, so that hunks and blob hashes hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

READ_AT = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
"""The moment at which the archive is looked at: the day after its last mail."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What belongs together: a series in all its revisions, or a single mail."""

    name: str
    mails: tuple[bytes, ...]
    """In the order of arrival, LF line ends, without ``From `` lines."""


def conversations() -> tuple[Conversation, ...]:
    """Return the bundled conversations in the order of their first mails."""
    folders = sorted(
        (entry for entry in files(__name__).iterdir() if entry.name[:1].isdigit()),
        key=lambda entry: entry.name,
    )
    return tuple(
        Conversation(
            folder.name,
            tuple(
                mail.read_bytes()
                for mail in sorted(folder.iterdir(), key=lambda entry: entry.name)
                if mail.name.endswith(".eml")
            ),
        )
        for folder in folders
    )
