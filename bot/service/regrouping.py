# SPDX-License-Identifier: GPL-3.0-or-later
"""Which series the new mails of a batch belong to, old members included.

Everything is looked up and stored for the whole batch at once.  A new series that is whole and
cannot concern a model is settled here and now; all others wait to be triaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.series import Series
from bot.reply.decide import date_of
from bot.service.intake import NOTHING_SAID, PollRules
from bot.service.reading import Reader, ReadMail
from bot.store.kinship import add_names, related_messages
from bot.store.messages import assign_each, contents_of, message_key
from bot.store.orders import all_linked, has_links
from bot.store.reports import StoredDecision, add_decisions
from bot.store.series import (
    DONE,
    WAITING,
    StoredSeries,
    add_series,
    changed,
    join_series,
    known_keys,
    threads_of_issues,
)


class Regrouping:
    """Puts new mails into series; the mails of the batch before are remembered."""

    def __init__(self, rules: PollRules, reader: Reader) -> None:
        """Take the rules and what reads stored mails again."""
        self._rules = rules
        self._reader = reader
        self._remembered: dict[str, Message] = {}

    def put(self, connection: Connection, new: Sequence[ReadMail], now: datetime) -> list[Series]:
        """Store the series of ``new``, which are stored; return those that need no triage."""
        if not new:
            return []
        names = {one.message.message_id: one.names for one in new}
        related = related_messages(connection, {name for own in names.values() for name in own})
        add_names(connection, names)
        found = [
            series
            for series in group_series(self._messages(connection, new, related))
            if any(member.message_id in names for member in series.members)
        ]
        quiet = {one.message.message_id for one in new if not one.promising}
        return self._store(connection, found, quiet, now)

    def _messages(
        self, connection: Connection, new: Sequence[ReadMail], related: Sequence[str]
    ) -> list[Message]:
        """Return the new mails and those that are related to them, read again where need be."""
        remembered = self._remembered  # several sources may be read at once
        fresh = {message_key(one.message.message_id): one.message for one in new}
        known = {key: remembered[key] for key in related if key in remembered and key not in fresh}
        missing = [key for key in related if key not in fresh and key not in known]
        for key, content in contents_of(connection, missing):
            if message := self._reader.again(content):
                known[key] = message
        self._remembered = {**known, **fresh}
        return [*known.values(), *(one.message for one in new)]

    def _store(
        self, connection: Connection, found: Sequence[Series], quiet: Collection[str], now: datetime
    ) -> list[Series]:
        found = _with_linked_threads(connection, found)
        names = {message_key(name) for one in found for name in (one.key, *one.aliases)}
        threads = {
            message_key(name) for one in found for name in (one.thread_key, *one.thread_aliases)
        }
        known = known_keys(connection, names, threads)
        fresh = [one for one in found if known.isdisjoint(map(message_key, _all_keys(one)))]
        settled = _settled(fresh, quiet)
        states = [DONE if one.key in settled else WAITING for one in fresh]
        stored = [
            self._stored(one, one.key, one.thread_key, state, now)
            for one, state in zip(fresh, states, strict=True)
        ]
        add_series(connection, stored, now)
        add_decisions(connection, [self._silent(s, now) for s in stored if s.state == DONE])
        keys = {member.message_id: one.key for one in fresh for member in one.members}
        taken = {id(one) for one in fresh}
        for one in found:
            if id(one) not in taken:
                keys |= dict.fromkeys(_ids(one), self._join(connection, one, now))
        assign_each(connection, keys)
        return [one for one in fresh if one.key in settled]

    def _join(self, connection: Connection, series: Series, now: datetime) -> str:
        """Store a series of which something is stored already; return its key."""
        names = [message_key(name) for name in (series.key, *series.aliases)]
        threads = [message_key(name) for name in (series.thread_key, *series.thread_aliases)]
        key, thread_key = join_series(connection, names, threads)
        changed(connection, self._stored(series, key, thread_key, WAITING, now), now)
        return key

    def _stored(
        self, series: Series, key: str, thread_key: str, state: str, now: datetime
    ) -> StoredSeries:
        return StoredSeries(
            series_key=message_key(key),
            thread_key=message_key(thread_key),
            issue=series.issue,
            revision=series.revision,
            subject=series.subject,
            author=str(series.author),
            due_at=self._due_at(series, now),
            state=state,
        )

    def _due_at(self, series: Series, now: datetime) -> datetime:
        """Return when a series has been quiet long enough; an absurd date counts as now."""
        wait = self._rules.settle_incomplete if series.missing else self._rules.settle
        date = date_of(series)
        return (min(date, now) if date else now) + wait

    def _silent(self, series: StoredSeries, now: datetime) -> StoredDecision:
        return StoredDecision(
            at=now,
            series_key=series.series_key,
            thread_key=series.thread_key,
            issue=series.issue,
            subject=series.subject,
            mode=self._rules.mode,
            answer=False,
            hold=False,
            reason=NOTHING_SAID,
        )


def _with_linked_threads(connection: Connection, found: Sequence[Series]) -> Sequence[Series]:
    """Return the series with the threads of the issues that a maintainer has linked with theirs."""
    if not has_links(connection):
        return found  # as nearly always

    def threads(one: Series) -> tuple[str, ...]:
        return threads_of_issues(connection, all_linked(connection, one.issues))

    return [replace(one, thread_aliases=(*one.thread_aliases, *threads(one))) for one in found]


def _settled(fresh: Sequence[Series], quiet: Collection[str]) -> set[str]:
    """Return the keys of new series of which nothing can come: whole, and of no model.

    Of a change that has several revisions here all are triaged: the last supersedes the others.
    """
    threads = Counter(one.thread_key for one in fresh)
    return {
        one.key
        for one in fresh
        if not one.missing
        and threads[one.thread_key] == 1
        and all(member.message_id in quiet for member in one.members)
    }


def _all_keys(series: Series) -> tuple[str, ...]:
    return (
        series.key,
        series.thread_key,
        *series.aliases,
        *series.thread_aliases,
    )


def _ids(series: Series) -> list[str]:
    return [member.message_id for member in series.members]
