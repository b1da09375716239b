# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail under examination: its bytes, its parts, and what bot.mail made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.limits import Limits
from bot.mail.addresses import read_addresses
from bot.mail.header_block import HeaderBlock
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.structure import Structure
from bot.trust.errors import NotProvenError

_FIELD = re.compile(rb"[!-9;-~]+:[^\r\0]*\r?")
_FOLDED = re.compile(rb"[ \t][^\r\0]*\r?")
_ONCE = frozenset(
    {"from", "to", "cc", "subject", "date", "message-id"}  # RFC 5322 section 3.6
    | {"mime-version", "content-type", "content-transfer-encoding"}  # RFC 2045
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail that may prove who wrote it."""

    raw: bytes
    structure: Structure
    message: Message
    own: OwnIdentity
    limits: Limits

    @property
    def header(self) -> HeaderBlock:
        """The header of the mail."""
        return self.structure.header

    def names_bot(self, fields: tuple[str, ...], header: HeaderBlock) -> bool:
        """Say whether an address of the bot stands in one of the address ``fields``."""
        found = (
            address.email
            for name in fields
            for value in header.every(name)
            for address in read_addresses(value, self.limits)
        )
        return any(self.own.is_own(email) for email in found)


def require_plain_header(letter: Letter) -> None:
    """Raise ``NotProvenError`` for a header that two programs might read differently.

    What dkimpy verifies must be what bot.mail reads: so there is nothing but ``Name: value`` and
    folded lines, no NUL or lone CR, nothing in front, an empty line behind, and no field twice
    that may stand once.
    """
    lines = letter.raw[: letter.header.body_start].split(b"\n")
    closed = len(lines) > 2 and lines[-1] == b"" and lines[-2] in (b"", b"\r")
    if not closed or not _FIELD.fullmatch(lines[0]):
        raise NotProvenError("its header does not begin or end as RFC 5322 says")
    if not all(_FIELD.fullmatch(line) or _FOLDED.fullmatch(line) for line in lines[:-2]):
        raise NotProvenError("a line of its header is none of RFC 5322")
    if repeated := letter.header.repeated(_ONCE):
        raise NotProvenError(f"it has more than one header {repeated[0]}")
    if cut := [name for name in letter.header.truncated if name in _ONCE]:
        raise NotProvenError(f"its header {cut[0]} is too long")
