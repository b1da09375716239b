# SPDX-License-Identifier: GPL-3.0-or-later
"""Address headers to addresses, through mail-parser's structural reader and within bounds."""

from __future__ import annotations

import re
from contextlib import suppress
from email.errors import HeaderParseError
from functools import lru_cache

from mailparser.utils import decode_header_part, get_addresses  # type: ignore[import-untyped]

from bot.limits import Limits
from bot.mail.message import Address
from bot.mail.subject import one_line

_ADDRESS = re.compile(
    r"[^\s@<>(),;:\"\[\]\\\x00-\x20\x7f]{1,64}@[^\s@<>(),;:\"\[\]\\\x00-\x20\x7f]{1,255}"
)
# One address without quotes, comments, groups or encoded words: what most headers are.
_PLAIN = re.compile(
    r"\s*(?:([A-Za-z0-9][\w .-]{0,99}?)\s*<([\w.+-]{1,64}@[A-Za-z0-9.-]{1,255})>"
    r"|([\w.+-]{1,64}@[A-Za-z0-9.-]{1,255}))\s*"
)
_NAME_CHARACTERS = 200
_USUAL_LENGTH = 300


def read_addresses(value: str, limits: Limits) -> tuple[Address, ...]:
    """Read an address list (RFC 5322 section 3.4), at most ``limits.addresses`` of it.

    What is no plain ``local@domain`` is left out: nothing here may later break a header or an
    SMTP command.
    """
    if "@" not in value:
        return ()
    plain = _known_address(value) if len(value) <= _USUAL_LENGTH else _plain_address(value)
    if plain:
        return (plain,)
    found: list[Address] = []
    for name, email in _mailboxes(value):
        address = email.strip()
        if _ADDRESS.fullmatch(address) and ".." not in address:
            found.append(Address(_clean_name(name, address), address))
        if len(found) >= limits.addresses:
            break
    return tuple(found)


def _plain_address(value: str) -> Address | None:
    """Read what is one address and nothing else."""
    plain = None if ".." in value else _PLAIN.fullmatch(value)
    if not plain:
        return None
    address = plain[2] or plain[3]
    return Address(_clean_name(plain[1] or "", address), address)


_known_address = lru_cache(maxsize=2_000)(_plain_address)
"""The same people write again and again."""


def _mailboxes(value: str) -> list[tuple[str, str]]:
    """Ask mail-parser; where an encoded word breaks it, names stay encoded."""
    for decode_names in (True, False):
        with suppress(HeaderParseError, ValueError, LookupError):
            return list(get_addresses(value, decode_names=decode_names))
    return []


def _clean_name(name: str, email: str) -> str:
    if "=?" in name:  # mail-parser leaves an encoded word that holds a line end as it is
        name = decode_header_part(name)
    clean = one_line(name, _NAME_CHARACTERS).strip("\"' ")
    return "" if clean.lower() == email.lower() else clean


def without_list(name: str) -> str:
    """Return the person's part of the display name that Mailman wrote.

    >>> without_list("Ada Example via Guix-patches via")
    'Ada Example'
    """
    kept = re.split(r"\s+via\b", name, maxsplit=1, flags=re.IGNORECASE)[0]
    return kept.strip("\"' ,")
