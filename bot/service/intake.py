# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of mails to mails that are read and screened, and to those that could not be."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.eligibility import set_aside_reason
from bot.mail.errors import MessageError
from bot.mail.identity import OwnIdentity
from bot.mail.kinship import kin_names
from bot.mail.message import Message
from bot.mail.parse import parse_message
from bot.mail.partition import thread_root
from bot.models.hints import may_speak_of_model
from bot.reply.compose import Letterhead
from bot.service.outcome import LeftAlone
from bot.sources.interface import RawMessage
from bot.store.messages import StoredMessage
from bot.store.quarantine import BrokenMail

_SLACK = timedelta(days=7)
"""Members of a series may be this much older than the others and still be read."""
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


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail, read and screened."""

    raw: RawMessage
    message: Message
    set_aside: str
    """Why it is left alone; empty where it belongs to a series."""
    promising: bool
    """Whether a patch in it may concern a model."""
    names: tuple[str, ...] = field(repr=False)
    """What finds the other mails of its change."""

    @property
    def stands_alone(self) -> bool:
        """Whether it is a first revision in a single mail, and so tells nothing of others."""
        tag = self.message.tag
        return tag.index is None and tag.revision == 1 and not tag.is_reply


class _Stopwatch:
    """Tells mails that cost too much of the processor from those that only had to wait for it.

    The processor is asked only where a clock says that it may be so: asking costs more than
    reading a mail on some machines.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._began = time.perf_counter()
        self._worked = time.thread_time()

    def lap(self) -> str:
        """Return what is wrong with the time since the last lap, "" if nothing."""
        now = time.perf_counter()
        took, self._began = now - self._began, now
        if took <= self._limit:
            return ""
        worked = time.thread_time()
        took, self._worked = worked - self._worked, worked
        return f"reading it took {took:.1f} s" if took > self._limit else ""


class Reader:
    """Reads mails under one set of rules."""

    def __init__(self, rules: PollRules) -> None:
        """Take the rules."""
        self._rules = rules

    def read(
        self, source: str, mails: Iterable[RawMessage], since: datetime | None, now: datetime
    ) -> tuple[list[ReadMail], list[BrokenMail]]:
        """Read ``mails``; whatever is wrong with one of them is its own trouble."""
        read: list[ReadMail] = []
        broken: list[BrokenMail] = []
        watch = _Stopwatch(self._rules.limits.message_seconds)
        for raw in mails:
            reason = ""
            try:
                one = self._read(raw, since, now)
            except MessageError as error:
                reason = str(error)
            # A mail that trips a parser must not keep the others from being read.
            except Exception as error:  # noqa: BLE001
                reason = f"reading it failed: {type(error).__name__}: {error}"[:1_000]
            reason = reason or watch.lap()
            if reason:
                broken.append(BrokenMail(source, raw.location, reason, raw.content))
            else:
                read.append(one)
        return read, broken

    def again(self, content: bytes) -> Message | None:
        """Read a stored mail; None where a version that accepted more has stored it."""
        try:
            return self._parse(content, self._matters)
        except MessageError:
            return None

    def _parse(self, content: bytes, matters: Callable[[str], bool]) -> Message:
        return parse_message(content, self._rules.identity, self._rules.limits, matters)

    def _matters(self, text: str) -> bool:
        return not self._rules.patches_say_all or may_speak_of_model(text)

    def _read(self, raw: RawMessage, since: datetime | None, now: datetime) -> ReadMail:
        answers: list[bool] = []

        def matters(text: str) -> bool:
            answers.append(self._matters(text))
            return answers[-1]

        message = self._parse(raw.content, matters)
        aside = self._set_aside(message, since, now)
        if aside:
            return ReadMail(raw, message, aside, promising=False, names=())
        return ReadMail(raw, message, "", any(answers), kin_names(message))

    def _set_aside(self, message: Message, since: datetime | None, now: datetime) -> str:
        reason = set_aside_reason(message, self._rules.repositories)
        if reason:
            return reason
        date = message.received_at or message.sent_at
        if date is None:
            return ""
        if since is not None and date < since - _SLACK:
            return f"older than {since:%Y-%m-%d}, when this source began"
        if self._rules.max_age is not None and now - date > self._rules.max_age + _SLACK:
            return f"older than {self._rules.max_age.days} days"
        return ""


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
