# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the stored mails of a series again, and makes the series of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.limits import Limits
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.parse import parse_message
from bot.mail.reroll import may_be_partial, with_carried_over
from bot.mail.series import Series
from bot.store.database import Database
from bot.store.messages import contents_before, contents_of_series
from bot.store.series import StoredSeries


class UnusableSeriesError(RuntimeError):
    """What is stored of a series makes no series."""


class SeriesLoader:
    """Loads series from one store."""

    def __init__(
        self,
        database: Database,
        identity: OwnIdentity,
        limits: Limits,
        matters: Callable[[str], bool],
    ) -> None:
        """Take the store, and what mails are read with (see ``parse_message``)."""
        self._database = database
        self._identity = identity
        self._limits = limits
        self._matters = matters

    def load(self, stored: StoredSeries) -> Series:
        """Return the series under its stored names; raises ``UnusableSeriesError``."""
        with self._database.reading() as connection:
            contents = contents_of_series(connection, stored.series_key)
        found = group_series(self._parsed(content for _, content in contents))
        if not found:
            raise UnusableSeriesError("its mails cannot be read any more")
        series = max(found, key=lambda one: len(one.members))
        return replace(series, key=stored.series_key, thread_key=stored.thread_key)

    def with_what_stands(self, stored: StoredSeries, series: Series) -> Series:
        """Return ``series`` with what a partial reroll leaves standing of earlier revisions."""
        if not may_be_partial(series):
            return series
        with self._database.reading() as connection:
            contents = contents_before(connection, stored.thread_key, series.revision)
        earlier = group_series(self._parsed(contents))
        thread = [replace(one, thread_key=series.thread_key) for one in earlier]
        return with_carried_over(series, thread)

    def _parsed(self, contents: Iterable[bytes]) -> Iterable[Message]:
        for content in contents:
            try:
                yield parse_message(content, self._identity, self._limits, self._matters)
            except MessageError:  # a version that accepted more has stored it
                continue
