# SPDX-License-Identifier: GPL-3.0-or-later
"""Persons proven by the word of the domain that they write from: DKIM, or a server's finding."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.trust.alignment import is_aligned
from bot.trust.coverage import covered_recipients, lacks, mail_nonce
from bot.trust.dkim_fields import SignatureField, read_fields
from bot.trust.dkim_verifying import key_bits
from bot.trust.errors import NotProvenError
from bot.trust.key_records import KeyRecords
from bot.trust.letter import Letter, require_plain_header
from bot.trust.proof import Method, Proof
from bot.trust.sender import Sender, read_sender, require_person
from bot.trust.server_results import passed_signatures, says_dmarc_pass, trusted_results

BITS_TO_CHANGE = 2_048
"""Of an RSA key.  1,024 bits still count for questions (RFC 8301 section 3.2 makes every verifier
take them); who can factor such a key is not one who asks."""


def prove_by_dkim(letter: Letter, records: KeyRecords, now: datetime) -> Proof:
    """Return the proof by the best of the signatures of From's domain.

    Raises ``NotProvenError`` where none of them verifies.
    """
    sender = _person(letter)
    fields, faults = read_fields(letter, now)
    aligned = [field for field in fields if is_aligned(field.domain, sender.domain)]
    reasons = [fault.reason for fault in faults]
    reasons += [
        f"{field.domain} signed it, and has no say in {sender.domain}"
        for field in fields
        if field not in aligned
    ]
    proofs: list[Proof] = []
    refusals: list[NotProvenError] = []
    for field in aligned[: letter.limits.dkim_signatures]:
        try:
            bits = key_bits(letter.raw, letter.header.body_start, field, records)
            proofs.append(_proof(letter, sender, field, bits))
        except NotProvenError as error:
            refusals.append(error)
    if not proofs:
        told = [error.reason for error in refusals] or reasons or ["it has no DKIM signature"]
        raise NotProvenError("; ".join(told), temporary=any(e.temporary for e in refusals))
    return next((proof for proof in proofs if proof.may_change), proofs[0])


def prove_by_server(letter: Letter, trusted: Collection[str], now: datetime) -> Proof:
    """Return the proof by what the topmost Authentication-Results of a trusted server says.

    Raises ``NotProvenError`` where it says nothing of From's domain, or there is none.
    """
    if not trusted:
        raise NotProvenError("no server is trusted to say who wrote a mail")
    sender = _person(letter)
    results = trusted_results(letter, trusted)
    by = results.authserv_id
    fields, faults = read_fields(letter, now)
    # The server may have found valid what does not count here, a signature with l= for example.
    for fault in faults:
        if not fault.domain or is_aligned(fault.domain, sender.domain):
            raise NotProvenError(
                f"{by} may have meant a signature that does not count: {fault.reason}"
            )
    meant = passed_signatures(results, fields, sender.domain)
    if meant:
        # Where it may be one of several: that which proves least.
        proofs = [_proof(letter, sender, field, 0, by) for field in meant]
        return next((proof for proof in proofs if not proof.may_change), proofs[0])
    if says_dmarc_pass(results, sender.domain):
        return _unsigned(letter, sender, by)
    raise NotProvenError(f"{by} did not find that {sender.domain} vouches for it")


def _person(letter: Letter) -> Sender:
    require_plain_header(letter)
    sender = read_sender(letter.header)
    require_person(letter, sender)
    return sender


def _proof(
    letter: Letter, sender: Sender, field: SignatureField, bits: int, server: str = ""
) -> Proof:
    """Return the proof by one signature; ``server`` is who verified it, "" for us."""
    signed_at = field.signed_at or letter.message.sent_at
    if signed_at is None:
        raise NotProvenError(f"neither {field.domain} nor the mail says when it was signed")
    missing = lacks(letter, sender.address, field)
    if not missing and 0 < bits < BITS_TO_CHANGE:
        missing = f"the key of {field.domain} has {bits} bits, fewer than {BITS_TO_CHANGE}"
    return Proof(
        method=Method.RESULTS if server else Method.DKIM,
        address=sender.address,
        by=server or field.domain,
        text=letter.message.body,
        nonce=mail_nonce(letter, sender.address, field),
        signed_at=signed_at,
        may_change=not missing,
        names_bot=letter.names_bot(covered_recipients(field), letter.header),
        lacks=missing,
    )


def _unsigned(letter: Letter, sender: Sender, server: str) -> Proof:
    """Return the proof by DMARC alone: the mail came from the domain, nothing of it is signed."""
    signed_at = letter.message.sent_at or letter.message.received_at
    if signed_at is None:
        raise NotProvenError("the mail does not say when it was sent")
    return Proof(
        method=Method.RESULTS,
        address=sender.address,
        by=server,
        text=letter.message.body,
        nonce=mail_nonce(letter, sender.address, None),
        signed_at=signed_at,
        may_change=False,
        names_bot=False,
        lacks=f"no signature of {sender.domain} covers the mail",
    )
