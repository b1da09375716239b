# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a mail to one person: an answer to commands, or news that were subscribed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from bot.mail.message import Message
from bot.reply.compose import (
    Letterhead,
    assemble,
    automatic_fields,
    may_be_mailed,
    message_id_from,
    references,
    reply_subject,
)
from bot.reply.headers import identifier_field, mailbox_field, plain_line, text_field
from bot.reply.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to whom."""

    recipient: str
    subject: str
    text: str
    seed: str
    """What the Message-ID is derived from: the same for the same letter, never for another."""
    mark: str
    """What ``X-Weighbridge`` says of it, behind the version."""
    answers: Message | None = None
    """The mail that it answers; None where it answers none."""
    copy_to: str = ""
    """The thread's address, where the others in it must know."""


def compose_letter(letter: Letter, letterhead: Letterhead, now: datetime) -> Outgoing:
    """Write the mail; raises ``ValueError`` where its recipient may not be mailed to."""
    if not may_be_mailed(letter.recipient, letterhead):
        raise ValueError(f"not an address to answer to: {letter.recipient!r:.100}")
    message_id = message_id_from(letter.seed, 0, letterhead)
    parent = letter.answers
    subject = reply_subject(letter.subject) if parent else letter.subject
    fields = [
        mailbox_field("From", [(letterhead.name, letterhead.address)]),
        mailbox_field("To", [("", letter.recipient)]),
        mailbox_field("Cc", [("", letter.copy_to)]) if letter.copy_to else "",
        text_field("Subject", subject),
        f"Date: {format_datetime(now)}",
        identifier_field("Message-ID", [message_id]),
        identifier_field("In-Reply-To", [parent.message_id]) if parent else "",
        identifier_field("References", references(parent)) if parent else "",
        *automatic_fields(letterhead, "auto-replied" if parent else "auto-generated"),
        text_field("X-Weighbridge", f"{letterhead.version}; {letter.mark}"),
    ]
    copies = (letter.copy_to,) if letter.copy_to else ()
    return Outgoing(
        message_id=message_id,
        sender=letterhead.return_path,
        recipients=(letter.recipient, *copies),
        subject=plain_line(subject),
        content=assemble(fields, letter.text),
    )
