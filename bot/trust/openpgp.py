# SPDX-License-Identifier: GPL-3.0-or-later
"""Persons proven by OpenPGP signatures, inline or PGP/MIME."""

from __future__ import annotations

import hashlib

from bot.mail.part_form import read_form
from bot.mail.plain_text import transfer_decoded
from bot.trust.clear_signed import read_clear_signed
from bot.trust.errors import NotProvenError
from bot.trust.gpgv import verify
from bot.trust.gpgv_status import GoodSignature
from bot.trust.keyring import Keyring
from bot.trust.letter import Letter
from bot.trust.packets import PacketError, Tag, read_packets
from bot.trust.proof import Method, Proof
from bot.trust.sender import read_sender
from bot.trust.signed import Signed
from bot.trust.signed_part import read_signed_part


def prove_by_openpgp(letter: Letter, keyring: Keyring) -> Proof:
    """Return the proof by the one OpenPGP signature of a mail.

    Raises ``NotProvenError`` where there is none, or where it does not count.
    """
    signed = read_signed_part(letter) or read_clear_signed(_own_text(letter))
    if signed is None:
        raise NotProvenError("it has no OpenPGP signature")
    if not keyring:
        raise NotProvenError("no OpenPGP keys are configured")
    _require_one_signature(signed, letter)
    good = verify(keyring.content, signed.signature, signed.content, letter.limits)
    _require_strong(good, keyring)
    header = signed.header
    return Proof(
        method=Method.OPENPGP,
        address=_address(letter, good, keyring),
        by=good.primary,
        text=signed.text,
        nonce=_nonce(good, signed),
        signed_at=good.signed_at,
        may_change=True,
        names_bot=header is not None and letter.names_bot(("to", "cc"), header),
        key=good.key,
    )


def _own_text(letter: Letter) -> bytes:
    """Return the bytes of the mail's own text, the first that is neither attached nor enclosed."""
    for part in letter.structure.parts:
        form = read_form(part.header)
        if not part.enclosed and form.content_type == "text/plain" and not form.attached:
            return transfer_decoded(letter.raw[part.start : part.end], form.encoding)
    return b""


def _require_one_signature(signed: Signed, letter: Letter) -> None:
    """Refuse whatever else could stand in a signature: other packets, a second signature."""
    try:
        packets = list(read_packets(signed.signature, letter.limits.openpgp_packets))
    except PacketError as error:
        raise NotProvenError(f"its OpenPGP signature is broken: {error}") from error
    if [packet.tag for packet in packets] != [Tag.SIGNATURE]:
        raise NotProvenError("it has not exactly one OpenPGP signature")
    if len(signed.signature) > letter.limits.openpgp_signature_bytes:
        raise NotProvenError("its OpenPGP signature is too long")


def _require_strong(good: GoodSignature, keyring: Keyring) -> None:
    """Refuse keys that gpgv takes and that are too weak to be trusted (NIST SP 800-131A)."""
    for fingerprint in (good.primary, good.key):
        key = keyring.key(fingerprint)
        if key is None:
            raise NotProvenError("its OpenPGP key is not in the keyring")
        if key.weakness:
            raise NotProvenError(f"its OpenPGP key is {key.weakness}")


def _address(letter: Letter, good: GoodSignature, keyring: Keyring) -> str:
    """Return the address of From, or of the person behind a list's From, where it is the key's."""
    certificate = keyring.certificate(good.primary)
    known = certificate.addresses if certificate else frozenset()
    try:
        written = read_sender(letter.header).address
    except NotProvenError:
        return ""
    behind = letter.message.author.email.lower()
    return next((address for address in (written, behind) if address in known), "")


def _nonce(good: GoodSignature, signed: Signed) -> str:
    """Return what all copies share: key, time and text.

    Not the signature's bytes, which can be changed without breaking it.  Blanks at the ends of
    lines do not count: one signature can be written inline or as PGP/MIME.
    """
    lines = [line.rstrip(b" \t\r") for line in signed.content.split(b"\n")]
    text = b"\n".join(lines).rstrip(b"\n")
    time = str(int(good.signed_at.timestamp())).encode()
    content = b"\0".join((b"openpgp", good.key.encode(), time, text))
    return hashlib.sha256(content).hexdigest()
