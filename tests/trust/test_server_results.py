# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication-Results: what a trusted server says, and what others write in its name."""

from __future__ import annotations

import re

import pytest

from bot.trust.proof import Method
from bot.trust.prove import Prover
from bot.trust.received import is_internal
from tests.trust.domains import Domains
from tests.trust.letters import OWN, SENT, TEXT, mail, proven, refused

PASS = "dkim=pass header.d=example.org"
FROM_OUTSIDE = (
    "Received: from out.example.org (out.example.org [192.0.2.1])\r\n"
    "\tby mx.example.net (Postfix) with ESMTPS id 4F0; Wed, 25 Nov 2026 10:00:01 +0000\r\n"
)
INTO_MAILBOX = (
    "Received: from mx.example.net\r\n\tby imap.example.net with LMTP\r\n\tid xyz (envelope-from "
    "<ada@example.org>); Wed, 25 Nov 2026 10:00:02 +0000\r\n"
)


@pytest.fixture
def prover() -> Prover:
    return Prover(OWN, dkim=False, trusted_authserv_ids=frozenset({"mx.example.net"}))


def results(says: str, server: str = "mx.example.net") -> str:
    return f"Authentication-Results: {server}; {says}\r\n"


def delivered(says: str, raw: bytes) -> bytes:
    return (INTO_MAILBOX + results(says) + FROM_OUTSIDE).encode() + raw


def test_what_it_verified_proves(prover: Prover, domains: Domains) -> None:
    found = proven(prover, delivered(PASS, domains.sign(mail())))
    assert (found.method, found.by, found.address) == (
        Method.RESULTS,
        "mx.example.net",
        "ada@example.org",
    )
    assert found.may_change
    assert found.names_bot
    assert found.text == TEXT


