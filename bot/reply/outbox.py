# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a mail in the outbox: its states, and which change of state is allowed.

A mail is written into the outbox in the transaction that settles what it answers, so it is
neither lost nor written twice.  Before it is handed to a server it is marked ``sending``.  A
process that dies then leaves the outcome unknown: the mail stays ``sending`` while the archive is
watched for its Message-ID, and only when that has not shown up in time is it sent again, with the
same Message-ID.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from bot.store.outbox import StoredMail, Transition, change_state, mail_by_id, note


class State(StrEnum):
    """Where a mail stands."""

    PENDING = "pending"
    """It may leave as soon as it is due."""
    HELD = "held"
    """It waits for a person, or until a limit allows it."""
    SENDING = "sending"
    """A process hands it to the server; or died doing so, and nobody knows what came of it."""
    SENT = "sent"
    """A server has taken it."""
    CONFIRMED = "confirmed"
    """It was seen in the archive."""
    FAILED = "failed"
    """It was refused for good."""
    CANCELLED = "cancelled"
    """It was rejected by a person, or a newer one took its place."""
    REHEARSED = "rehearsed"
    """Written by a dry run; it never leaves."""


ALLOWED: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.SENDING, State.HELD, State.CANCELLED, State.CONFIRMED}),
    State.HELD: frozenset({State.PENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.PENDING, State.FAILED, State.CONFIRMED}),
    State.SENT: frozenset({State.CONFIRMED, State.FAILED}),
    State.FAILED: frozenset({State.PENDING, State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset(),
    State.CANCELLED: frozenset(),
    State.REHEARSED: frozenset(),
}

SAID = frozenset({State.SENDING, State.SENT, State.CONFIRMED, State.REHEARSED})
"""States in which people have, or may have, read a mail."""
UNSAID = frozenset({State.PENDING, State.HELD})
"""States in which a mail can still be taken back."""


class OutboxError(ValueError):
    """What was asked for cannot be done with this mail; the message says why."""


def move(
    connection: Connection,
    mail: StoredMail,
    after: State,
    reason: str,
    now: datetime,
    **values: Any,  # noqa: ANN401  (columns of the outbox)
) -> bool:
    """Change the state of ``mail``; return False where another process changed it meanwhile."""
    before = State(mail.state)
    if after not in ALLOWED[before]:
        raise OutboxError(f"{mail.message_id} is {before} and cannot become {after}")
    change = Transition(mail.message_id, now, before, after, reason)
    return change_state(connection, change, values)


def approve(
    connection: Connection, message_id: str, reason: str, now: datetime, limit: str = ""
) -> None:
    """Let a held mail go; raises ``OutboxError`` where it is not held.

    With ``limit``, which says what limit on mail is reached, it goes as soon as that allows it.
    """
    mail = _in_state(connection, message_id, State.HELD)
    if limit:
        waits = Transition(mail.message_id, now, State.HELD, State.HELD, f"{reason}; held: {limit}")
        change_state(connection, waits, {"hold": "limit"})
        return
    move(connection, mail, State.PENDING, reason, now, hold="", queued_at=now, due_at=now)


def reject(connection: Connection, message_id: str, reason: str, now: datetime) -> None:
    """Take a mail back for good; raises ``OutboxError`` where it is neither held nor failed."""
    mail = _in_state(connection, message_id, State.HELD, State.FAILED)
    # The mark stays: what a person rejected is not written again as long as it says the same.
    move(connection, mail, State.CANCELLED, reason, now, hold="rejected")


def requeue(connection: Connection, message_id: str, reason: str, now: datetime) -> None:
    """Try a failed mail again; raises ``OutboxError`` where it has not failed."""
    mail = _in_state(connection, message_id, State.FAILED)
    left = list(mail.remaining or mail.recipients)
    again = {"attempts": 0, "queued_at": now, "due_at": now, "remaining": left}
    move(connection, mail, State.PENDING, reason, now, **again)


def confirm(connection: Connection, message_id: str, where: str, now: datetime) -> bool:
    """Note that a mail was seen in the archive; return whether that was news.

    That also settles one whose sending was cut off, and one that waits to be sent again.
    """
    mail = mail_by_id(connection, message_id)
    if mail is None or State.CONFIRMED not in ALLOWED[State(mail.state)]:
        return False
    freed: dict[str, Any] = {"claimed_by": None, "claimed_until": None, "remaining": []}
    sent_at = mail.sent_at or now
    return move(
        connection, mail, State.CONFIRMED, f"seen in {where}", now, sent_at=sent_at, **freed
    )


def bounced(
    connection: Connection, message_id: str, recipients: Collection[str], reason: str, now: datetime
) -> bool:
    """Note that ``recipients`` were not reached; return whether that was news about a known mail.

    The mail has failed where nobody is left who got it.  What the archive has shown was read.
    """
    mail = mail_by_id(connection, message_id)
    if mail is None or mail.state not in (State.SENT, State.SENDING, State.CONFIRMED):
        return False
    reached = [one for one in mail.recipients if one.lower() not in recipients]
    if reached or mail.state == State.CONFIRMED:
        note(connection, mail, f"bounced: {reason}", now)
        return True
    return move(connection, mail, State.FAILED, f"bounced: {reason}", now)


def _in_state(connection: Connection, message_id: str, *states: State) -> StoredMail:
    mail = mail_by_id(connection, message_id.strip("<> "))
    if mail is None:
        raise OutboxError(f"there is no mail {message_id} in the outbox")
    if mail.state not in states:
        raise OutboxError(f"{mail.message_id} is {mail.state}, not {' or '.join(states)}")
    return mail
