# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom From names, and all the ways in which it could seem to name another."""

from __future__ import annotations

import dkim  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS
from bot.mail.errors import MessageError
from bot.mail.header_block import read_fields, read_header
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.mail.structure import read_structure
from bot.trust.errors import NotProvenError
from bot.trust.letter import Letter, require_plain_header
from bot.trust.prove import Prover
from bot.trust.sender import read_sender
from tests.trust.domains import ALL, Domains
from tests.trust.letters import OWN, mail, proven, refused


@pytest.fixture
def prover(domains: Domains) -> Prover:
    return Prover(OWN, lookup=domains.lookup)


@pytest.mark.parametrize(
    "value",
    [
        "ada@example.org",
        "Ada@Example.ORG",
        "<ada@example.org>",
        "Ada Example <ada@example.org>",
        '"Example, Ada (she)" <ada@example.org>',
        "=?utf-8?q?Ad=C3=A1?= <ada@example.org>",
        "Adá <ada@example.org>",
        '"bob@example.org" <ada@example.org>',
        "\tAda\r\n Example <ada@example.org> ",
    ],
)
def test_one_mailbox(value: str) -> None:
    header = read_header(f"From: {value}\r\n\r\n".encode(), DEFAULT_LIMITS)
    assert read_sender(header).address == "ada@example.org"


@pytest.mark.parametrize(
    "value",
    [
        "ada@example.org, eve@example.org",
        "ada@example.org eve@example.org",
        "ada@example.org <eve@example.org>",
        "<ada@example.org> <eve@example.org>",
        "eve@example.org (ada@example.org)",
        "(ada@example.org) eve@example.org",
        "Ada: ada@example.org;",
        "Ada <ada@example.org> (eve)",
        '"Ada" <"ada"@example.org>',
        "<@example.net:ada@example.org>",
        "ada@[192.0.2.1]",
        "ada@localhost",
        "ada@exаmple.org",  # a Cyrillic letter
        "adа@example.org",
        "ada@example..org",
        "ada@-example.org",
        ".ada@example.org",
        "Ada",
        "",
        '"Ada <ada@example.org>',
        "Ada\\ <ada@example.org>",
        "x" * 2_000 + " <ada@example.org>",
    ],
)
def test_what_could_be_read_in_two_ways(value: str) -> None:
    header = read_header(f"From: {value}\r\n\r\n".encode(), DEFAULT_LIMITS)
    with pytest.raises(NotProvenError):
        read_sender(header)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_stands_there_names_the_last_mailbox_or_nobody(before: str, behind: str) -> None:
    header = read_header(
        b"From: " + f"{before}<ada@example.org>{behind}".encode("utf-8", "replace") + b"\n\n",
        DEFAULT_LIMITS,
    )
    try:
        assert read_sender(header).address == "ada@example.org"
    except NotProvenError:
        return


def test_two_headers_from(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    second = b"From: eve@example.org\r\n"
    assert "more than one header from" in refused(prover, second + signed)
    assert "more than one header from" in refused(
        prover, signed.replace(b"\r\nTo:", b"\r\n" + second + b"To:")
    )


@pytest.mark.parametrize("name", ["To", "Cc", "Subject", "Date", "Message-ID", "Content-Type"])
def test_other_headers_that_may_stand_once(prover: Prover, domains: Domains, name: str) -> None:
    signed = domains.sign(mail(Cc="x@example.net"))
    assert f"more than one header {name.lower()}" in refused(
        prover, f"{name}: bot@example.net\r\n".encode() + signed
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: ", b"From : "),
        (b"From: ", b"From eve@example.org Wed\r\nFrom: "),
        (b"From: ", b"X: a\0b\r\nFrom: "),
        (b"From: ", b"X: a\rFrom: eve@example.org\r\nFrom: "),
        (b"From: ", b"no field\r\nFrom: "),
        (b"\r\n\r\n", b"\r\nno field\r\n\r\n"),
    ],
)
def test_headers_that_two_programs_might_read_differently(
    prover: Prover, domains: Domains, old: bytes, new: bytes
) -> None:
    signature = domains.sign(mail()).removesuffix(mail())
    changed = signature + mail().replace(old, new, 1)
    assert "its header" in refused(prover, changed)
    assert "its header" in refused(prover, changed.replace(b"\r\n", b"\n"))


def test_what_stands_in_front_of_the_header(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail())
    for before in (b"\r\n", b"From eve@example.org Wed\r\n", b" folded\r\n"):
        assert "its header" in refused(prover, before + signed)


def letter(raw: bytes, own: OwnIdentity = OWN) -> Letter:
    structure = read_structure(raw, DEFAULT_LIMITS)
    return Letter(raw, structure, parse_message(raw, own), own, DEFAULT_LIMITS)


_LINES = st.sampled_from(
    [
        *(b"From: a@example.org", b"From : x", b"X:", b":x", b" folded", b"\tfolded", b" ", b""),
        *(b"\r", b"\0", b"From a", b">From b", b"no field", b"To: \xff", b"Y: a\rb", b"\rZ: a"),
    ]
)


