# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a mail, a key record or a keyring holds: an answer, and soon."""

from __future__ import annotations

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.errors import MessageError
from bot.mail.parse import parse_message
from bot.trust.proof import Proof, Unproven
from bot.trust.prove import Prover
from tests.mail.hostile_mails import HOSTILE
from tests.trust.domains import Domains
from tests.trust.letters import OWN, examined, mail, proven, refused
from tests.trust.openpgp_keys import GnuPG

SERVERS = frozenset({"mx.example.net"})
CLAIMS = b"Authentication-Results: mx.example.net; dkim=pass header.d=example.org\r\n"


def answer(prover: Prover, raw: bytes) -> Proof | Unproven | None:
    try:
        message = parse_message(raw, prover.own)
    except MessageError:
        return None
    return prover.prove(raw, message)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_with_all_sorts_of_signatures(
    name: str, domains: Domains, gpg: GnuPG
) -> None:
    prover = Prover(OWN, gpg.keyring("ada"), SERVERS, lookup=domains.lookup)
    raw = HOSTILE[name]()
    if len(raw) > DEFAULT_LIMITS.proof_bytes:
        found = prover.prove(raw, parse_message(mail(), OWN))
        assert isinstance(found, Unproven)
        assert "longer than" in found.reason
        return
    field = domains.sign(mail()).removesuffix(mail())
    for before in (b"", field, CLAIMS):
        assert not isinstance(answer(prover, before + raw), Proof)
    answer(prover, CLAIMS + field + raw)  # which the server answers for
    answer(prover, raw + b"\n" + gpg.clear_signed("ada", "help\n"))


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, 2_500), st.integers(0, 20), st.binary(max_size=8)), max_size=4
    ),
    record=st.one_of(st.none(), st.binary(max_size=80), st.binary(max_size=40).map(b"p=".__add__)),
    trusted=st.booleans(),
)
def test_a_signed_mail_with_pieces_replaced(
    domains: Domains,
    cuts: list[tuple[int, int, bytes]],
    record: bytes | None,
    trusted: bool,
) -> None:
    raw = CLAIMS + domains.sign(mail(Cc="x@example.net"))
    for position, length, instead in cuts:
        raw = raw[:position] + instead + raw[position + length :]
    records = domains.records if record is None else dict.fromkeys(domains.records, record)
    prover = Prover(
        OWN,
        lookup=lambda name, _: records.get(name),
        trusted_authserv_ids=SERVERS if trusted else frozenset(),
    )
    found = answer(prover, raw)
    if isinstance(found, Proof):
        assert found.address.endswith("@example.org")
    elif found is not None:
        assert found.reason.isprintable()


def test_runs_of_blanks_and_empty_lines(domains: Domains) -> None:
    """dkimpy's own canonicalisation would take hours for the first."""
    prover = Prover(OWN, lookup=domains.lookup)
    # Signed in the form that the relaxed canonicalisation makes of it, then filled up again.
    short = domains.sign(mail("a b\n"))
    long = short.replace(b"a b", b"a" + b" " * 1_900_000 + b"b")
    assert proven(prover, long).may_change
    lines = domains.sign(mail("a\n" + "\n" * 300_000 + "b\n"), canonicalize=(b"simple", b"simple"))
    assert proven(prover, lines).may_change


def test_header_fields_that_go_on_and_on(domains: Domains) -> None:
    prover = Prover(OWN, lookup=domains.lookup, trusted_authserv_ids=SERVERS)
    for filler in (b" " * 3_000 + b"!", b"\r\n " * 1_300 + b"!", b"=" * 3_000, b";a=" * 1_000):
        field = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=x; b=" + filler
        assert refused(prover, field + b"\r\n" + mail())
        assert refused(prover, (field + b"\r\n") * 40 + mail())
    names = b":".join([b"from"] * 101)
    listed = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; bh=x; b=x; h=" + names
    assert "too many headers" in refused(prover, listed + b"\r\n" + mail())
    wide = b"DKIM-Signature: v=1; d=example.org; b=" + b"x" * 5_000 + b"\r\n"
    assert "too long" in refused(prover, wide + mail())
    results = b"Authentication-Results: mx.example.net; " + b"(" * 20_000 + b"\r\n"
    assert refused(prover, results + mail())


def test_keys_that_would_take_minutes(domains: Domains) -> None:
    """Who signs chooses the key, too: a modulus and an exponent of 32,000 bits, say."""

    def der(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x83]) + len(content).to_bytes(3, "big") + content

    signed = domains.sign(mail())
    for size in (700, 4_000):
        number = der(0x02, b"\x7f" + b"\xff" * size)
        record = b"v=DKIM1; p=" + base64.b64encode(der(0x30, number + number))
        domains.records = dict.fromkeys(domains.records, record)
        assert "does not verify" in refused(Prover(OWN, lookup=domains.lookup), signed)


def test_strange_names_are_not_asked_for(domains: Domains) -> None:
    prover = Prover(OWN, lookup=domains.lookup)
    for tag in (
        b"s=\xff",
        b"s=a b",
        b"s=" + b"x" * 300,
        b"d=example..org",
        b"d=example.org.",
        b"d=",
    ):
        for before in (b"d=example.org; s=s", b"s=s; d=example.org"):
            tags = before.replace(tag[:2] + before.partition(tag[:2])[2].partition(b";")[0], tag)
            field = b"DKIM-Signature: v=1; a=rsa-sha256; h=from; bh=x; b=x; " + tags + b"\r\n"
            assert refused(prover, field + mail())
    assert domains.asked == []


def test_a_reason_never_steers_a_terminal(domains: Domains) -> None:
    prover = Prover(OWN, lookup=domains.lookup, trusted_authserv_ids=SERVERS)
    escape = b"\x1b]0;x\x07\xe2\x80\xae"
    signed = domains.sign(mail())
    for name in (b"a", b"d", b"s", b"h", b"t", b"i"):
        assert b" %b=" % name in signed
        assert refused(prover, signed.replace(b" %b=" % name, b" %b=" % name + escape, 1))
    assert refused(prover, b"Authentication-Results: mx.example.net" + escape + b"; x\r\n" + mail())


def test_mails_that_are_no_mail() -> None:
    prover = Prover(OWN)
    message = parse_message(mail(), OWN)
    for raw in (b"", b"\n", b"x", b"\0" * 100, b"\n" * 600_000, b"a" * 3_000_000):
        assert isinstance(prover.prove(raw, message), Unproven)


def test_bounds_of_the_mail_room_hold(domains: Domains) -> None:
    signed = domains.sign(mail())
    narrow = Prover(OWN, lookup=domains.lookup, limits=Limits(header_count=5))
    found = examined(narrow, signed)
    assert isinstance(found, Unproven)
    assert "more than 5 fields" in found.reason
