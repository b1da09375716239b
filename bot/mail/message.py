# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail as the other rooms see it: plain text and plain values, nothing left encoded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """A person's display name and address (RFC 5322 mailbox)."""

    name: str
    email: str

    def __str__(self) -> str:
        """Return ``Name <address>``, or the address alone where no name is known."""
        return f"{self.name} <{self.email}>" if self.name else self.email


class Origin(StrEnum):
    """Who wrote a message, as far as that decides whether it may be triaged or answered."""

    PERSON = "person"
    TRACKER = "tracker"
    """Debbugs itself: an acknowledgement, a closing notice, an error."""
    AUTOMATIC = "automatic"
    """An auto-responder, a bounce, bulk mail that no person wrote (RFC 3834)."""
    OWN = "own"
    """This bot."""


@dataclass(frozen=True, slots=True)
class SubjectTag:
    """What the subject of a patch mail says: ``[bug#N] [PATCH prefix vR i/n] title``."""

    title: str
    is_patch: bool = False
    is_reply: bool = False
    """It begins with ``Re:`` or the like (after the tracker's own tag)."""
    issue: int | None = None
    revision: int = 1
    index: int | None = None
    """``i`` of ``i/n``; 0 is the cover letter; None where the subject has no ``i/n``."""
    total: int | None = None
    prefixes: tuple[str, ...] = ()
    """What else stands in the brackets: ``RFC``, ``core-updates``, ``guix-artwork`` …"""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, understood."""

    message_id: str
    """Without angle brackets; the original one, never Resent-Message-ID.  Made from a hash of
    the content where the mail has none."""
    subject: str
    """Decoded, one line, no control characters."""
    tag: SubjectTag
    author: Address
    """The person behind Mailman's or Debbugs' rewriting."""
    origin: Origin
    origin_reason: str
    """Which header or address told the origin; empty for a person."""
    sent_at: datetime | None
    """The Date header in UTC; None where missing or absurd."""
    received_at: datetime | None
    """The newest date that a relay wrote, in UTC; None where none did."""
    issue: int | None
    """The tracker's number of the thread, from the subject, To, or X-GNU-PR-Message."""
    in_reply_to: str | None
    references: tuple[str, ...]
    reply_to: tuple[Address, ...]
    body: str
    """The decoded text of the mail, LF line ends."""
    diffs: tuple[str, ...]
    """Decoded texts (body or attachments) that hold diffs, in order, LF line ends."""
    list_id: str | None
    closes: frozenset[int] = frozenset()
    """Issues that the tracker closes on this mail, or says here to have closed."""
    problems: tuple[str, ...] = ()
    """What was odd about the mail: a lying charset, a duplicate header, a cut part."""
