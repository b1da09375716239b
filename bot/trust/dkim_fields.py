# SPDX-License-Identifier: GPL-3.0-or-later
"""The DKIM-Signature fields of a mail (RFC 6376 section 3.5), and which of them may count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import dkim  # type: ignore[import-untyped]
from dkim.util import InvalidTagValueList, parse_tag_value  # type: ignore[import-untyped]

from bot.trust.errors import NotProvenError, shown
from bot.trust.letter import Letter

_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_TIME = re.compile(r"[0-9]{1,11}")
_ALGORITHMS = ("rsa-sha256", "ed25519-sha256")  # RFC 8301 and 8463; not rsa-sha1
_SPACE = re.compile(rb"\s+")


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One DKIM-Signature that is in order as far as can be told without its key."""

    index: int
    """Of the DKIM-Signature fields, from the top."""
    domain: str
    selector: str
    algorithm: str
    covered: frozenset[str]
    """Names of header fields, in lower case."""
    signed_at: datetime | None
    identity: str
    """``i=`` in lower case, ``@`` and the domain where nothing is said."""
    relaxed_body: bool
    body_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """A DKIM-Signature that never counts, though another program may find it valid."""

    domain: str
    """Whose signature it says it is; "" where that cannot be told."""
    reason: str


def read_fields(letter: Letter, now: datetime) -> tuple[list[SignatureField], list[Fault]]:
    """Return the signatures that may count, from the top, and those that may not.

    dkimpy's own reader is asked, so that what is judged here is what it will verify.
    """
    header, _ = dkim.rfc822_parse(letter.raw[: letter.header.body_start])
    values = [value for name, value in header if name.lower() == b"dkim-signature"]
    fields: list[SignatureField] = []
    faults: list[Fault] = []
    for index, value in enumerate(values):
        domain = ""
        try:
            tags = _tags(value, letter.limits.dkim_signature_bytes)
            domain = _domain(tags)
            fields.append(_field(index, tags, domain, letter, now))
        except NotProvenError as error:
            faults.append(Fault(domain, error.reason))
    return fields, faults


def _tags(value: bytes, longest: int) -> Mapping[bytes, bytes]:
    if len(value) > longest:
        raise NotProvenError("a DKIM signature is too long")
    try:
        tags: Mapping[bytes, bytes] = parse_tag_value(value)
    except InvalidTagValueList as error:
        raise NotProvenError("a DKIM signature cannot be read") from error
    return tags


def _domain(tags: Mapping[bytes, bytes]) -> str:
    domain = _text(tags, "d").lower()
    if not _DOMAIN.fullmatch(domain) or ".." in domain:
        raise NotProvenError("a DKIM signature names no domain")
    return domain


def _field(
    index: int, tags: Mapping[bytes, bytes], domain: str, letter: Letter, now: datetime
) -> SignatureField:
    selector = _text(tags, "s")
    if not _SELECTOR.fullmatch(selector):
        raise NotProvenError(f"the DKIM signature of {domain} names no selector")
    covered = [name.lower() for name in re.split(r"\s*:\s*", _text(tags, "h"))]
    if len(covered) > letter.limits.dkim_covered:
        raise NotProvenError(f"the DKIM signature of {domain} lists too many headers")
    _require_sound(tags, domain, now)
    signed = _text(tags, "t")
    return SignatureField(
        index=index,
        domain=domain,
        selector=selector,
        algorithm=_text(tags, "a"),
        covered=frozenset(covered),
        signed_at=_time(signed, domain) if signed else None,
        identity=_text(tags, "i").lower() or f"@{domain}",
        relaxed_body=_text(tags, "c").lower().endswith("/relaxed"),
        body_hash=_SPACE.sub(b"", tags.get(b"bh", b"")),
        signature=_SPACE.sub(b"", tags.get(b"b", b"")),
    )


def _text(tags: Mapping[bytes, bytes], name: str) -> str:
    return tags.get(name.encode(), b"").decode("ascii", "replace")


def _require_sound(tags: Mapping[bytes, bytes], domain: str, now: datetime) -> None:
    """Refuse what RFC 6376 or its verifier would take, and a proof cannot."""
    of = f"the DKIM signature of {domain}"
    if _text(tags, "a") not in _ALGORITHMS:
        raise NotProvenError(f"{of} is made with {shown(_text(tags, 'a'))}, not rsa-sha256")
    if b"l" in tags:
        raise NotProvenError(f"{of} covers only the first part of the text (l=)")
    expires = _text(tags, "x")
    # dkimpy allows ten hours past it.
    if expires and _time(expires, domain) < now:
        raise NotProvenError(f"{of} has expired")


def _time(value: str, domain: str) -> datetime:
    if not _TIME.fullmatch(value):
        raise NotProvenError(f"the DKIM signature of {domain} has a time that is none")
    return datetime.fromtimestamp(int(value), UTC)