def test_a_copy_that_is_verified_here_has_the_same_nonce(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    here = proven(Prover(OWN, lookup=domains.lookup), signed)
    assert here.nonce == proven(prover, delivered(PASS, signed)).nonce


def test_as_real_servers_write_it(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    b = re.sub(rb"\s", b"", signed.split(b" b=")[1])[:8].decode()
    opendkim = (
        "dkim=pass (2048-bit key; unprotected) header.d=example.org header.i=@example.org "
        f'header.a=rsa-sha256 header.s=s header.b="{b}"; dkim-atps=neutral'
    )
    folded = (
        f"spf=pass smtp.mailfrom=a@example.org;\r\n\tdkim=pass header.d=Example.ORG header.b={b}"
    )
    full = 'dkim/1=pass reason="good; (all of it)" header.d=example.org;'
    for says in (opendkim, folded, full):
        assert proven(prover, delivered(says, signed)).may_change
    one = signed.replace(b"From", b"X: mx.example.net 1;\r\nFrom")
    assert proven(prover, delivered(PASS, one).replace(b"net; dkim", b"NET 1; dkim")).may_change


@pytest.mark.parametrize(
    "says",
    [
        "dkim=fail header.d=example.org",
        "dkim=pass header.d=example.net",
        "dkim=pass header.d=org",
        "dkim=pass header.d=mail.example.org",
        "dkim=pass",
        "dkim=pass header.i=@example.org",
        "dkim=none (dkim=pass header.d=example.org)",
        'dkim=none reason="; dkim=pass header.d=example.org"',
        "spf=pass smtp.mailfrom=ada@example.org",
        "dmarc=fail header.from=example.org",
        "dmarc=pass header.from=mail.example.org",
        "dmarc=pass header.from=example.net",
        "dkim=pass header.d=example.org header.s=other",
        "dkim=pass header.d=example.org header.b=AAAA",
        "dkim=pass header.d=example.org header.a=ed25519-sha256",
        "none",
    ],
)
def test_what_proves_nothing(prover: Prover, domains: Domains, says: str) -> None:
    assert "did not find" in refused(prover, delivered(says, domains.sign(mail())))


@pytest.mark.parametrize(
    "says",
    [
        "dkim=pass header.d=example.org (",
        "dkim=pass header.d=example.org header.d=example.net",
        'dkim=pass header.d="example.org',
        "dkim=pass header.d = example.org =",
        "dkim/2=pass header.d=example.org",
        "dkim=pass example.org",
        "none; dkim=pass header.d=example.org",
        "; ".join(["dkim=pass header.d=example.org"] * 60),
    ],
)
def test_what_is_not_in_order_says_nothing(prover: Prover, domains: Domains, says: str) -> None:
    assert "cannot be read" in refused(prover, delivered(says, domains.sign(mail())))


@pytest.mark.parametrize("server", ["mx.example.net 2", "mx.example.net x"])
def test_other_versions(prover: Prover, domains: Domains, server: str) -> None:
    raw = (results(PASS, server) + FROM_OUTSIDE).encode() + domains.sign(mail())
    assert "cannot be read" in refused(prover, raw)


def test_only_trusted_servers(prover: Prover, domains: Domains) -> None:
    for server in ("mx.example.org", "x.mx.example.net", "example.net", '"mx.example.net; x"'):
        raw = (results(PASS, server) + FROM_OUTSIDE).encode() + domains.sign(mail())
        assert "of a trusted server" in refused(prover, raw)
    raw = delivered(PASS, domains.sign(mail()))
    assert "no server is trusted" in refused(Prover(OWN, dkim=False), raw)


def test_only_the_topmost(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    above = (results("dkim=fail header.d=example.org") + results(PASS)).encode()
    assert "did not find" in refused(prover, above + signed)
    broken = (results("dkim=pass (") + results(PASS)).encode()
    assert "cannot be read" in refused(prover, broken + signed)
    other = (results("dkim=fail header.d=example.org", "list.example.org") + results(PASS)).encode()
    assert proven(prover, other + signed).may_change


def test_what_came_with_the_mail_is_forged(prover: Prover) -> None:
    forged = results(PASS).encode() + mail()
    assert "may be forged" in refused(prover, FROM_OUTSIDE.encode() + forged)
    assert "may be forged" in refused(prover, (INTO_MAILBOX + FROM_OUTSIDE).encode() + forged)
    # Also below what the forger wrote to look as if the mail had been inside all the time.
    assert "may be forged" in refused(prover, (FROM_OUTSIDE + INTO_MAILBOX).encode() + forged)


def test_even_where_nothing_is_signed_it_needs_a_signature(prover: Prover) -> None:
    assert "did not find" in refused(prover, delivered(PASS, mail()))


def test_dmarc_alone_may_ask(prover: Prover) -> None:
    found = proven(prover, delivered("dmarc=pass (p=none) header.from=Example.org", mail()))
    assert (found.address, found.may_change, found.names_bot) == ("ada@example.org", False, False)
    assert found.signed_at == SENT
    assert "no signature of example.org" in found.lacks


def test_dmarc_with_a_signature_may_change(prover: Prover, domains: Domains) -> None:
    says = f"dmarc=pass header.from=example.org; {PASS}"
    assert proven(prover, delivered(says, domains.sign(mail()))).may_change


def test_the_same_demands_on_the_signature(prover: Prover, domains: Domains) -> None:
    lengthy = domains.sign(mail(), length=True)
    assert "does not count" in refused(prover, delivered(PASS, lengthy))
    partial = domains.sign(mail(), covers=(b"from", b"to"))
    assert "Date, Message-ID" in proven(prover, delivered(PASS, partial)).lacks


def test_a_forged_signature_field_beside_the_real_one_only_takes_away(
    prover: Prover, domains: Domains
) -> None:
    partial = domains.sign(mail(), covers=(b"from", b"to"))
    whole = domains.sign(mail("other\n")).partition(b"From:")[0]
    assert not proven(prover, delivered(PASS, whole + partial)).may_change


@pytest.mark.parametrize("says", [PASS, f"{PASS}; dmarc=pass header.from=example.org"])
def test_a_valid_signature_that_does_not_count_hides_behind_a_forged_one(
    prover: Prover, domains: Domains, says: str
) -> None:
    tail = domains.sign(mail(), length=True) + b"mute 70001\r\n"
    forged = domains.sign(mail("other\n")).partition(b"From:")[0]
    assert "(l=)" in refused(prover, delivered(says, forged + tail))
    unreadable = b"DKIM-Signature: d=example.org; d=example.org\r\n"
    assert "cannot be read" in refused(prover, delivered(says, unreadable + forged + mail()))
    # What another domain has signed in such a way is of no concern.
    other = domains.sign(domains.sign(mail()), "list.example.net", algorithm=b"rsa-sha1")
    assert proven(prover, delivered(says, other)).may_change


@pytest.mark.parametrize(
    ("value", "internal"),
    [
        ("by mx.example.net (Postfix, from userid 0) id 4F0; date", True),
        ("from mx.example.net by imap.example.net with LMTP id x; date", True),
        ("from mx.example.net (mx.example.net [10.0.0.1]) by x (Dovecot) with LMTPSA id x", True),
        ("from a.example.org by mx.example.net with ESMTPS id x; date", False),
        ("from with-lmtp.example.org by mx.example.net with SMTP; date", False),
        ("from a.example.org (with LMTP) by mx.example.net with ESMTP; date", False),
        ("from a.example.org by mx.example.net; date", False),
        ('from a( by mx with esmtps (envelope-from <"x)) with LMTP (y"@c>) id x', False),
        ("from a.example.org by mx with LMTP.example.org with ESMTP", False),
        ("from pop.example.org by localhost with POP3 (fetchmail-6.4); date", False),
        ("", False),
    ],
)
def test_hops_inside_the_house(value: str, internal: bool) -> None:
    assert is_internal(value) is internal