@given(
    st.lists(_LINES, max_size=8), st.sampled_from([b"\n", b"\r\n", b"\r"]), st.binary(max_size=20)
)
def test_dkimpy_reads_a_plain_header_as_we_do(
    lines: list[bytes], line_end: bytes, body: bytes
) -> None:
    raw = b"Date: x" + line_end + line_end.join(lines) + line_end * 2 + body
    try:
        one = letter(raw)
        require_plain_header(one)
    except (MessageError, NotProvenError):
        return
    fields, rest = dkim.rfc822_parse(raw)
    assert [(name.lower().decode(), _unfolded(value)) for name, value in fields] == [
        (name, value) for name, value in read_fields(one.raw, one.limits)
    ]
    ours = raw[one.header.body_start :]
    assert rest == ours.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _unfolded(value: bytes) -> bytes:
    return value.replace(b"\r\n", b"").strip()


def test_display_names_prove_nothing(prover: Prover, domains: Domains) -> None:
    lured = mail(From='"Ada Example <ada@example.org>" <eve@example.net>')
    signed = domains.sign(lured, "example.net")
    assert proven(prover, signed).address == "eve@example.net"
    assert "no say in example.net" in refused(prover, domains.sign(lured, "example.org"))


def test_look_alike_domains_are_other_domains(prover: Prover, domains: Domains) -> None:
    other = mail(From="ada@xn--exmple-4nf.org")
    assert proven(prover, domains.sign(other, "xn--exmple-4nf.org")).address != "ada@example.org"
    assert "no say" in refused(prover, domains.sign(other, "example.org"))


@pytest.mark.parametrize("name", ["Reply-To", "Sender", "Resent-From", "X-Original-From"])
def test_other_headers_name_nobody(prover: Prover, domains: Domains, name: str) -> None:
    raw = f"{name}: Ada Example <ada@example.org>\r\n".encode() + mail(From="eve@example.net")
    signed = domains.sign(raw, "example.net", covers=(b"from", b"to", b"date", b"message-id"))
    assert proven(prover, signed).address == "eve@example.net"
    assert "no say" in refused(prover, domains.sign(raw, "example.org"))


def test_a_domain_that_names_another_of_its_users(prover: Prover, domains: Domains) -> None:
    private, _ = domains.keys[2048]
    domains.sign(mail())

    def signed(raw: bytes, identity: bytes) -> bytes:
        field = dkim.sign(
            raw, b"s", b"example.org", private, identity=identity, include_headers=ALL
        )
        return bytes(field) + raw

    assert proven(prover, signed(mail(), b"@example.org")).may_change
    assert proven(prover, signed(mail(), b"Ada@example.org")).may_change
    other = proven(prover, signed(mail(), b"eve@example.org"))
    assert other.lacks == "the signature of example.org is in the name of another"
    assert not other.may_change
    for sender, may_change in (
        ("Ada <ada@example.org>", True),
        ("guix-patches-bounces@gnu.org", True),
        ("Ada Example <eve@example.org>", False),
    ):
        raw = f"Sender: {sender}\r\n".encode() + mail()
        assert proven(prover, domains.sign(raw)).may_change is may_change


@pytest.mark.parametrize(
    "address",
    ["guix-patches@gnu.org", "70001@debbugs.gnu.org", "guix-devel-bounces@gnu.org"],
)
def test_the_address_of_a_list_proves_no_person(
    prover: Prover, domains: Domains, address: str
) -> None:
    rewritten = mail(
        From=f"Ada Example via Guix-patches via <{address}>", Reply_To="ada@example.org"
    )
    assert "needs an OpenPGP signature" in refused(prover, domains.sign(rewritten, "gnu.org"))


@pytest.mark.parametrize(
    "header",
    [
        "List-Post: <mailto:team@lists.example.org>",
        "List-Id: Team <team.lists.example.org>",
        "X-BeenThere: team@lists.example.org",
        "Mailing-List: list team@lists.example.org; contact x@example.org",
    ],
)
def test_lists_that_nobody_configured(prover: Prover, domains: Domains, header: str) -> None:
    raw = header.encode() + b"\r\n" + mail(From="Ada <team@lists.example.org>")
    if header.startswith("Mailing-List"):
        raw = raw.replace(b"list team", b"team").replace(b"; contact x@example.org", b"")
    assert "a list wrote its From" in refused(prover, domains.sign(raw, "example.org"))
    person = header.encode() + b"\r\n" + mail(From="Ada <ada@lists.example.org>")
    assert proven(prover, domains.sign(person, "example.org")).may_change


def test_via_a_list_at_another_address(prover: Prover, domains: Domains) -> None:
    raw = b"List-Id: <team.example.org>\r\n" + mail(From="Ada via Team <all@example.org>")
    assert "a list wrote its From" in refused(prover, domains.sign(raw))


def test_the_bots_own_address_proves_nobody(prover: Prover, domains: Domains) -> None:
    own = mail(From="bot+x@example.net")
    assert "no person" in refused(prover, domains.sign(own, "example.net"))
