# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may sign commits of a channel: ``.guix-authorizations``, read and not run.

The format, (guix) "Specifying Channel Authorizations"::

    (authorizations (version 0)
     (("AD17 A21E F8AE D8F1 CC02  DBD9 F7D5 C9BF 765C 61E3" (name "alice")) …))

A fingerprint is of the very key that signs, often a subkey.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.scheme.nodes import List, Node, Number, String
from bot.scheme.reader import ReadError, read_all

FILE_NAME = ".guix-authorizations"
_FINGERPRINT = re.compile(r"[0-9A-F]{40}(?:[0-9A-F]{24})?")
_LONGEST_NAME = 100


class AuthorizationsError(ValueError):
    """The file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """One key that may sign."""

    fingerprint: str
    """Upper-case hexadecimal, without spaces."""
    name: str
    """As the file calls its owner; the fingerprint where it does not."""


def read_authorizations(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Authorization, ...]:
    """Return the keys in the order of the file; one that stands twice once.

    Raises ``AuthorizationsError`` for what Guix would not read either, and for version numbers
    other than 0.
    """
    try:
        forms = read_all(text, limits).forms
    except (ReadError, LimitExceededError) as error:
        raise AuthorizationsError(f"{FILE_NAME} is not Scheme: {error}") from error
    entries = _entries(forms[0]) if forms else None
    if entries is None:
        raise AuthorizationsError(f"{FILE_NAME} is no (authorizations (version 0) (…))")
    if len(entries) > limits.authorizations:
        raise AuthorizationsError(f"{FILE_NAME} lists more than {limits.authorizations} keys")
    found = [_authorization(entry) for entry in entries]
    return tuple({one.fingerprint: one for one in reversed(found)}.values())[::-1]


def _entries(form: Node) -> list[Node] | None:
    if not isinstance(form, List) or form.head != "authorizations" or len(form.items) < 3:
        return None
    version, listed = form.items[1:3]
    if not isinstance(version, List) or version.head != "version" or len(version.items) != 2:
        return None
    number = version.items[1]
    if not isinstance(number, Number) or number.value != 0:
        return None
    return listed.items if isinstance(listed, List) and listed.tail is None else None


def _authorization(entry: Node) -> Authorization:
    first = entry.items[0] if isinstance(entry, List) and entry.items else None
    if not isinstance(entry, List) or not isinstance(first, String):
        raise AuthorizationsError(f'{FILE_NAME} has an entry that is no ("FINGERPRINT" …)')
    fingerprint = "".join(first.value.split()).upper()
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise AuthorizationsError(
            f"{FILE_NAME} has a fingerprint that is none: {first.value!a:.80}"
        )
    return Authorization(fingerprint, _name(entry) or fingerprint)


def _name(entry: List) -> str:
    for item in entry.items[1:]:
        if isinstance(item, List) and item.head == "name" and len(item.items) == 2:
            value = item.items[1]
            if isinstance(value, String) and value.value.isprintable():
                return value.value[:_LONGEST_NAME]
    return ""
