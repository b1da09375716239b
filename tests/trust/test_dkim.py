# SPDX-License-Identifier: GPL-3.0-or-later
"""DKIM: real signatures by dkimpy, verified with an injected resolver; and every way to cheat."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta

import dkim  # type: ignore[import-untyped]
import pytest

from bot.limits import Limits
from bot.trust.proof import Method, Unproven
from bot.trust.prove import Prover
from tests.trust.domains import ALL, Domains
from tests.trust.letters import OWN, SENT, TEXT, examined, mail, proven, refused


@pytest.fixture
def prover(domains: Domains) -> Prover:
    return Prover(OWN, lookup=domains.lookup)


def without(*names: bytes) -> tuple[bytes, ...]:
    return tuple(name for name in ALL if name not in names)


def test_a_signature_of_the_senders_domain_proves(prover: Prover, domains: Domains) -> None:
    before = datetime.now(UTC)
    found = proven(prover, domains.sign(mail()))
    assert (found.method, found.by, found.address) == (
        Method.DKIM,
        "example.org",
        "ada@example.org",
    )
    assert found.text == TEXT
    assert found.may_change
    assert found.names_bot
    assert not found.lacks
    assert timedelta(seconds=-2) < found.signed_at - before < timedelta(minutes=1)


@pytest.mark.parametrize("canonicalize", [(b"simple", b"simple"), (b"relaxed", b"simple")])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_however_it_is_canonicalised_and_stored(
    prover: Prover, domains: Domains, canonicalize: tuple[bytes, bytes], line_end: bytes
) -> None:
    signed = domains.sign(mail("two   blanks \n\n\n"), canonicalize=canonicalize)
    assert proven(prover, signed.replace(b"\r\n", line_end)).text == "two   blanks \n\n\n"


def test_a_changed_text_or_header_proves_nothing(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    assert "does not verify" in refused(prover, signed.replace(b"70001", b"70002"))
    assert "does not verify" in refused(
        prover, signed.replace(b"bot@example.net", b"x@example.net")
    )


def test_the_parent_domain_speaks_for_its_child_and_not_the_child_for_it(
    prover: Prover, domains: Domains
) -> None:
    child = mail(From="ada@mail.example.org")
    assert proven(prover, domains.sign(child, "example.org")).address == "ada@mail.example.org"
    assert "no say" in refused(prover, domains.sign(mail(), "mail.example.org"))


@pytest.mark.parametrize("domain", ["evil.example.net", "xample.org", "org", "ample.org"])
def test_an_unaligned_signature_proves_nobody(
    prover: Prover, domains: Domains, domain: str
) -> None:
    assert f"{domain} signed it, and has no say in example.org" in refused(
        prover, domains.sign(mail(), domain)
    )
    assert domains.asked == []


@pytest.mark.parametrize(
    ("address", "suffix"), [("a@x.co.uk", "co.uk"), ("a@ada.github.io", "github.io")]
)
def test_a_public_suffix_speaks_for_nobody(
    prover: Prover, domains: Domains, address: str, suffix: str
) -> None:
    assert "no say" in refused(prover, domains.sign(mail(From=address), suffix))


def test_the_aligned_one_of_several_counts(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(domains.sign(domains.sign(mail()), "list.example.net"), "gnu.org")
    assert proven(prover, signed).by == "example.org"
    # A broken one of the same domain on top does no harm.
    broken = domains.sign(mail("other\n"), selector="t").partition(b"From:")[0]
    assert proven(prover, broken + signed).may_change


def test_no_more_signatures_are_tried_than_the_bound_allows(domains: Domains) -> None:
    prover = Prover(OWN, lookup=domains.lookup, limits=Limits(dkim_signatures=3))
    raw = mail()
    for number in range(8):
        raw = domains.sign(mail("other\n"), selector=f"s{number}").partition(b"From:")[0] + raw
    assert "does not verify" in refused(prover, raw)
    assert len(domains.asked) == 3


def test_a_tail_behind_a_signature_of_limited_length(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail(), length=True)
    assert "(l=)" in refused(prover, signed)
    assert "(l=)" in refused(prover, signed + b"mute 70001\r\n")


@pytest.mark.parametrize(
    ("name", "shown"), [(b"date", "Date"), (b"message-id", "Message-ID"), (b"to", "To")]
)
def test_what_is_not_covered_is_told_and_changes_nothing(
    prover: Prover, domains: Domains, name: bytes, shown: str
) -> None:
    found = proven(prover, domains.sign(mail(), covers=without(name)))
    assert not found.may_change
    assert found.lacks == f"the signature of example.org does not cover {shown}"


def test_a_recipient_counts_only_where_it_is_covered(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail(To="ada@example.org"), covers=without(b"cc"))
    assert not proven(prover, signed).names_bot
    added = proven(prover, signed.replace(b"Subject:", b"Cc: bot@example.net\r\nSubject:"))
    assert not added.names_bot
    assert not added.may_change  # a field of the same kind that was not signed
    both = domains.sign(mail(To="ada@example.org", Cc="x@example.net, bot+tag@example.net"))
    assert proven(prover, both).names_bot


def test_without_any_recipient_nothing_is_changed(prover: Prover, domains: Domains) -> None:
    assert "cover To" in proven(prover, domains.sign(mail(To=None))).lacks


def test_small_keys(prover: Prover, domains: Domains) -> None:
    found = proven(prover, domains.sign(mail(), bits=1024))
    assert not found.may_change
    assert "1024 bits" in found.lacks
    assert "does not verify" in refused(prover, domains.sign(mail(), bits=768))


def test_sha1_is_refused(prover: Prover, domains: Domains) -> None:
    assert "rsa-sha1" in refused(prover, domains.sign(mail(), algorithm=b"rsa-sha1"))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"v=DKIM1; t=y; ", "test mode"),
        (b"v=DKIM1; t=s : y; ", "test mode"),
        (b"v=DKIM1; h=sha1; ", "not for sha256"),
        (b"v=DKIM1; s=other; ", "does not verify"),
        (b"v=DKIM2; ", "does not verify"),
        (b"v=DKIM1; n=" + b"x" * 3000 + b"; ", "does not verify"),
    ],
)
def test_keys_that_must_not_count(
    prover: Prover, domains: Domains, record: bytes, reason: str
) -> None:
    assert reason in refused(prover, domains.sign(mail(), record=record))


def test_a_key_that_does_not_sign_for_subdomains(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail(), record=b"v=DKIM1; t=s; ")
    assert proven(prover, signed).may_change
    private, _ = domains.keys[2048]
    below = dkim.sign(
        mail(), b"s", b"example.org", private, identity=b"@mail.example.org", include_headers=ALL
    )
    assert "t=s" in refused(prover, bytes(below) + mail())


def test_a_withdrawn_key(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    domains.records = dict.fromkeys(domains.records, b"v=DKIM1; p=")
    assert "does not verify" in refused(prover, signed)
    domains.records = {}
    assert "does not verify" in refused(prover, signed)


def test_where_the_dns_is_silent_it_may_be_asked_later(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    domains.silent = True
    found = examined(prover, signed)
    assert isinstance(found, Unproven)
    assert found.temporary
    assert not examined(prover, mail()).temporary  # type: ignore[union-attr]


def signed_with(domains: Domains, **tags: int) -> bytes:
    """Sign with further tags, which dkimpy does not write."""
    private, _ = domains.keys[2048]
    domains.sign(mail())
    signer = dkim.DKIM(mail())
    original = signer.gen_header

    def extended(fields: list[tuple[bytes, bytes]], *rest: object) -> bytes:
        kept = [field for field in fields if field[0].decode() not in tags]
        more = [(name.encode(), b"%d" % value) for name, value in tags.items()]
        return bytes(original(more + kept, *rest))

    signer.gen_header = extended
    field = signer.sign(b"s", b"example.org", private, include_headers=ALL)
    return bytes(field) + mail()


def test_an_expired_signature(prover: Prover, domains: Domains) -> None:
    now = int(datetime.now(UTC).timestamp())
    assert proven(prover, signed_with(domains, x=now + 600)).may_change
    assert "expired" in refused(prover, signed_with(domains, t=now - 900, x=now - 300))


def test_the_signatures_own_time_and_else_the_signed_date(prover: Prover, domains: Domains) -> None:
    past = int(datetime(2026, 11, 24, 9, 30, tzinfo=UTC).timestamp())
    assert proven(prover, signed_with(domains, t=past)).signed_at == datetime(
        2026, 11, 24, 9, 30, tzinfo=UTC
    )
    private, _ = domains.keys[2048]
    signer = dkim.DKIM(mail())
    original = signer.gen_header
    signer.gen_header = lambda fields, *rest: original([f for f in fields if f[0] != b"t"], *rest)
    timeless = bytes(signer.sign(b"s", b"example.org", private, include_headers=ALL)) + mail()
    assert b" t=" not in timeless
    assert proven(prover, timeless).signed_at == SENT


def test_ed25519(prover: Prover, domains: Domains) -> None:
    signing = pytest.importorskip("nacl.signing")
    private = signing.SigningKey.generate()
    public = base64.b64encode(bytes(private.verify_key))
    domains.records[b"e._domainkey.example.org."] = b"v=DKIM1; k=ed25519; p=" + public
    field = dkim.sign(
        mail(),
        b"e",
        b"example.org",
        base64.b64encode(bytes(private)),
        include_headers=ALL,
        signature_algorithm=b"ed25519-sha256",
    )
    assert proven(prover, bytes(field) + mail()).may_change
    broken = (bytes(field) + mail()).replace(b"70001", b"70002")
    assert "does not verify" in refused(prover, broken)


def test_switched_off(domains: Domains) -> None:
    signed = domains.sign(mail())
    prover = Prover(OWN, lookup=domains.lookup, dkim=False)
    assert "not verified here" in refused(prover, signed)
    assert domains.asked == []


def test_copies_share_the_nonce_and_others_do_not(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    first = proven(prover, signed)
    copy = b"Received: by x; now\r\nList-Id: <l.example.net>\r\nX-More: 1\r\n" + signed
    assert proven(prover, copy).nonce == first.nonce
    again = domains.sign(domains.sign(mail()), selector="u")
    assert proven(prover, again).nonce == first.nonce
    other = domains.sign(mail(Message_ID="<two@example.org>"))
    assert proven(prover, other).nonce != first.nonce
    somebody = domains.sign(mail(From="bob@example.org"))
    assert proven(prover, somebody).nonce != first.nonce


def test_a_message_id_that_is_not_covered_makes_no_new_nonce(
    prover: Prover, domains: Domains
) -> None:
    signed = domains.sign(mail(), covers=without(b"message-id"))
    replayed = re.sub(rb"<one@", b"<two@", signed)
    assert proven(prover, signed).nonce == proven(prover, replayed).nonce
    other = domains.sign(mail("help\n"), covers=without(b"message-id"))
    assert proven(prover, signed).nonce != proven(prover, other).nonce


def test_from_has_to_be_covered(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    bare = re.sub(rb"h=from : ", b"h=", signed)
    assert bare != signed
    assert "does not verify" in refused(prover, bare)
