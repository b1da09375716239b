# SPDX-License-Identifier: GPL-3.0-or-later
"""The signed part of a PGP/MIME mail (RFC 3156 section 5), byte for byte."""

from __future__ import annotations

import re

from bot.limits import Limits
from bot.mail.errors import MessageError
from bot.mail.header_block import HeaderBlock, read_header
from bot.mail.light_decoding import decode_lightly
from bot.mail.part_form import content_type_parameter
from bot.mail.plain_text import transfer_decoded
from bot.mail.structure import Part, child_spans, read_structure
from bot.trust.armor import SIGNATURE, ArmorError, dearmored_blocks
from bot.trust.errors import NotProvenError
from bot.trust.letter import Letter
from bot.trust.signed import Signed

_LINE_END = re.compile(rb"\r?\n")
_PROTOCOL = "application/pgp-signature"


def read_signed_part(letter: Letter) -> Signed | None:
    """Return the part that the mail declares to be signed; None for a mail that is not PGP/MIME.

    It is the mail itself, or the first part of a multipart/mixed that a list made to put its
    footer behind.  Deeper, attached or enclosed ones are not the sender's word.
    Raises ``NotProvenError`` for one that is not in order.
    """
    whole = Part(letter.header, letter.header.body_start, len(letter.raw))
    if whole.content_type == "multipart/mixed":
        spans = child_spans(letter.raw, whole, letter.limits)
        if not spans:
            return None
        header = read_header(letter.raw, letter.limits, *spans[0])
        whole = Part(header, header.body_start, spans[0][1])
    if whole.content_type != "multipart/signed":
        return None
    if content_type_parameter(whole.header, "protocol").strip().lower() != _PROTOCOL:
        return None
    spans = child_spans(letter.raw, whole, letter.limits)
    if spans is None or len(spans) != 2:
        raise NotProvenError("its multipart/signed has not exactly two parts")
    content = _LINE_END.sub(b"\r\n", letter.raw[slice(*spans[0])])
    return _signed(content, _signature(letter, spans[1]), letter.limits)


def _signature(letter: Letter, span: tuple[int, int]) -> bytes:
    header = read_header(letter.raw, letter.limits, *span)
    part = Part(header, header.body_start, span[1])
    content = letter.raw[part.start : part.end]
    if part.content_type != _PROTOCOL or len(content) > letter.limits.openpgp_signature_bytes:
        raise NotProvenError("the second part of its multipart/signed is no OpenPGP signature")
    try:
        return dearmored_blocks(transfer_decoded(content, part.transfer_encoding), SIGNATURE)
    except ArmorError as error:
        raise NotProvenError(f"its OpenPGP signature is broken: {error}") from error


def _signed(content: bytes, signature: bytes, limits: Limits) -> Signed:
    """Read the signed part for itself: it tells its own type, which is signed along.

    Without a Content-Type it is no MIME part, but something else that somebody once signed: a
    commit, a release.
    """
    try:
        header = read_header(content, limits)
        if len(header.values.get("content-type", ())) != 1:
            raise NotProvenError("its signed part does not say of which type it is")
        text = decode_lightly(content, read_structure(content, limits)).own_text
    except MessageError as error:
        raise NotProvenError(f"its signed part cannot be read: {error}") from error
    if text is None:
        raise NotProvenError("its signed part holds no plain text")
    return Signed(content, signature, text, header if _holds_mail_header(header) else None)


def _holds_mail_header(header: HeaderBlock) -> bool:
    """Say whether the part repeats the header of the mail, to have it signed (RFC 9788, and the
    drafts before it that mail programs still write)."""
    return any(content_type_parameter(header, name) for name in ("hp", "protected-headers"))
