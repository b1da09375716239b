# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of polling, and what becomes of mails that were read: a row, or a place aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.identity import OwnIdentity
from bot.mail.partition import thread_root
from bot.reply.compose import Letterhead
from bot.service.outcome import LeftAlone
from bot.service.reading import Reading, ReadingRules, ReadMail
from bot.sources.interface import RawMessage
from bot.store.messages import StoredMessage
from bot.store.quarantine import BrokenMail

NOTHING_SAID = "nothing in the patch speaks of a model"


@dataclass(frozen=True, slots=True)
class PollRules:
    """How mail is read."""

    identity: OwnIdentity
    letterhead: Letterhead
    repositories: Collection[str]
    """Subject prefixes that name another repository."""
    max_age: timedelta | None
    settle: timedelta
    settle_incomplete: timedelta
    mode: str = "dry-run"
    """What decisions say the mode was."""
    commands_name: str = ""
    """What commands by mail begin with on a list, without ``@``; empty: none are taken."""
    patches_say_all: bool = True
    """Whether nothing but the patches themselves tells what a package is: no tree is at hand."""
    limits: Limits = DEFAULT_LIMITS

    @property
    def reading(self) -> ReadingRules:
        """The rules for reading alone."""
        return ReadingRules(
            self.identity,
            tuple(self.repositories),
            self.max_age,
            self.patches_say_all,
            self.limits,
        )


def sorted_out(
    source: str, mails: Sequence[RawMessage], readings: Sequence[Reading]
) -> tuple[list[ReadMail], list[BrokenMail]]:
    """Return the mails that could be read, and those that could not, with the reason."""
    read = [one for one in readings if not isinstance(one, str)]
    broken = [
        BrokenMail(source, raw.location, one, raw.content)
        for raw, one in zip(mails, readings, strict=True)
        if isinstance(one, str)
    ]
    return read, broken


def stored_form(source: str, read: ReadMail) -> StoredMessage:
    """Return what the store keeps of a mail."""
    message = read.message
    return StoredMessage(
        message_id=message.message_id,
        source=source,
        location=read.raw.location,
        subject=message.subject,
        author=str(message.author),
        author_email=message.author.email.lower(),
        issue=message.issue,
        thread_root=thread_root(message),
        dated_at=message.received_at or message.sent_at,
        set_aside=read.set_aside,
        content=None if read.set_aside else read.raw.content,
    )


def left_alone(read: ReadMail) -> LeftAlone:
    """Return what a person is told of a mail that is left alone."""
    message = read.message
    return LeftAlone(
        subject=message.subject,
        author=str(message.author),
        issue=message.issue,
        message_id=message.message_id,
        location=read.raw.location,
        reason=read.set_aside,
    )
