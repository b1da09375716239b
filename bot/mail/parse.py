# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of a mail to a ``Message``: the one place where all that is known of a mail meets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.addresses import read_addresses
from bot.mail.author import find_author
from bot.mail.classify import classify
from bot.mail.closing import closed_issues
from bot.mail.dates import received_date, sent_date
from bot.mail.decoded import DecodedMail
from bot.mail.decoding import decode_mail
from bot.mail.diff_text import holds_diff, without_original
from bot.mail.errors import MessageError
from bot.mail.header_block import HeaderBlock
from bot.mail.identity import OwnIdentity
from bot.mail.issue import issue_number
from bot.mail.light_decoding import decode_lightly
from bot.mail.message import Address, Message
from bot.mail.screening import may_touch_scheme
from bot.mail.structure import read_structure
from bot.mail.subject import one_line, parse_subject

__all__ = ["MessageError", "parse_message"]

_ID = re.compile(r"<([^<>\s\x00-\x20\x7f]{1,500})>")
_BARE_ID = re.compile(r"[^<>\s\x00-\x20\x7f]{1,500}")
_LIST_ID = re.compile(r"<([^<>\s]{1,200})>")
_REFERENCES = 100
_ONCE = frozenset(
    {"from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"}
)  # RFC 5322 section 3.6: at most one of each


def always(_text: str) -> bool:
    """Take every text to matter."""
    return True


def parse_message(
    raw: bytes,
    own: OwnIdentity,
    limits: Limits = DEFAULT_LIMITS,
    matters: Callable[[str], bool] = always,
) -> Message:
    """Read one mail (RFC 5322, without an mbox envelope line).

    Only a mail that may touch a Scheme file, and with a text that ``matters`` (by what the caller
    looks for), is decoded by mail-parser; the others are decoded in a tenth of the time.
    Raises ``MessageError`` for what cannot be used, and nothing else, whatever the bytes are.
    """
    structure = read_structure(raw, limits)
    header = structure.header
    decoded = decode_lightly(raw, structure)
    may_touch = may_touch_scheme(raw, structure, decoded)
    if may_touch and any(matters(part.text) for part in decoded.parts):
        decoded = decode_mail(raw, structure, limits)
    subject = one_line(decoded.subject, limits.subject_characters)
    tag = parse_subject(subject)
    body = decoded.own_text or ""
    author = find_author(header, body, own, limits)
    message_id = _message_id(header, tag.title, body)
    origin, origin_reason = classify(header, subject, author, message_id, own)
    received_at = received_date(header)
    sent_at, date_problem = sent_date(header, received_at)
    diffs = _diffs(decoded, limits, answer=tag.is_reply)
    return Message(
        message_id=message_id,
        subject=subject,
        tag=tag,
        author=author,
        origin=origin,
        origin_reason=origin_reason,
        sent_at=sent_at,
        received_at=received_at,
        issue=issue_number(header, tag, own, limits),
        in_reply_to=_first_id(header.first("in-reply-to")),
        references=_references(header),
        reply_to=_reply_to(header, limits),
        body=body,
        diffs=diffs,
        list_id=_list_id(header),
        closes=closed_issues(header, own, limits),
        problems=tuple(_problems(header, decoded, date_problem)),
    )


def _diffs(decoded: DecodedMail, limits: Limits, *, answer: bool) -> tuple[str, ...]:
    """Return the texts that hold diffs; what an answer repeats of another mail is none."""
    texts = [
        without_original(part.text) if answer and not part.form.attached else part.text
        for part in decoded.parts
    ]
    holding = [text for text in texts if holds_diff(text)]
    if len(holding) > limits.patches_per_message:
        raise MessageError(f"the mail has more than {limits.patches_per_message} patches")
    if sum(map(len, holding)) > limits.diff_bytes:
        raise MessageError(f"the diffs are longer than {limits.diff_bytes} characters")
    return tuple(holding)


def _first_id(value: str) -> str | None:
    found = _ID.search(value) if value else None
    return found[1] if found else None


def _message_id(header: HeaderBlock, title: str, body: str) -> str:
    """Return the original Message-ID, or one made of what both copies of a mail share."""
    value = header.first("message-id")
    if known := _first_id(value):
        return known
    bare = value.strip("<> ")
    if _BARE_ID.fullmatch(bare):
        return bare
    text = "\n".join((header.first("from"), header.first("date"), title, body))
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return f"{digest[:40]}@message-id.invalid"


def _references(header: HeaderBlock) -> tuple[str, ...]:
    """Return the ids of References, oldest first, without repetition.

    Of a very long thread the root and the newest are kept.
    """
    value = header.first("references")
    ids = list(dict.fromkeys(_ID.findall(value))) if value else []
    if len(ids) > _REFERENCES:
        ids = [ids[0], *ids[1 - _REFERENCES :]]
    return tuple(ids)


def _reply_to(header: HeaderBlock, limits: Limits) -> tuple[Address, ...]:
    value = header.first("reply-to")
    return read_addresses(value, limits) if value else ()


def _list_id(header: HeaderBlock) -> str | None:
    value = header.first("list-id")
    found = _LIST_ID.search(value)
    known = found[1] if found else value
    return one_line(known, 200) or None


def _problems(header: HeaderBlock, decoded: DecodedMail, date_problem: str) -> list[str]:
    problems = [f"the header {name} stands more than once" for name in header.repeated(_ONCE)]
    problems += [f"the header {name} was cut" for name in header.truncated if name in _ONCE]
    problems += [part.problem for part in decoded.parts if part.problem]
    if date_problem:
        problems.append(date_problem)
    return problems
