# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain's signature covers of a mail, and whether that suffices to change something.

A DKIM signature covers the bytes of the body and the header fields that it lists.  Which text a
person reads there is told by Content-Type and Content-Transfer-Encoding, and many domains do not
sign these: then the bytes must be such that no other header could make another text of them.
"""

from __future__ import annotations

import hashlib
import re

from bot.mail.addresses import read_addresses
from bot.mail.part_form import content_type_parameter
from bot.mail.structure import Part, boundary_of
from bot.trust.dkim_fields import SignatureField
from bot.trust.letter import Letter

_NEEDED = {"from": "From", "date": "Date", "message-id": "Message-ID"}
_RECIPIENTS = {"to": "To", "cc": "Cc"}
_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary")
_PLAIN_CHARSETS = ("", "us-ascii", "utf-8")
_PARAMETER = re.compile(r";\s*([A-Za-z0-9*_-]{1,60})\s*=")
_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n")
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def lacks(letter: Letter, address: str, field: SignatureField) -> str:
    """Return what a change by ``address`` needs and ``field`` does not give, in words.

    Nothing is "".
    """
    return _other_hand(letter, address, field) or _uncovered(letter, field)


def _uncovered(letter: Letter, field: SignatureField) -> str:
    missing = [
        shown
        for name, shown in _NEEDED.items()
        if name not in field.covered or name not in letter.header.values
    ]
    present = {n: shown for n, shown in _RECIPIENTS.items() if n in letter.header.values}
    missing += [shown for name, shown in present.items() if name not in field.covered]
    if not present:
        missing.append("To")
    if not _fixes_text(letter, field.covered):
        missing.append("Content-Type and Content-Transfer-Encoding")
    listed = ", ".join(missing)
    return f"the signature of {field.domain} does not cover {listed}" if missing else ""


def _other_hand(letter: Letter, address: str, field: SignatureField) -> str:
    """Tell where the domain itself says that another of its users has sent the mail.

    Some let their users write any address of the domain into From, and put the one who did into
    ``i=`` or Sender.  The Sender that a list writes is none of those.
    """
    if not field.identity.startswith("@") and field.identity != address:
        return f"the signature of {field.domain} is in the name of another"
    for value in letter.header.every("sender"):
        for sender in read_addresses(value, letter.limits):
            email = sender.email.lower()
            if email.endswith(f"@{field.domain}") and not (
                email == address or letter.own.is_public(email)
            ):
                return f"its Sender is another address of {field.domain}"
    return ""


def covered_recipients(field: SignatureField) -> tuple[str, ...]:
    """Return those of To and Cc that the signature covers."""
    return tuple(name for name in _RECIPIENTS if name in field.covered)


def mail_nonce(letter: Letter, address: str, field: SignatureField | None) -> str:
    """Return what is the same for all copies of a mail from ``address``.

    That is its Message-ID.  Where the signature does not cover it, anybody could give a copy
    another one, so the hash of the body stands in for it.
    """
    identity = letter.message.message_id.encode("utf-8", "replace")
    if field and not ("message-id" in field.covered and "message-id" in letter.header.values):
        identity = b"body " + field.body_hash
    return hashlib.sha256(b"mail\0" + address.encode() + b"\0" + identity).hexdigest()


def _fixes_text(letter: Letter, covered: frozenset[str]) -> bool:
    """Say whether what is covered leaves only one way to read the text."""
    header = letter.header
    body = letter.raw[header.body_start :]
    multipart = Part(header, header.body_start, len(letter.raw)).content_type.startswith(
        "multipart/"
    )
    if "content-type" in covered:
        # The encoding of a multipart is none: its parts tell theirs, in the body.
        return multipart or "content-transfer-encoding" in covered or _is_unencoded(letter, body)
    if multipart:
        return _names_its_boundary(letter, body)
    return not body.startswith(b"--") and _is_plain(letter) and _is_unencoded(letter, body)


def _names_its_boundary(letter: Letter, body: bytes) -> bool:
    """Say whether the first line of the body is the delimiter: no other can be in its place."""
    boundary = boundary_of(letter.header)
    first = body[: body.find(b"\n") + 1].rstrip()
    return boundary is not None and first == b"--" + boundary


def _is_plain(letter: Letter) -> bool:
    """Say whether Content-Type says no more than that this is text."""
    value = letter.header.first("content-type")
    part = Part(letter.header, letter.header.body_start, len(letter.raw))
    if part.content_type != "text/plain":
        return False
    charset = content_type_parameter(letter.header, "charset").strip().lower()
    named = {name.lower() for name in _PARAMETER.findall(value)}
    return named <= {"charset"} and charset in _PLAIN_CHARSETS


def _is_unencoded(letter: Letter, body: bytes) -> bool:
    """Say whether the body is UTF-8 as it stands, and no encoding of something else.

    A soft line break tells quoted-printable; base64 has no ``@`` to address the bot with.
    """
    encoding = letter.header.first("content-transfer-encoding").strip().lower()
    if encoding not in _PLAIN_ENCODINGS:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _SOFT_BREAK.search(body) and not _UNPRINTABLE.search(body)
