# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of mails to mails that are read and screened: a pure function, which any process can run.

This is imported by a process that only reads (``reading_worker.py``), so it knows no database.
"""

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
from bot.models.hints import may_speak_of_model
from bot.sources.interface import RawMessage

_SLACK = timedelta(days=7)
"""Members of a series may be this much older than the others and still be read."""


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How mail is read."""

    identity: OwnIdentity
    repositories: Collection[str]
    """Subject prefixes that name another repository."""
    max_age: timedelta | None
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


Reading = ReadMail | str
"""A mail that was read, or why it could not be."""


class _Stopwatch:
    """Tells mails that cost too much of the processor from those that only had to wait for it.

    The processor is asked only where a clock says that it may be so: asking costs more than
    reading a mail on some machines.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._began = time.perf_counter()
        self._worked = time.thread_time()
        self._others = 0.0

    def lap(self) -> str:
        """Return what is wrong with the time since the last lap, "" if nothing."""
        now = time.perf_counter()
        took, self._began = now - self._began, now
        if took <= self._limit:
            self._others += took
            return ""
        # The mails before, since the processor was last asked, took no more than their time.
        worked = time.thread_time()
        took = worked - self._worked - self._others
        self._worked, self._others = worked, 0.0
        return f"reading it took {took:.1f} s" if took > self._limit else ""


class Reader:
    """Reads mails under one set of rules."""

    def __init__(self, rules: ReadingRules) -> None:
        """Take the rules."""
        self.rules = rules

    def read(
        self, mails: Iterable[RawMessage], since: datetime | None, now: datetime
    ) -> list[Reading]:
        """Read ``mails``, each in its place; whatever is wrong with one is its own trouble.

        ``since`` is the bound of their source, ``now`` the time; both are aware.
        """
        found: list[Reading] = []
        watch = _Stopwatch(self.rules.limits.message_seconds)
        for raw in mails:
            one = self._read_or_reason(raw, since, now)
            late = watch.lap()
            found.append(late if late and not isinstance(one, str) else one)
        return found

    def again(self, content: bytes) -> Message | None:
        """Read a stored mail; None where a version that accepted more has stored it."""
        try:
            return self._parse(content, self._matters)
        except MessageError:
            return None

    def _read_or_reason(self, raw: RawMessage, since: datetime | None, now: datetime) -> Reading:
        try:
            return self._read(raw, since, now)
        except MessageError as error:
            return str(error)
        # A mail that trips a parser must not keep the others from being read.
        except Exception as error:  # noqa: BLE001
            return f"reading it failed: {type(error).__name__}: {error}"[:1_000]

    def _parse(self, content: bytes, matters: Callable[[str], bool]) -> Message:
        return parse_message(content, self.rules.identity, self.rules.limits, matters)

    def _matters(self, text: str) -> bool:
        return not self.rules.patches_say_all or may_speak_of_model(text)

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
        reason = set_aside_reason(message, self.rules.repositories)
        if reason:
            return reason
        date = message.received_at or message.sent_at
        if date is None:
            return ""
        if since is not None and date < since - _SLACK:
            return f"older than {since:%Y-%m-%d}, when this source began"
        if self.rules.max_age is not None and now - date > self.rules.max_age + _SLACK:
            return f"older than {self.rules.max_age.days} days"
        return ""
