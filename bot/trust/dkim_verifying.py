# SPDX-License-Identifier: GPL-3.0-or-later
"""DKIM signatures verified here, with dkimpy (RFC 6376)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

import dkim  # type: ignore[import-untyped]
from dkim.util import InvalidTagValueList, parse_tag_value  # type: ignore[import-untyped]

from bot.trust.dkim_fields import SignatureField
from bot.trust.errors import NotProvenError
from bot.trust.key_records import KeyRecords

SMALLEST_KEY = 1_024
"""RFC 8301 section 3.2: what is smaller is never valid."""

# dkimpy logs what mails and the DNS hold.
_LOGGER = logging.getLogger("dkimpy.quiet")
_LOGGER.setLevel(logging.CRITICAL + 1)
_LOGGER.propagate = False

_BROKEN = (
    dkim.DKIMException, ValueError, LookupError, TypeError, ArithmeticError, AssertionError,
    AttributeError,
)  # fmt: skip
"""What dkimpy raises for a signature, a key or a mail that is none."""
_WHITE = re.compile(rb"[\t ]+")
_LINE_END = re.compile(rb"\r?\n")


def key_bits(content: bytes, body_start: int, field: SignatureField, records: KeyRecords) -> int:
    """Verify one signature; return the size of its RSA key, 0 for an Ed25519 key.

    Raises ``NotProvenError`` where it does not verify, or its key says that it must not count.
    """
    of = f"the DKIM signature of {field.domain}"
    verifier = dkim.DKIM(_prepared(content, body_start, field), _LOGGER, minkey=SMALLEST_KEY)
    try:
        valid = verifier.verify(field.index, dnsfunc=records)
    except dkim.NaClNotFoundError as error:
        raise NotProvenError(f"{of} is Ed25519: that needs PyNaCl, which is missing") from error
    except _BROKEN as error:
        raise NotProvenError(f"{of} does not verify") from error
    if not valid:
        if records.unanswered:
            raise NotProvenError(f"the DNS gives no answer for the key of {of}", temporary=True)
        raise NotProvenError(f"{of} does not verify")
    _require_usable(_key_tags(field, records), field)
    if verifier.ktag.decode() != field.algorithm.partition("-")[0]:
        raise NotProvenError(f"{of} is of another kind than its key")
    return int(verifier.keysize) if verifier.ktag == b"rsa" else 0


def _prepared(content: bytes, body_start: int, field: SignatureField) -> bytes:
    """Return the mail with a body that dkimpy canonicalises in linear time.

    Its own expression for the relaxed form takes time quadratic in a run of blanks.  To apply
    that form (RFC 6376 section 3.4.4) once before changes nothing of the result.
    """
    if not field.relaxed_body:
        return content
    lines = _LINE_END.split(content[body_start:])
    body = b"\r\n".join(_WHITE.sub(b" ", line.rstrip(b"\t ")) for line in lines)
    return content[:body_start] + body


def _key_tags(field: SignatureField, records: KeyRecords) -> Mapping[bytes, bytes]:
    record = records(f"{field.selector}._domainkey.{field.domain}.".encode()) or b""
    try:
        tags: Mapping[bytes, bytes] = parse_tag_value(record)
    except InvalidTagValueList as error:
        raise NotProvenError(f"the key of {field.domain} cannot be read") from error
    return tags


def _require_usable(tags: Mapping[bytes, bytes], field: SignatureField) -> None:
    """Heed what the key says of itself (RFC 6376 section 3.6.1) and dkimpy does not."""
    flags = {flag.strip().lower() for flag in tags.get(b"t", b"").split(b":")}
    if b"y" in flags:
        raise NotProvenError(f"the key of {field.domain} is in test mode (t=y)")
    if b"s" in flags and not field.identity.endswith(f"@{field.domain}"):
        raise NotProvenError(f"the key of {field.domain} does not sign for its subdomains (t=s)")
    hashes = {name.strip().lower() for name in tags.get(b"h", b"sha256").split(b":")}
    if b"sha256" not in hashes:
        raise NotProvenError(f"the key of {field.domain} is not for sha256")
