# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that may hold commands: stored with the batch they came in, until they are dealt with.

Each copy of a mail is a row of its own.  The copy that came through a list proves nothing about its
sender where the one that came straight to the bot does, and either may be the first to come.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from bot.store.database import insert_if_absent, insert_if_new
from bot.store.messages import message_key
from bot.store.schema import accepted, command_mails

_WAITING, _DONE = "waiting", "done"


@dataclass(frozen=True, slots=True)
class CommandMail:
    """One copy of a mail that may hold commands."""

    mail_number: int
    source: str
    content: bytes
    stored_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class AskerTraffic:
    """How many mails of the last day got an answer of one kind."""

    of_sender: int
    of_domain: int


def keep_command_mail(
    connection: Connection, message_id: str, source: str, content: bytes, now: datetime
) -> bool:
    """Store a mail until it is dealt with; return False where this very copy is known."""
    values = {
        "content_key": hashlib.sha256(content).hexdigest(),
        "message_id": message_key(message_id),
        "source": source,
        "stored_at": now,
        "state": _WAITING,
        "content": zlib.compress(content, 3),
        "attempts": 0,
        "asker": "",
        "asker_domain": "",
        "outcome": "",
    }
    return insert_if_new(connection, command_mails, values, command_mails.c.content_key)


def next_command_mail(connection: Connection, after: int = 0) -> CommandMail | None:
    """Return the mail that waits longest of those with a number above ``after``."""
    row = connection.execute(
        select(command_mails)
        .where(command_mails.c.state == _WAITING, command_mails.c.mail_number > after)
        .order_by(command_mails.c.mail_number)
        .limit(1)
    ).first()
    if row is None:
        return None
    content = zlib.decompress(row.content)
    return CommandMail(row.mail_number, row.source, content, row.stored_at, row.attempts)


def still_waits(connection: Connection, mail: CommandMail) -> bool:
    """Take a mail for this transaction; return False where another has dealt with it."""
    statement = (
        select(command_mails.c.mail_number)
        .where(command_mails.c.mail_number == mail.mail_number, command_mails.c.state == _WAITING)
        .with_for_update()
    )
    return connection.execute(statement).first() is not None


def note_attempt(connection: Connection, mail: CommandMail) -> None:
    """Count an attempt that failed; the mail goes on waiting."""
    connection.execute(
        update(command_mails)
        .where(command_mails.c.mail_number == mail.mail_number)
        .values(attempts=command_mails.c.attempts + 1)
    )


def end_command_mail(
    connection: Connection, mail: CommandMail, asker: str, outcome: str, now: datetime
) -> None:
    """Note what became of a mail, and forget its bytes; ``asker`` is the proven address, or ""."""
    connection.execute(
        update(command_mails)
        .where(command_mails.c.mail_number == mail.mail_number)
        .values(
            state=_DONE,
            content=None,
            asker=message_key(asker.lower()),
            asker_domain=message_key(asker.lower().rpartition("@")[2]),
            outcome=outcome,
            done_at=now,
        )
    )


def answered_lately(
    connection: Connection, asker: str, outcome: str, now: datetime
) -> AskerTraffic:
    """Count the mails of ``asker``, and of everybody at that domain, that ended in ``outcome`` in
    the last day."""

    def count(column: str, value: str) -> int:
        statement = select(func.count()).where(
            command_mails.c[column] == message_key(value),
            command_mails.c.outcome == outcome,
            command_mails.c.done_at > now - timedelta(days=1),
        )
        return connection.execute(statement).scalar_one()

    address = asker.lower()
    return AskerTraffic(
        of_sender=count("asker", address),
        of_domain=count("asker_domain", address.rpartition("@")[2]),
    )


def accept_once(connection: Connection, nonce: str, now: datetime) -> bool:
    """Note that what bears ``nonce`` is acted upon; return False where it was before."""
    key = hashlib.sha256(nonce.encode("utf-8", "replace")).hexdigest()
    return insert_if_absent(connection, accepted, {"nonce_key": key, "at": now})


def count_waiting_commands(connection: Connection) -> int:
    """Return how many mails with commands wait."""
    statement = select(func.count()).where(command_mails.c.state == _WAITING)
    return connection.execute(statement).scalar_one()


def forget_command_mails(connection: Connection, before: datetime) -> int:
    """Drop what was dealt with, and accepted, before ``before``; return how many mails.

    ``before`` must lie further back than the window in which a signature is accepted.
    """
    connection.execute(delete(accepted).where(accepted.c.at < before))
    statement = delete(command_mails).where(
        command_mails.c.state == _DONE, command_mails.c.stored_at < before
    )
    return connection.execute(statement).rowcount
