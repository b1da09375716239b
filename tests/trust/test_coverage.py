# SPDX-License-Identifier: GPL-3.0-or-later
"""A text counts only where the signature leaves one way to read it."""

from __future__ import annotations

import pytest

from bot.trust.prove import Prover
from tests.trust.domains import ALL, Domains
from tests.trust.letters import OWN, mail, proven

GMAIL = (b"to", b"subject", b"message-id", b"date", b"from", b"mime-version", b"cc")
"""Large domains leave Content-Type out."""
FORM = "Content-Type and Content-Transfer-Encoding"
PARTS = """--b
Content-Type: text/plain; charset=utf-8

recheck 70001
--b
Content-Type: text/plain
Content-Disposition: attachment

--c
Content-Type: text/plain

mute 70001
--c--
--b--
"""
MULTIPART = 'multipart/mixed; boundary="b"'


@pytest.fixture
def prover(domains: Domains) -> Prover:
    return Prover(OWN, lookup=domains.lookup)


def test_the_text_is_the_first_that_is_no_attachment(prover: Prover, domains: Domains) -> None:
    signed = domains.sign(mail(PARTS, Content_Type=MULTIPART, Content_Transfer_Encoding=None))
    assert proven(prover, signed).text == "recheck 70001"
    assert proven(prover, signed).may_change


def test_an_attached_or_enclosed_mail_is_not_the_senders_text(
    prover: Prover, domains: Domains
) -> None:
    forwarded = f"""--b
Content-Type: message/rfc822

{mail("mute 70001").decode()}
--b
Content-Type: text/plain

see above
--b--
"""
    signed = domains.sign(mail(forwarded, Content_Type=MULTIPART))
    assert proven(prover, signed).text == "see above"


def test_a_body_that_names_its_boundary_can_be_read_in_one_way(
    prover: Prover, domains: Domains
) -> None:
    signed = domains.sign(mail(PARTS, Content_Type=MULTIPART), covers=GMAIL)
    assert proven(prover, signed).may_change
    # With another boundary, or none, the attachment would be the text.
    for header in (b"multipart/mixed; boundary=c", b"text/plain", b"multipart/mixed"):
        changed = signed.replace(MULTIPART.encode(), header)
        assert FORM in proven(prover, changed).lacks
    cut = signed.replace(b"Content-Type: " + MULTIPART.encode() + b"\r\n", b"", 1)
    assert cut != signed
    assert FORM in proven(prover, cut).lacks


def test_a_preamble_hides_the_boundary(prover: Prover, domains: Domains) -> None:
    raw = mail("This is MIME.\n" + PARTS, Content_Type=MULTIPART)
    assert FORM in proven(prover, domains.sign(raw, covers=GMAIL)).lacks
    assert proven(prover, domains.sign(raw)).may_change


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("recheck 70001\n", None),
        ("recheck 70001\n", "text/plain"),
        ("recheck 70001\n", 'text/plain; charset="UTF-8"'),
        ("waive 70001 size Genügt.\n", "text/plain; charset=utf-8"),
    ],
)
def test_plain_text_needs_no_header_to_be_read(
    prover: Prover, domains: Domains, text: str, header: str | None
) -> None:
    raw = mail(text, Content_Type=header, Content_Transfer_Encoding=None)
    found = proven(prover, domains.sign(raw, covers=GMAIL))
    assert found.may_change
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("recheck =\n70001\n", {}),
        ("recheck 70001\n", {"Content_Transfer_Encoding": "quoted-printable"}),
        ("cmVjaGVjawo=\n", {"Content_Transfer_Encoding": "base64"}),
        ("recheck 70001\n", {"Content_Type": "text/plain; charset=utf-7"}),
        ("recheck 70001\n", {"Content_Type": "text/plain; charset*=utf-7''x"}),
        ("recheck \n70001\n", {"Content_Type": "text/plain; format=flowed"}),
        ("recheck 70001\n", {"Content_Type": "text/plain; name=x.txt"}),
        ("recheck 70001\n", {"Content_Type": "text/x-patch"}),
        ("--b\n\nrecheck 70001\n", {}),
        ("\x1b$Brecheck\n", {}),
    ],
)
def test_what_other_headers_could_read_otherwise(
    prover: Prover, domains: Domains, text: str, changes: dict[str, str]
) -> None:
    raw = mail(text, **{"Content_Transfer_Encoding": None, **changes})
    assert FORM in proven(prover, domains.sign(raw, covers=GMAIL)).lacks


def test_bytes_of_no_known_charset(prover: Prover, domains: Domains) -> None:
    raw = mail("Gen\xfcgt\n".encode("latin-1"), Content_Transfer_Encoding=None)
    assert FORM in proven(prover, domains.sign(raw, covers=GMAIL)).lacks


def test_an_encoding_that_was_not_signed(prover: Prover, domains: Domains) -> None:
    some = tuple(name for name in ALL if name != b"content-transfer-encoding")
    encoded = mail("recheck 70001=\n\n", Content_Transfer_Encoding="quoted-printable")
    assert FORM in proven(prover, domains.sign(encoded, covers=some)).lacks
    assert proven(prover, domains.sign(encoded)).may_change
    assert proven(prover, domains.sign(mail(), covers=some)).may_change
