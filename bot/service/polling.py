# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a source into the store: each batch and its cursor in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.collecting import collect_seldom
from bot.mail.message import Origin
from bot.mail.series import Series
from bot.reply.outbox import bounced, confirm
from bot.service.bounces import read_bounce
from bot.service.intake import NOTHING_SAID, PollRules, left_alone, sorted_out, stored_form
from bot.service.notices import tell_operator
from bot.service.outcome import LeftAlone, PollOutcome
from bot.service.read_ahead import read_ahead
from bot.service.reading import Reader, Reading, ReadMail
from bot.service.reading_ahead import reading_ahead
from bot.service.regrouping import Regrouping
from bot.service.screening import without_unrelated
from bot.sources.interface import Batch, RawMessage, Source
from bot.steering.addressing import may_hold_commands
from bot.store.claims import claim_source, release_source
from bot.store.command_mails import keep_command_mail
from bot.store.cursors import CursorMovedError, StoredCursor, move_cursor, note_polled, open_cursor
from bot.store.database import Database
from bot.store.issues import close_issue
from bot.store.messages import add_messages
from bot.store.quarantine import (
    BrokenMail,
    QuarantinedMail,
    keep_aside,
    let_out,
    still_broken,
)

_log = logging.getLogger("weighbridge.poll")
_LEASE = timedelta(minutes=10)
"""For reading one batch."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a batch taught."""

    new: list[ReadMail]
    settled: list[Series]
    """New series that need no triage."""


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
        self._reader = Reader(rules.reading)
        self._regrouping = Regrouping(rules, self._reader)

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

    def retry(self, mail: QuarantinedMail) -> str:
        """Read a mail again that was kept aside; return why it cannot be read, "" if it can."""
        if mail.content is None:
            return mail.reason
        now = self._clock()
        raw = RawMessage(mail.content, mail.location)
        with self._database.writing() as connection:
            since = open_cursor(connection, mail.source, None, now).since
        read, broken = sorted_out(mail.source, [raw], self._reader.read([raw], since, now))
        with self._database.writing() as connection:
            for one in broken:
                still_broken(connection, mail.quarantine_id, one.reason)
            if read:
                self._keep(connection, mail.source, read, now)
                let_out(connection, [mail.quarantine_id])
        return broken[0].reason if broken else ""

    def _read_on(
        self, source: Source, start: StoredCursor, began: datetime, stopping: Callable[[], bool]
    ) -> PollOutcome:
        collect_seldom()
        outcome, cursor = PollOutcome(), start.cursor
        with (
            read_ahead(source.fetch(cursor)) as fetched,
            reading_ahead(fetched, self._reader, start.since, self._clock) as batches,
        ):
            for batch, readings in batches:
                try:
                    outcome += self._take(replace(start, cursor=cursor), batch, readings)
                except CursorMovedError:  # this process was taken for dead
                    _log.warning("another process reads the source", extra={"source": source.name})
                    return outcome
                cursor = batch.cursor
                if stopping():
                    return outcome
        with self._database.writing() as connection:
            note_polled(connection, source.name, began)
        return outcome

    def _take(self, start: StoredCursor, batch: Batch, readings: Sequence[Reading]) -> PollOutcome:
        """Store one batch and move the cursor, both or neither."""
        now, source = self._clock(), start.source
        read, broken = sorted_out(source, batch.messages, readings)
        broken += [BrokenMail(source, place, reason, None) for place, reason in batch.skipped]
        # What a power cut undoes is read again: the cursor goes with it.
        with self._database.writing(durable=False) as connection:
            kept = self._keep(connection, source, read, now)
            for mail in broken:
                keep_aside(connection, mail, now)
            move_cursor(connection, source, start.cursor, batch.cursor, now)
            claim_source(connection, source, self._worker, now, _LEASE)
        return self._told(kept, broken, len(read))

    def _keep(
        self, connection: Connection, source: str, read: Sequence[ReadMail], now: datetime
    ) -> _Kept:
        """Store mails and the series that they make."""
        for one in read:
            self._note_news(connection, source, one, now)
        screened = without_unrelated(connection, read)
        taught = add_messages(connection, [stored_form(source, one) for one in screened], now)
        new = [one for one in screened if one.message.message_id in taught]
        settled = self._regrouping.put(connection, [one for one in new if not one.set_aside], now)
        return _Kept(new, settled)

    def _told(self, kept: _Kept, broken: Sequence[BrokenMail], count: int) -> PollOutcome:
        """Log what was left alone, and return what the batch came to."""
        aside = tuple(left_alone(one) for one in kept.new if one.set_aside)
        aside += tuple(_series_left_alone(one) for one in kept.settled)
        for one in aside if _log.isEnabledFor(logging.INFO) else ():
            extra = {"message_id": one.message_id, "issue": one.issue, "reason": one.reason}
            _log.info("mail left alone", extra=extra)
        for mail in broken:
            extra = {"location": mail.location, "reason": mail.reason}
            _log.warning("mail cannot be read", extra=extra)
        return PollOutcome(
            left_alone=aside,
            unreadable=tuple((mail.location, mail.reason) for mail in broken),
            messages=count + len(broken),
            copies=count - len({one.message.message_id for one in kept.new}),
        )

    def _note_news(
        self, connection: Connection, source: str, read: ReadMail, now: datetime
    ) -> None:
        """Take note of what a mail says of mails of the bot and of issues."""
        message = read.message
        if message.origin is Origin.OWN and confirm(connection, message.message_id, source, now):
            _log.info("mail confirmed", extra={"message_id": message.message_id, "source": source})
        if message.origin is Origin.AUTOMATIC:
            self._note_bounce(connection, read.raw, now)
        if self._holds_commands(read):
            keep_command_mail(connection, message.message_id, source, read.raw.content, now)
        for issue in message.closes:
            if close_issue(connection, issue, read.raw.location, now):
                _log.info("issue closed", extra={"issue": issue, "location": read.raw.location})

    def _holds_commands(self, read: ReadMail) -> bool:
        rules = self._rules
        return bool(rules.commands_name) and may_hold_commands(
            read.message, read.raw.content, rules.commands_name, rules.identity, rules.limits
        )

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


def _series_left_alone(series: Series) -> LeftAlone:
    return LeftAlone(
        subject=series.subject,
        author=str(series.author),
        issue=series.issue,
        message_id=series.members[0].message_id,
        location="",
        reason=NOTHING_SAID,
    )
