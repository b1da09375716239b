# SPDX-License-Identifier: GPL-3.0-or-later
"""Header fields that are correct for a reader who knows ASCII only, and cannot be broken out of.

Written field by field instead of through ``email.policy``, which folds a Message-ID longer than a
line into encoded words (seen with Python 3.11.7): no reader of a thread understands those.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from email.header import Header
from email.utils import formataddr

_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")
"""Printable ASCII without space and angle brackets; RFC 5322 section 2.1.1 bounds the line."""
_ADDRESS = re.compile(r"[^\x00-\x20\x7f<>(),:;\\\"@\[\]]{1,64}@[A-Za-z0-9.-]{1,253}")
_NAME_CHARACTERS = 100
_TEXT_CHARACTERS = 400


def plain_line(text: str, most: int = _TEXT_CHARACTERS) -> str:
    """Return ``text`` as one line without control, format or surrogate characters, bounded."""
    kept = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in text[: most * 4]
        if unicodedata.category(character) not in {"Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def text_field(name: str, text: str) -> str:
    """Return an unstructured field (RFC 5322, 3.6.5), encoded as RFC 2047 says where needed."""
    line = plain_line(text)
    charset = "us-ascii" if line.isascii() and "=?" not in line else "utf-8"
    encoded = Header(line, charset, maxlinelen=76, header_name=name).encode(linesep="\r\n")
    return _checked(f"{name}: {encoded}")


def mailbox_field(name: str, mailboxes: Iterable[tuple[str, str]]) -> str:
    """Return an address field of (display name, address) pairs; raises ``ValueError`` for what is
    no address."""
    return _checked(f"{name}: " + ",\r\n ".join(_mailbox(*mailbox) for mailbox in mailboxes))


def identifier_field(name: str, message_ids: Iterable[str]) -> str:
    """Return a field of Message-IDs, one a line; those that RFC 5322 does not allow are left out.

    The result is empty where none is left.
    """
    usable = [f"<{message_id}>" for message_id in message_ids if is_message_id(message_id)]
    return _checked(f"{name}: " + "\r\n ".join(usable)) if usable else ""


def is_message_id(text: str) -> bool:
    """Say whether ``text`` (without brackets) can stand in a header as it is."""
    return _MESSAGE_ID.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Say whether ``text`` is an address that mail can be sent to; a UTF-8 local part counts."""
    return _ADDRESS.fullmatch(text) is not None


def _mailbox(display_name: str, address: str) -> str:
    if not is_address(address):
        raise ValueError(f"not a mail address: {address!r:.100}")
    line = plain_line(display_name, _NAME_CHARACTERS)
    if not line:
        return address
    if line.isascii() and "=?" not in line:
        # formataddr itself takes no address beyond ASCII.
        return formataddr((line, "a@b")).replace("<a@b>", f"<{address}>")
    phrase = Header(line, "utf-8", maxlinelen=70, header_name="Reply-To").encode(linesep="\r\n")
    return f"{phrase}\r\n <{address}>"


def _checked(field: str) -> str:
    """Make sure that no line of ``field`` begins another field, whatever was put in."""
    lines = field.split("\r\n")
    if any(not line.startswith(" ") for line in lines[1:]) or re.search(
        r"[\r\n\0]", "".join(lines)
    ):
        raise ValueError(f"a header would break: {field!r:.200}")
    if any(len(line.encode("utf-8")) > 998 for line in lines):
        raise ValueError(f"a header line would be too long: {field!r:.200}")
    return field
