# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the mail that answers a series: its recipients, its headers, its body.

Headers follow RFC 5322 (threading, 3.6.4), RFC 3834 (automatic answers) and Debbugs
(``X-Debbugs-No-Ack``, https://debbugs.gnu.org/Reporting.html).
"""

from __future__ import annotations

import hashlib
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from bot.mail.identity import OwnIdentity
from bot.mail.message import Address, Message
from bot.mail.series import Series
from bot.reply.headers import (
    identifier_field,
    is_address,
    is_message_id,
    mailbox_field,
    plain_line,
    text_field,
)
from bot.reply.outgoing import Outgoing

_MOST_REFERENCES = 20
_LINE_OCTETS = 998
_PUBLIC_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,20}[A-Za-z][A-Za-z0-9-]{1,62}")
"""At least two labels, and the last one no number: neither ``localhost`` nor an IP address."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all mails of one bot share."""

    name: str
    address: str
    list_address: str
    reply_to: str
    """Where answers go; ``{issue}`` stands for the tracker's number."""
    identity: OwnIdentity
    """Tells people from lists, trackers and the bot itself."""
    version: str
    return_path: str = ""
    """Where bounces go; empty for the null return path."""
    smtputf8: bool = False
    """Whether addresses beyond ASCII can be mailed to."""
    operator: str = ""
    """Who is told when something needs a person; empty: nobody."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said."""

    text: str
    verdict: str
    policy: str
    ordinal: int = 0
    """How many answers to this very series and revision went before."""


def compose(series: Series, answer: Answer, letterhead: Letterhead, now: datetime) -> Outgoing:
    """Write the mail that says ``answer`` to ``series``.

    Raises ``ValueError`` where nobody could be addressed.
    """
    public = _public_address(series, letterhead)
    person = person_to_answer(series, letterhead)
    copies = [person] if person and person.email.lower() != public.lower() else []
    message_id = message_id_of(series, answer.ordinal, letterhead)
    parent = series.members[0]
    fields = [
        mailbox_field("From", [(letterhead.name, letterhead.address)]),
        mailbox_field("To", [("", public)]),
        mailbox_field("Cc", [(copy.name, copy.email) for copy in copies]) if copies else "",
        text_field("Subject", reply_subject(parent.subject)),
        f"Date: {format_datetime(now)}",
        identifier_field("Message-ID", [message_id]),
        identifier_field("In-Reply-To", [parent.message_id]),
        identifier_field("References", references(parent)),
        *automatic_fields(letterhead),
        text_field("X-Weighbridge", _mark(series, answer, letterhead)),
    ]
    return Outgoing(
        message_id=message_id,
        sender=letterhead.return_path,
        recipients=(public, *(copy.email for copy in copies)),
        subject=plain_line(reply_subject(parent.subject)),
        content=assemble(fields, answer.text),
    )


def compose_notice(
    operator: str, subject: str, text: str, letterhead: Letterhead, now: datetime
) -> Outgoing:
    """Write a mail to the operator; one subject on one day is one Message-ID."""
    seed = "\0".join(("notice", operator, subject, f"{now:%Y-%m-%d}"))
    message_id = message_id_from(seed, 0, letterhead)
    fields = [
        mailbox_field("From", [(letterhead.name, letterhead.address)]),
        mailbox_field("To", [("", operator)]),
        text_field("Subject", subject),
        f"Date: {format_datetime(now)}",
        identifier_field("Message-ID", [message_id]),
        *automatic_fields(letterhead, submitted="auto-generated"),
        text_field("X-Weighbridge", f"{letterhead.version}; notice"),
    ]
    return Outgoing(message_id, "", (operator,), plain_line(subject), assemble(fields, text))


def person_to_answer(series: Series, letterhead: Letterhead) -> Address | None:
    """Return the submitter, or where the submitter wants answers; None where nobody is known.

    Never a list, the tracker or the bot, whatever ``Reply-To`` says: Mailman writes the list
    there.
    """
    for candidate in (*series.members[0].reply_to, series.author):
        if may_be_mailed(candidate.email, letterhead):
            return candidate
    return None


def message_id_of(series: Series, ordinal: int, letterhead: Letterhead) -> str:
    """Return the Message-ID of the answer to a series: the same for the same answer, always."""
    seed = "\0".join((letterhead.list_address, series.key, str(series.revision)))
    return message_id_from(seed, ordinal, letterhead)


def reply_subject(subject: str) -> str:
    """Return ``subject`` with one ``Re:`` in front."""
    stripped = subject.strip()
    while stripped[:3].lower() == "re:":
        stripped = stripped[3:].lstrip()
    return f"Re: {stripped}"


def references(parent: Message) -> tuple[str, ...]:
    """Return the References of an answer to ``parent``: the thread's first and its last ones."""
    chain = [one for one in (*parent.references, parent.message_id) if is_message_id(one)]
    unique = list(dict.fromkeys(chain))
    if len(unique) > _MOST_REFERENCES:
        unique = unique[:1] + unique[1 - _MOST_REFERENCES :]
    return tuple(unique)


def assemble(fields: Iterable[str], text: str) -> bytes:
    """Return a whole plain-text mail with CRLF line ends and lines of at most 998 octets."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    body = "\n".join("".join(filter(_is_body_character, line)) for line in lines) + "\n"
    encoded = body.encode("utf-8", "replace")
    quoted = _needs_quoting(encoded)
    mime = [
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Transfer-Encoding: {'quoted-printable' if quoted else '7bit'}",
    ]
    if quoted:
        encoded = _without_from_lines(quopri.encodestring(encoded))
    head = "\r\n".join([*(field for field in fields if field), *mime])
    return head.encode("utf-8") + b"\r\n\r\n" + encoded.replace(b"\n", b"\r\n")


def _public_address(series: Series, letterhead: Letterhead) -> str:
    if "{issue}" in letterhead.reply_to and series.issue is None:
        raise ValueError("the tracker's number is not known")
    return letterhead.reply_to.replace("{issue}", str(series.issue))


def may_be_mailed(email: str, letterhead: Letterhead) -> bool:
    """Say whether ``email`` is a person's address that the bot may write to."""
    identity = letterhead.identity
    if not is_address(email) or identity.is_own(email) or identity.is_public(email):
        return False
    if email.lower() in (letterhead.address.lower(), letterhead.list_address.lower()):
        return False
    # What a stranger writes must not send mail to this network or to a bare machine.
    if not _PUBLIC_DOMAIN.fullmatch(email.rpartition("@")[2]):
        return False
    return email.isascii() or letterhead.smtputf8


def automatic_fields(letterhead: Letterhead, submitted: str = "auto-replied") -> list[str]:
    """Return the fields that mark a mail as a program's (RFC 3834), so that none answers it."""
    return [
        f"Auto-Submitted: {submitted}",
        f"X-Loop: {letterhead.address}",
        "X-Debbugs-No-Ack: yes",
        # Vacation programs and list software leave bulk mail unanswered.
        "Precedence: bulk",
    ]


def _mark(series: Series, answer: Answer, letterhead: Letterhead) -> str:
    return (
        f"{letterhead.version}; verdict={answer.verdict}; policy={answer.policy};"
        f" revision={series.revision}"
    )


def message_id_from(seed: str, ordinal: int, letterhead: Letterhead) -> str:
    """Return the Message-ID of what ``seed`` and ``ordinal`` stand for: always the same one."""
    digest = hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:32]
    domain = letterhead.address.rpartition("@")[2].lower()
    return f"{letterhead.identity.message_id_prefix}{digest}.{ordinal}@{domain}"


def _is_body_character(character: str) -> bool:
    return character == "\t" or not (character < " " or "\x7f" <= character <= "\x9f")


def _needs_quoting(body: bytes) -> bool:
    """Say whether ``body`` would be changed or refused on the way as it is."""
    lines = body.split(b"\n")
    return (
        not body.isascii()
        or any(len(line) > _LINE_OCTETS or line.endswith((b" ", b"\t")) for line in lines)
        # Programs that keep mail in an mbox put ">" before such a line, and signatures break.
        or any(line.startswith(b"From ") for line in lines)
    )


def _without_from_lines(quoted: bytes) -> bytes:
    """Hide each ``From `` at the beginning of a line; a soft break keeps lines at 76 octets."""
    hidden = (b"\n" + quoted).replace(b"\nFrom ", b"\n=46rom =\n")
    return hidden[1:]
