# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries everything that the configuration names, and says what to fix."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config, ConfigError, Mode, SourceKind, SourceSettings
from bot.reply.signing import SigningError
from bot.reply.sink import Sink, SinkUnavailableError
from bot.service.dns_records import Record, sender_records
from bot.service.steering_examination import steering_records
from bot.service.wiring import make_sink, make_source, open_triage
from bot.sources.interface import SourceError
from bot.sources.server_clock import server_time
from bot.store.database import Database, StoreError
from bot.store.migrate import check, current_revision

_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Examination:
    """One thing that was tried."""

    name: str
    """``database``, ``source yhetil`` …"""
    ok: bool | None
    """None: it could not be found out, or does not apply."""
    detail: str
    """What was found, and where it is wrong, what to do."""
    later: bool = False
    """Whether it has to be mended before the bot may send, and until then hurts nobody."""


def examine(
    config: Config, now: datetime, lookup: Callable[[str], list[str]] | None = None
) -> Iterator[Examination]:
    """Yield what was found of each part, as it is tried.  Sends nothing and changes nothing.

    ``lookup`` is asked for DNS records in the resolver's place (see ``sender_records``).
    """
    yield _tried("policy and tree", lambda: _triage(config))
    yield _tried("data directory", lambda: _directory(config))
    yield _tried("database", lambda: _database(config))
    if not config.sources:
        yield Examination("sources", False, "there is none: add a [[sources]] table")
    for source in config.sources:
        yield _tried(f"source {source.name}", lambda: _source(source, now))  # noqa: B023
    yield _tried("clock", lambda: _clock(config, now))
    yield _delivery(config)
    yield from (_of_sender(record, config.mode) for record in sender_records(config, lookup))
    yield from (Examination(*record) for record in steering_records(config, now))


def _tried(name: str, attempt: Callable[[], str]) -> Examination:
    try:
        found = attempt()
    except ConfigError as error:
        return Examination(name, False, " ".join("; ".join(error.mistakes).split()))
    except (StoreError, SourceError, OSError) as error:
        return Examination(name, False, " ".join(str(error).split()))
    return Examination(name, None if found.startswith("not ") else True, found)


def _triage(config: Config) -> str:
    opened: AbstractContextManager[object] = open_triage(config)
    with opened:
        tree = f"; tree {config.guix_repo}" if config.guix_repo else "; no tree configured"
        return f"policy {config.policy}{tree}"


def _directory(config: Config) -> str:
    path = config.data_directory
    there = next(one for one in (path, *path.parents) if os.path.lexists(one))
    if not there.is_dir():
        raise ConfigError("data_directory", (f"{there} is no directory: name another one",))
    if not os.access(there, os.W_OK | os.X_OK):
        mistake = f"{there} cannot be written: give it to this account"
        raise ConfigError("data_directory", (mistake,))
    return str(path) if there == path else f"not there yet: {path} is made on the first start"


def _database(config: Config) -> str:
    dry = config.mode is Mode.DRY_RUN
    if (dry or config.database is None) and not config.data_directory.exists():
        # To open it would make the directory, and for the account that the doctor runs as.
        return "not there yet: it is made on the first start"
    database = Database(config.dry_run_database_url if dry else config.database_url)
    try:
        if database.is_sqlite and not os.path.exists(database.url.database or ""):  # noqa: PTH110
            return f"not there yet: {database.name} is made on the first start"
        if current_revision(database) is None:
            return f"not set up yet: {database.name} is prepared on the first start"
        problems = check(database)
        if problems:
            raise StoreError("; ".join(problems))
        return database.name
    finally:
        database.close()


def _source(settings: SourceSettings, now: datetime) -> str:
    source = make_source(settings, now)
    batch = next(iter(source.fetch(None)), None)
    found = len(batch.messages) if batch else 0
    place = settings.place
    return (
        f"{place} answers"
        if settings.kind is SourceKind.PUBLIC_INBOX
        else (f"{place}: at least {found} mails")
    )


def _clock(config: Config, now: datetime) -> str:
    """Compare with the first archive that is asked over HTTP."""
    urls = [source.url for source in config.sources if source.url]
    if not urls:
        return "not compared: no source is asked over HTTP"
    try:
        theirs = server_time(urls[0])
    except SourceError:  # told with the source itself
        return f"not compared: {urls[0]} does not answer"
    if theirs is None:
        return f"not compared: {urls[0]} tells no time"
    difference = abs(now - theirs)
    if difference > _CLOCK_TOLERANCE:
        advice = "let NTP set the clock of this machine"
        mistake = f"it differs from that of {urls[0]} by {difference}: {advice}"
        raise ConfigError("clock", (mistake,))
    return f"agrees with {urls[0]}"


def _delivery(config: Config) -> Examination:
    if config.mode is Mode.DRY_RUN:
        return Examination("delivery", None, 'nothing is sent in mode "dry-run"')
    try:
        sink = make_sink(config)
        if sink is None:
            return Examination("delivery", False, "no sink is configured: add an [smtp] table")
        asyncio.run(_open(sink))
    except (SinkUnavailableError, SigningError, ConfigError, OSError) as error:
        return Examination("delivery", False, str(error))
    place = f"{config.smtp.host}:{config.smtp.port}" if config.smtp else str(config.delivery.path)
    return Examination("delivery", True, f"{place} can be used")


def _of_sender(record: Record, mode: Mode) -> Examination:
    """Receivers judge by these records what is sent, and a dry run sends nothing."""
    name, ok, detail = record
    if ok is False and mode is Mode.DRY_RUN:
        return Examination(name, None, f"{detail}, before anything is sent", later=True)
    return Examination(name, ok, detail)


async def _open(sink: Sink) -> None:
    async with sink.session():
        pass
