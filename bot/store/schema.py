# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables.  A change here needs a migration in ``migrations/versions``; a test compares both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

KEY_LENGTH = 300
"""Of Message-IDs and keys; longer ones are replaced by their hash (``messages.message_key``)."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware and in UTC in Python, naive UTC in every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take an aware time; a naive one is a mistake of the caller."""
        del dialect
        return None if value is None else _naive(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what SQLAlchemy binds a value with; for SQLite in a fifth of the time."""
        return _sqlite_time if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware time in UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class SafeText(TypeDecorator[str]):
    """Text that every database takes: strangers' NUL and lone surrogates become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what PostgreSQL or UTF-8 refuse."""
        del dialect
        return _safe(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None] | None:
        """Return what SQLAlchemy binds a value with: the databases' drivers take text as it is."""
        del dialect
        return _safe


def _naive(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a time zone must not be stored")
    return value.astimezone(UTC).replace(tzinfo=None)


def _sqlite_time(value: datetime | None) -> str | None:
    """Return a time in the form that SQLAlchemy gives times in SQLite."""
    if value is None:
        return None
    if value.tzinfo is UTC:  # as nearly all
        return value.isoformat(" ", "microseconds")[: -len("+00:00")]
    return _naive(value).isoformat(" ", "microseconds")


def _safe(value: str | None) -> str | None:
    if value is None or (value.isascii() and "\0" not in value):
        return value  # as nearly all
    return (
        value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def _key(name: str, **options: Any) -> Column[str]:  # noqa: ANN401  (Column's own options)
    return Column(name, String(KEY_LENGTH), **options)


def _time(name: str, *, nullable: bool = True) -> Column[datetime]:
    return Column(name, UtcDateTime(), nullable=nullable)


control = Table(
    "control",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    _time("at", nullable=False),
)
"""What holds across restarts and processes: the pause, the purpose of this database, locks."""

cursors = Table(
    "cursors",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("cursor", SafeText),
    _time("since"),
    _time("updated_at", nullable=False),
    _time("polled_at"),
)

closed_issues = Table(
    "closed_issues",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    _time("at", nullable=False),
    Column("location", SafeText, nullable=False),
)
"""Issues that a mail has closed, and where that mail is."""

messages = Table(
    "messages",
    metadata,
    _key("message_key", primary_key=True),
    Column("source", String(64), nullable=False),
    Column("location", SafeText, nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("author", SafeText, nullable=False),
    _key("author_email", nullable=False),
    Column("issue", Integer),
    _key("thread_root"),
    _time("dated_at"),
    _time("stored_at", nullable=False),
    _key("series_key"),
    Column("set_aside", SafeText, nullable=False),
    Column("content", LargeBinary),
    Index(None, "issue"),
    Index(None, "series_key"),
)
"""Every mail seen; ``content`` (zlib) only of those that belong to a series."""

kinship = Table(
    "kinship",
    metadata,
    Column("name_key", String(32), primary_key=True),
    _key("message_key", primary_key=True),
)
"""Names that a mail shares with others of its change (``bot/mail/kinship.py``), hashed."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("location", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    _time("kept_at", nullable=False),
    Column("content_key", String(64), nullable=False, unique=True, index=True),
    Column("content", LargeBinary),
)
"""Mails that could not be read, with the reason; ``content`` (zlib) of those not too long."""

series = Table(
    "series",
    metadata,
    _key("series_key", primary_key=True),
    _key("thread_key", nullable=False),
    Column("issue", Integer),
    Column("revision", Integer, nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("author", SafeText, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    _time("first_seen_at", nullable=False),
    _time("changed_at", nullable=False),
    _time("due_at", nullable=False),
    _key("claimed_by"),
    _time("claimed_until"),
    Column("attempts", Integer, nullable=False),
    Column("last_error", SafeText, nullable=False),
    Index(None, "state", "due_at"),
    Index(None, "thread_key"),
    Index(None, "issue"),
)

reports = Table(
    "reports",
    metadata,
    Column("report_id", Integer, primary_key=True),
    _key("series_key", nullable=False),
    _key("thread_key", nullable=False),
    _time("made_at", nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("document", JSON, nullable=False),
    Column("text", SafeText),
    Index(None, "series_key"),
    Index(None, "thread_key"),
)
"""``text`` is the report as a mail says it, where it says anything."""

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Integer, primary_key=True),
    _time("at", nullable=False),
    _key("series_key", nullable=False),
    _key("thread_key", nullable=False),
    Column("issue", Integer),
    Column("subject", SafeText, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("answer", Boolean, nullable=False),
    Column("hold", Boolean, nullable=False),
    Column("reason", SafeText, nullable=False),
    Index(None, "series_key"),
    Index(None, "issue"),
)

outbox = Table(
    "outbox",
    metadata,
    _key("message_id", primary_key=True),
    Column("kind", String(16), nullable=False),
    _key("thread_key", nullable=False),
    _key("series_key", nullable=False),
    Column("issue", Integer),
    Column("revision", Integer, nullable=False),
    Column("report_id", Integer),
    _key("person", nullable=False),
    Column("sender", SafeText, nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("remaining", JSON, nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("hold", String(16), nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("attempts", Integer, nullable=False),
    _time("created_at", nullable=False),
    _time("queued_at"),
    _time("due_at", nullable=False),
    _time("sent_at"),
    _key("claimed_by"),
    _time("claimed_until"),
    Index(None, "state", "due_at"),
    Index(None, "thread_key"),
    Index(None, "queued_at"),
    Index(None, "issue"),
)

transitions = Table(
    "transitions",
    metadata,
    Column("transition_id", Integer, primary_key=True),
    _key("message_id", nullable=False),
    _time("at", nullable=False),
    Column("state_before", String(16), nullable=False),
    Column("state_after", String(16), nullable=False),
    Column("reason", SafeText, nullable=False),
    Index(None, "message_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job", String(100), primary_key=True),
    _time("started_at"),
    _time("succeeded_at"),
    _time("failed_at"),
    Column("failures", Integer, nullable=False),
    Column("last_error", SafeText, nullable=False),
)
"""When each job of the service last ran, and how it ended."""

facts = Table(
    "facts",
    metadata,
    Column("fact_key", String(64), primary_key=True),
    Column("question", SafeText, nullable=False),
    Column("source", SafeText, nullable=False),
    Column("value", SafeText, nullable=False),
    Column("immutable", Boolean, nullable=False),
    _time("learnt_at", nullable=False),
    Index(None, "learnt_at"),
)
"""Answers of hosts (``bot/upstream/cache.py``); ``fact_key`` is the SHA-256 of the question."""

command_mails = Table(
    "command_mails",
    metadata,
    Column("mail_number", Integer, primary_key=True),
    Column("content_key", String(64), nullable=False, unique=True, index=True),
    _key("message_id", nullable=False),
    Column("source", String(64), nullable=False),
    _time("stored_at", nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("content", LargeBinary),
    Column("attempts", Integer, nullable=False),
    _key("asker", nullable=False),
    _key("asker_domain", nullable=False),
    Column("outcome", String(16), nullable=False),
    _time("done_at"),
    Index(None, "asker_domain", "done_at"),
)
"""Mails that may hold commands, each copy of its own; ``content`` (zlib) until it is done."""

accepted = Table(
    "accepted",
    metadata,
    Column("nonce_key", String(64), primary_key=True),
    _time("at", nullable=False),
)
"""Signatures that have been acted upon, hashed: each is good for one time."""

audit = Table(
    "audit",
    metadata,
    Column("entry", Integer, primary_key=True),
    _time("at", nullable=False),
    _key("message_id", nullable=False),
    Column("who", SafeText, nullable=False),
    Column("proof", SafeText, nullable=False),
    Column("command", SafeText, nullable=False),
    Column("issue", Integer),
    Column("outcome", String(16), nullable=False),
    Column("detail", SafeText, nullable=False),
    Index(None, "at"),
    Index(None, "issue"),
)
"""Every command that was asked for, and what became of it."""

waivers = Table(
    "waivers",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("code", String(100), primary_key=True),
    _key("package", primary_key=True),
    Column("reason", SafeText, nullable=False),
    Column("given_by", SafeText, nullable=False),
    _time("at", nullable=False),
)
"""Findings that a maintainer accepts; an empty ``package`` stands for all of the series."""

orders = Table(
    "orders",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("reason", SafeText, nullable=False),
    Column("given_by", SafeText, nullable=False),
    _time("at", nullable=False),
)
"""What maintainers have ordered for an issue: to ignore it, to mail nothing to it."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    _key("address", primary_key=True),
    Column("once", Boolean, nullable=False),
    _time("at", nullable=False),
)
"""Who is told by mail when the result of an issue changes; ``once``: at the next result."""

issue_links = Table(
    "issue_links",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("linked_to", Integer, nullable=False, index=True),
)
"""Issues that are about one change; ``linked_to`` is the lowest number of them."""
