# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a source into the store: each batch and its cursor in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.eligibility import set_aside_reason
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message, Origin
from bot.mail.parse import parse_message
from bot.mail.partition import thread_root
from bot.mail.series import Series
from bot.reply.compose import Letterhead
from bot.reply.decide import date_of
from bot.reply.outbox import bounced, confirm
from bot.service.bounces import read_bounce
from bot.service.closing import issues_closed_by
from bot.service.notices import tell_operator
from bot.service.outcome import LeftAlone, PollOutcome
from bot.sources.interface import Batch, RawMessage, Source
from bot.store.claims import claim_source, release_source
from bot.store.cursors import CursorMovedError, StoredCursor, move_cursor, note_polled, open_cursor
from bot.store.database import Database
from bot.store.issues import close_issue
from bot.store.messages import (
    StoredMessage,
    add_message,
    assign_series,
    contents_of,
    message_key,
    related_messages,
)
from bot.store.series import StoredSeries, changed, join_series

_log = logging.getLogger("weighbridge.poll")
_LEASE = timedelta(minutes=10)
"""For reading one batch."""
_SLACK = timedelta(days=7)
"""Members of a series may be this much older than the others and still be read."""


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
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail, read and screened."""

    raw: RawMessage
    message: Message
    set_aside: str


class Poller:
    """Reads sources into one store."""

    def __init__(
        self, database: Database, rules: PollRules, clock: Callable[[], datetime], worker: str
    ) -> None:
        """Take the store, the rules and the clock; ``worker`` names this process."""
        self._worker = worker
        self._database = database
        self._rules = rules
        self._clock = clock
        self._remembered: dict[str, Message] = {}

    def poll(
        self,
        source: Source,
        since: datetime | None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> PollOutcome:
        """Read what is new in ``source``; ``since`` counts on the very first poll of it.

        Raises ``SourceError`` and ``StoreError``; what was read until then is kept.
        """
        began = self._clock()
        with self._database.writing() as connection:
            start = open_cursor(connection, source.name, since, began)
            mine = claim_source(connection, source.name, self._worker, began, _LEASE)
        if not mine:
            _log.debug("another process reads the source", extra={"source": source.name})
            return PollOutcome()
        try:
            return self._read_on(source, start, began, stopping)
        finally:
            with self._database.writing() as connection:
                release_source(connection, source.name, self._worker)

    def _read_on(
        self, source: Source, start: StoredCursor, began: datetime, stopping: Callable[[], bool]
    ) -> PollOutcome:
        outcome, cursor = PollOutcome(), start.cursor
        for batch in source.fetch(cursor):
            try:
                outcome += self._take(source.name, batch, replace(start, cursor=cursor))
            except CursorMovedError:  # this process was taken for dead
                _log.warning("another process reads the source", extra={"source": source.name})
                return outcome
            cursor = batch.cursor
            if stopping():
                return outcome
        with self._database.writing() as connection:
            note_polled(connection, source.name, began)
        return outcome

    def _take(self, source: str, batch: Batch, start: StoredCursor) -> PollOutcome:
        """Store one batch and move the cursor, both or neither."""
        now = self._clock()
        read, unreadable = self._read(batch.messages, start.since, now)
        with self._database.writing() as connection:
            new = [one for one in read if self._store(connection, source, one, now)]
            self._regroup(connection, source, [one for one in new if not one.set_aside], now)
            move_cursor(connection, source, start.cursor, batch.cursor, now)
            claim_source(connection, source, self._worker, now, _LEASE)
        aside = tuple(_left_alone(one) for one in new if one.set_aside)
        for one in aside:
            extra = {"message_id": one.message_id, "issue": one.issue, "reason": one.reason}
            _log.info("mail left alone", extra=extra)
        unreadable += batch.skipped
        for location, reason in unreadable:
            _log.warning("mail cannot be read", extra={"location": location, "reason": reason})
        return PollOutcome(
            left_alone=aside,
            unreadable=unreadable,
            messages=len(batch.messages) + len(batch.skipped),
            copies=len(read) - len(new),
        )

    def _read(
        self, messages: Iterable[RawMessage], since: datetime | None, now: datetime
    ) -> tuple[list[_Read], tuple[tuple[str, str], ...]]:
        read: list[_Read] = []
        unreadable: list[tuple[str, str]] = []
        for raw in messages:
            try:
                message = parse_message(raw.content, self._rules.identity, self._rules.limits)
            except MessageError as error:
                unreadable.append((raw.location, str(error)))
                continue
            read.append(_Read(raw, message, self._set_aside(message, since, now)))
        return read, tuple(unreadable)

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

    def _store(self, connection: Connection, source: str, read: _Read, now: datetime) -> bool:
        message = read.message
        if message.origin is Origin.OWN and confirm(connection, message.message_id, source, now):
            _log.info("mail confirmed", extra={"message_id": message.message_id, "source": source})
        if message.origin is Origin.AUTOMATIC:
            self._note_bounce(connection, read.raw, now)
        for issue in self._closed_by(read.raw):
            if close_issue(connection, issue, read.raw.location, now):
                _log.info("issue closed", extra={"issue": issue, "location": read.raw.location})
        return add_message(connection, _stored(source, read), now)

    def _closed_by(self, raw: RawMessage) -> frozenset[int]:
        return issues_closed_by(raw.content, self._rules.identity, self._rules.limits)

    def _note_bounce(self, connection: Connection, raw: RawMessage, now: datetime) -> None:
        prefix = self._rules.identity.message_id_prefix
        bounce = read_bounce(raw.content, prefix, self._rules.limits)
        if bounce is None:
            return
        if bounced(connection, bounce.message_id, bounce.recipients, bounce.reason, now):
            extra = {"message_id": bounce.message_id, "reason": bounce.reason}
            _log.warning("mail bounced", extra=extra)
            text = f"<{bounce.message_id}> came back:\n\n{bounce.reason}\n"
            tell_operator(connection, self._rules.letterhead, "mail bounced", text, now)

    def _regroup(
        self, connection: Connection, source: str, new: Sequence[_Read], now: datetime
    ) -> None:
        """Find the series that the new mails belong to, old members included."""
        if not new:
            return
        ids = {one.message.message_id for one in new}
        related = related_messages(connection, [_stored(source, one) for one in new])
        for series in group_series(self._parsed(connection, related)):
            members = {member.message_id for member in series.members}
            if members & ids:
                self._note_series(connection, series, now)

    def _parsed(self, connection: Connection, keys: Sequence[str]) -> list[Message]:
        """Read stored mails again; those of the batches before are remembered."""
        remembered = self._remembered  # several sources may be read at once
        missing = [key for key in keys if key not in remembered]
        found = {key: remembered[key] for key in keys if key in remembered}
        for key, content in contents_of(connection, missing):
            try:
                found[key] = parse_message(content, self._rules.identity, self._rules.limits)
            except MessageError:  # a version that accepted more has stored it
                continue
        self._remembered = found
        return list(found.values())

    def _note_series(self, connection: Connection, series: Series, now: datetime) -> None:
        names = [message_key(name) for name in (series.key, *series.aliases)]
        threads = [message_key(name) for name in (series.thread_key, *series.thread_aliases)]
        key, thread_key = join_series(connection, names, threads)
        ids = [member.message_id for member in series.members]
        assign_series(connection, ids, key)
        stored = StoredSeries(
            series_key=key,
            thread_key=thread_key,
            issue=series.issue,
            revision=series.revision,
            subject=series.subject,
            author=str(series.author),
            due_at=self._due_at(series, now),
        )
        changed(connection, stored, now)

    def _due_at(self, series: Series, now: datetime) -> datetime:
        """Return when a series has been quiet long enough; an absurd date counts as now."""
        wait = self._rules.settle_incomplete if series.missing else self._rules.settle
        date = date_of(series)
        return (min(date, now) if date else now) + wait


def _left_alone(read: _Read) -> LeftAlone:
    message = read.message
    return LeftAlone(
        subject=message.subject,
        author=str(message.author),
        issue=message.issue,
        message_id=message.message_id,
        location=read.raw.location,
        reason=read.set_aside,
    )


def _stored(source: str, read: _Read) -> StoredMessage:
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
