# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenPGP: real keys, real signatures, a real gpgv; inline and PGP/MIME."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.limits import DEFAULT_LIMITS, Limits
from bot.trust.armor import SIGNATURE, dearmored_blocks
from bot.trust.certificates import read_certificates
from bot.trust.keyring import Keyring
from bot.trust.packets import Tag, read_packets
from bot.trust.proof import Method, Proof, Unproven
from bot.trust.prove import Prover
from tests.trust.domains import Domains
from tests.trust.letters import OWN, examined, mail, proven, refused
from tests.trust.openpgp_keys import LONG_AGO, SOON_AFTER, GnuPG, revoke

COMMAND = "@weighbridge recheck 70001\n- dashed\n\nFrom here on  \nGenügt.\n"
PART = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + COMMAND
MIXED = 'multipart/mixed; boundary="outer"'


@pytest.fixture(scope="session")
def keyring(gpg: GnuPG) -> Keyring:
    return gpg.keyring("ada", "bob", "expired", "short", "dsa", "sha1", "revoked")


@pytest.fixture
def prover(keyring: Keyring) -> Prover:
    return Prover(OWN, keyring, dkim=False)


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def pgp_mime(
    gpg: GnuPG, part: str = PART, name: str = "ada", signature: bytes | None = None, **changes: str
) -> bytes:
    """Return a mail whose ``part`` is signed as RFC 3156 says, its last line end excepted."""
    made = gpg.detached(name, crlf(part)) if signature is None else signature
    body = f"--b\n{part}\n--b\nContent-Type: application/pgp-signature\n\n{made.decode()}\n--b--\n"
    kind = 'multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary=b'
    return mail(body, **{"Content_Type": kind, "Content_Transfer_Encoding": "7bit", **changes})


def inline(gpg: GnuPG, text: str = COMMAND, name: str = "ada", *more: str) -> bytes:
    return mail(gpg.clear_signed(name, text, *more))


# -- what proves ---------------------------------------------------------------------------------


def test_inline(gpg: GnuPG, prover: Prover) -> None:
    found = proven(prover, inline(gpg))
    primary, subkey = gpg.fingerprints("ada")
    assert found.method is Method.OPENPGP
    assert (found.by, found.key) == (primary, subkey)
    assert found.address == "ada@example.org"
    assert found.text == "@weighbridge recheck 70001\n- dashed\n\nFrom here on\nGenügt.\n"
    assert found.may_change
    assert not found.names_bot
    assert abs(found.signed_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_pgp_mime(gpg: GnuPG, prover: Prover) -> None:
    found = proven(prover, pgp_mime(gpg))
    assert found.by == gpg.fingerprints("ada")[0]
    assert found.text == COMMAND
    assert found.may_change


@pytest.mark.parametrize("made", ["inline", "mime"])
def test_stored_with_other_line_ends(gpg: GnuPG, prover: Prover, made: str) -> None:
    raw = inline(gpg) if made == "inline" else pgp_mime(gpg)
    assert proven(prover, raw.replace(b"\r\n", b"\n")).nonce == proven(prover, raw).nonce


def test_a_transfer_encoding_around_a_clear_signed_text(gpg: GnuPG, prover: Prover) -> None:
    signed = gpg.clear_signed("ada", COMMAND).decode()
    quoted = signed.replace("=", "=3D").replace("ü", "=C3=BC").replace("signed", "sig=\nned")
    found = proven(prover, mail(quoted, Content_Transfer_Encoding="quoted-printable"))
    assert "Genügt." in found.text


def test_a_signed_multipart(gpg: GnuPG, prover: Prover) -> None:
    part = (
        'Content-Type: multipart/mixed; boundary="i"\n\n--i\nContent-Type: text/plain\n'
        "Content-Transfer-Encoding: base64\n\nbXV0ZSA3MDAwMQ==\n--i\nContent-Type: text/plain\n"
        "Content-Disposition: attachment\n\nhold\n--i--\n"
    )
    assert proven(prover, pgp_mime(gpg, part)).text == "mute 70001"


def test_a_list_that_adds_a_footer(gpg: GnuPG, prover: Prover) -> None:
    """Mailman 2.1 puts PGP/MIME into a multipart/mixed, and text behind an inline one."""
    inner = pgp_mime(gpg)
    header, _, body = inner.replace(b"\r\n", b"\n").partition(b"\n\n")
    kind = re.search(rb"Content-Type: [^\n]+", header)
    assert kind is not None
    listed = (
        b"--outer\n" + kind[0] + b"\n\n" + body + b"\n--outer\nContent-Type: text/plain\n\n"
        b"@weighbridge hold\n--outer--\n"
    )
    assert proven(prover, mail(listed, Content_Type=MIXED)).text == COMMAND
    footer = inline(gpg) + b"____\r\n@weighbridge hold\r\n"
    assert "hold" not in proven(prover, footer).text


def test_a_rewritten_from_is_no_obstacle(gpg: GnuPG, prover: Prover) -> None:
    listed = mail(
        gpg.clear_signed("ada", COMMAND),
        From="Ada via Guix-patches via <guix-patches@gnu.org>",
        Reply_To="Ada <ada@example.org>",
        Subject="[bug#70001] steer",
    )
    assert proven(prover, listed).address == "ada@example.org"
    stolen = listed.replace(b"Reply-To: Ada <ada@", b"Reply-To: Ada <eve@")
    assert proven(prover, stolen).address == ""


def test_an_address_that_is_not_the_keys(gpg: GnuPG, prover: Prover) -> None:
    signed = gpg.clear_signed("ada", COMMAND)
    assert proven(prover, mail(signed, From="eve@example.net")).address == ""
    assert proven(prover, mail(signed, From="ada@example.org, eve@example.net")).address == ""


def test_recipients_count_where_they_were_signed_along(gpg: GnuPG, prover: Prover) -> None:
    part = (
        'Content-Type: text/plain; hp="clear"\nTo: bot@example.net\nFrom: ada@example.org\n\nhelp\n'
    )
    assert proven(prover, pgp_mime(gpg, part)).names_bot
    draft = part.replace('hp="clear"', 'protected-headers="v1"')
    assert proven(prover, pgp_mime(gpg, draft)).names_bot
    other = part.replace("bot@example.net", "ada@example.org")
    assert not proven(prover, pgp_mime(gpg, other)).names_bot
    assert not proven(prover, pgp_mime(gpg, part.replace('; hp="clear"', ""))).names_bot


def test_it_comes_before_what_the_domain_says(
    gpg: GnuPG, keyring: Keyring, domains: Domains
) -> None:
    prover = Prover(OWN, keyring, lookup=domains.lookup)
    assert proven(prover, domains.sign(inline(gpg))).method is Method.OPENPGP
    # A key that is not known says nothing, so the domain is asked.
    other = proven(prover, domains.sign(inline(gpg, name="stranger")))
    assert other.method is Method.DKIM
    assert "@weighbridge" in other.text


# -- replay --------------------------------------------------------------------------------------


def test_copies_share_the_nonce(gpg: GnuPG, prover: Prover) -> None:
    raw = pgp_mime(gpg)
    copy = raw.replace(b"<one@", b"<two@").replace(b"Ada Example", b"Eve").replace(b"steer", b"x")
    assert proven(prover, copy).nonce == proven(prover, raw).nonce
    again = pgp_mime(gpg, PART.replace("70001", "70002"))
    assert proven(prover, again).nonce != proven(prover, raw).nonce


def test_a_signature_made_later_is_another(gpg: GnuPG, prover: Prover) -> None:
    late = datetime.now(UTC) + timedelta(hours=1)
    first = proven(prover, inline(gpg))
    second = proven(
        prover, inline(gpg, COMMAND, "ada", "--faked-system-time", f"{late:%Y%m%dT%H%M%S}")
    )
    assert second.nonce != first.nonce
    assert second.signed_at > first.signed_at


def with_a_note(gpg: GnuPG, armored: bytes) -> bytes:
    """Add to the part of a signature packet that nobody signs (RFC 9580 section 5.2.3)."""
    body = next(read_packets(dearmored_blocks(armored, SIGNATURE), 1)).body
    at = 6 + int.from_bytes(body[4:6], "big")
    length = int.from_bytes(body[at : at + 2], "big")
    end = at + 2 + length
    note = b"\x05" + b"\x64note"
    longer = body[:at] + (length + len(note)).to_bytes(2, "big") + body[at + 2 : end]
    packet = longer + note + body[end:]
    armor = gpg.run("--enarmor", content=b"\xc2" + bytes([len(packet)]) + packet)
    return armor.replace(b"PGP ARMORED FILE", b"PGP SIGNATURE")


def test_a_signature_that_was_dressed_up_anew_is_the_same(gpg: GnuPG, prover: Prover) -> None:
    signature = gpg.detached("bob", crlf(PART))
    raw = pgp_mime(gpg, signature=signature)
    dressed = pgp_mime(gpg, signature=with_a_note(gpg, signature))
    assert dressed != raw
    assert proven(prover, dressed).nonce == proven(prover, raw).nonce


def test_one_signature_written_inline_and_as_mime(gpg: GnuPG, prover: Prover) -> None:
    text = "Content-Type: text/plain\n\n@weighbridge mute 70001"
    signed = gpg.clear_signed("ada", text + "\n").decode()
    signature = signed[signed.index("-----BEGIN PGP SIGNATURE") :].encode()
    as_mime = pgp_mime(gpg, text, signature=signature)
    assert proven(prover, as_mime).nonce == proven(prover, mail(signed)).nonce


# -- what does not prove -------------------------------------------------------------------------


def with_armor(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert old in raw
    return raw.replace(old, new, 1)


@pytest.mark.parametrize("made", ["inline", "mime"])
def test_a_changed_text(gpg: GnuPG, prover: Prover, made: str) -> None:
    raw = inline(gpg) if made == "inline" else pgp_mime(gpg)
    assert "does not fit" in refused(prover, raw.replace(b"70001", b"70002", 1))


def test_a_key_that_nobody_listed(gpg: GnuPG, prover: Prover) -> None:
    assert "not in the keyring" in refused(prover, inline(gpg, name="stranger"))
    assert "no OpenPGP keys are configured" in refused(Prover(OWN, dkim=False), inline(gpg))


def test_a_key_that_has_expired(gpg: GnuPG, prover: Prover) -> None:
    raw = inline(gpg, COMMAND, "expired", "--faked-system-time", SOON_AFTER)
    assert "key has expired" in refused(prover, raw)


def test_a_signature_that_has_expired(gpg: GnuPG, keyring: Keyring) -> None:
    raw = inline(
        gpg, COMMAND, "expired", "--faked-system-time", LONG_AGO, "--default-sig-expire", "2d"
    )
    assert "expired" in refused(Prover(OWN, keyring, dkim=False), raw)
    past = datetime.now(UTC) - timedelta(seconds=2)
    at = ("--ignore-time-conflict", "--faked-system-time", f"{past:%Y%m%dT%H%M%S}")
    short = inline(gpg, COMMAND, "ada", *at, "--default-sig-expire", "seconds=1")
    assert "signature has expired" in refused(Prover(OWN, keyring, dkim=False), short)


def test_a_key_that_was_revoked(gpg: GnuPG, prover: Prover) -> None:
    raw = inline(gpg, name="revoked")
    assert proven(prover, raw)
    withdrawn = Keyring(read_certificates(revoke(gpg), DEFAULT_LIMITS))
    assert "was revoked" in refused(Prover(OWN, withdrawn, dkim=False), raw)


@pytest.mark.parametrize(
    ("name", "reason"), [("short", "RSA key of 1024 bits"), ("dsa", "DSA key of 1024 bits")]
)
def test_weak_keys(gpg: GnuPG, prover: Prover, name: str, reason: str) -> None:
    more = ("--enable-dsa2", "--digest-algo", "SHA256")
    assert reason in refused(prover, inline(gpg, COMMAND, name, *more))


@pytest.mark.parametrize("digest", ["SHA1", "RIPEMD160"])
def test_weak_digests(gpg: GnuPG, prover: Prover, digest: str) -> None:
    raw = inline(gpg, COMMAND, "ada", "--digest-algo", digest)
    assert "weak digest" in refused(prover, raw)


def test_a_key_that_only_sha1_vouches_for(gpg: GnuPG, prover: Prover) -> None:
    assert "not usable" in refused(prover, inline(gpg, name="sha1"))


def test_several_signatures(gpg: GnuPG, prover: Prover) -> None:
    two = inline(gpg, COMMAND, "ada", "-u", "bob@example.org")
    assert "exactly one OpenPGP signature" in refused(prover, two)
    both = gpg.detached("ada", crlf(PART)) + gpg.detached("bob", crlf(PART))
    assert "exactly one OpenPGP signature" in refused(prover, pgp_mime(gpg, signature=both))


def test_something_else_in_the_place_of_the_signature(gpg: GnuPG, prover: Prover) -> None:
    """A signed message, with a text of its own, is no signature over the part beside it."""
    message = gpg.run("-u", "ada@example.org", "-z0", "--sign", content=b"a text of its own\n")
    armored = gpg.run("--enarmor", content=message).decode()
    armored = re.sub(r"PGP ARMORED FILE", "PGP SIGNATURE", armored)
    assert "exactly one" in refused(prover, pgp_mime(gpg, signature=armored.encode()))
    key = gpg.public("ada", armor=True).replace(b"PUBLIC KEY BLOCK", b"SIGNATURE")
    assert "exactly one" in refused(prover, pgp_mime(gpg, signature=key))
    assert "broken" in refused(prover, pgp_mime(gpg, signature=armored[:200].encode()))
    assert "exactly one" in refused(prover, pgp_mime(gpg, signature=b"nothing"))


def test_a_signature_over_another_part(gpg: GnuPG, prover: Prover) -> None:
    signature = gpg.detached("ada", crlf("Content-Type: text/plain\n\nhelp\n"))
    assert "does not fit" in refused(prover, pgp_mime(gpg, signature=signature))


def test_three_parts(gpg: GnuPG, prover: Prover) -> None:
    raw = pgp_mime(gpg)
    more = raw.replace(b"--b--", b"--b\r\nContent-Type: text/plain\r\n\r\nhold\r\n--b--")
    assert "exactly two parts" in refused(prover, more)


def test_a_signed_mail_that_another_encloses(gpg: GnuPG, prover: Prover) -> None:
    for enclosed in (pgp_mime(gpg), inline(gpg)):
        body = b"--outer\nContent-Type: message/rfc822\n\n" + enclosed + b"\n--outer--\n"
        assert "no OpenPGP signature" in refused(prover, mail(body, Content_Type=MIXED))
        text = b"--outer\nContent-Type: text/plain\n\nsee below\n" + body
        assert "no OpenPGP signature" in refused(prover, mail(text, Content_Type=MIXED))


def test_a_signed_part_that_stands_second(gpg: GnuPG, prover: Prover) -> None:
    raw = pgp_mime(gpg).replace(b"\r\n", b"\n")
    kind = re.search(rb"Content-Type: multipart/signed[^\n]+", raw)
    assert kind is not None
    body = b"--outer\nContent-Type: text/plain\n\nhold\n--outer\n" + kind[0] + b"\n\n"
    body += raw.partition(b"\n\n")[2] + b"\n--outer--\n"
    assert "no OpenPGP signature" in refused(prover, mail(body, Content_Type=MIXED))


def test_an_attached_signed_text(gpg: GnuPG, prover: Prover) -> None:
    signed = gpg.clear_signed("ada", COMMAND)
    raw = mail(signed, Content_Disposition="attachment; filename=x.txt")
    assert "no OpenPGP signature" in refused(prover, raw)
    quoted = mail(b"> " + signed.replace(b"\n", b"\n> "))
    assert "no OpenPGP signature" in refused(prover, quoted)


def test_what_somebody_signed_for_another_purpose(gpg: GnuPG, prover: Prover) -> None:
    """A signed commit is text with a signature, too."""
    commit = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Ada\n\n@weighbridge hold\n"
    assert "of which type" in refused(prover, pgp_mime(gpg, commit))


def test_other_protocols(gpg: GnuPG, prover: Prover) -> None:
    raw = pgp_mime(gpg).replace(
        b'protocol="application/pgp-signature"', b'protocol="application/pkcs7-signature"'
    )
    assert "no OpenPGP signature" in refused(prover, raw)


def test_no_plain_text_in_it(gpg: GnuPG, prover: Prover) -> None:
    assert "no plain text" in refused(prover, pgp_mime(gpg, "Content-Type: text/html\n\n<p>x\n"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"Hash: SHA256\r\n", b"Hash: SHA256\r\nNotDashEscaped: x\r\n", "not Hash"),
        (b"Hash: SHA256\r\n", b"Hash: SHA256\r\n@weighbridge hold\r\n", "not Hash"),
        (b"Hash: SHA256\r\n\r\n", b"Hash: SHA256\r\n\r\n\r\n", "does not fit"),
        (b"- - dashed", b"- dashed", "does not fit"),
        (b"- - dashed", b"-dashed", "not escaped"),
        (b"-----BEGIN PGP SIGNATURE", b"-----BEGIN PGP SIGNATURX", "not exactly one block"),
        (b"-----END PGP SIGNATURE", b"-----END PGP SIGNATURX", "not exactly one block"),
        (b"-----END PGP SIGNATURE", b"=\r\n-----END PGP SIGNATURE", "broken"),
        (b"\r\n\r\ni", b"\r\n\r\n!", "broken"),
        (
            b"-----BEGIN PGP SIGNED",
            b"-----BEGIN PGP SIGNED MESSAGE-----\r\n-----BEGIN PGP SIGNED",
            "one block",
        ),
    ],
)
def test_a_clear_signed_text_that_is_out_of_order(
    gpg: GnuPG, prover: Prover, old: bytes, new: bytes, reason: str
) -> None:
    assert reason in refused(prover, with_armor(inline(gpg), old, new))


def test_two_clear_signed_texts(gpg: GnuPG, prover: Prover) -> None:
    both = gpg.clear_signed("ada", "help\n") + gpg.clear_signed("bob", "hold\n")
    assert "not exactly one block" in refused(prover, mail(both))


def test_a_charset_that_nobody_signed_changes_nothing(gpg: GnuPG, prover: Prover) -> None:
    signed = gpg.clear_signed("ada", "+AEA-weighbridge hold\n")
    raw = mail(signed, Content_Type="text/plain; charset=utf-7")
    assert proven(prover, raw).text == "+AEA-weighbridge hold\n"
    latin = mail(
        gpg.run("-u", "ada@example.org", "--clearsign", content=b"Gen\xfcgt\n"),
        Content_Type="text/plain; charset=iso-8859-1",
    )
    assert "not UTF-8" in refused(prover, latin)


def test_signatures_of_other_kinds(gpg: GnuPG, prover: Prover) -> None:
    """A certification of a key is a signature as well, and none of a text."""
    packets = gpg.run("--export", "ada@example.org")
    certification = next(p for p in read_packets(packets, 100) if p.tag == Tag.SIGNATURE)
    armored = gpg.run("--enarmor", content=certification.raw).decode()
    signature = armored.replace("PGP ARMORED FILE", "PGP SIGNATURE").encode()
    assert "OpenPGP" in refused(prover, pgp_mime(gpg, signature=signature))


# -- bounds --------------------------------------------------------------------------------------


def test_sizes(gpg: GnuPG, keyring: Keyring) -> None:
    raw = pgp_mime(gpg)
    small = Prover(OWN, keyring, dkim=False, limits=Limits(openpgp_signature_bytes=50))
    assert "no OpenPGP signature" in refused(small, raw)
    assert "too long" in refused(small, inline(gpg))
    tiny = Prover(OWN, keyring, dkim=False, limits=Limits(proof_bytes=1_000))
    assert "longer than 1000 bytes" in refused(tiny, mail("x" * 1_000))


def test_gpgv_that_takes_too_long_is_asked_again(gpg: GnuPG, keyring: Keyring) -> None:
    hasty = Prover(OWN, keyring, dkim=False, limits=Limits(openpgp_seconds=0.000_01))
    found = examined(hasty, inline(gpg))
    assert isinstance(found, Unproven)
    assert found.temporary
    assert "no answer" in found.reason


def test_without_gpgv(gpg: GnuPG, prover: Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = inline(gpg)
    monkeypatch.setattr("bot.trust.gpgv.PROGRAM", "no-such-gpgv")
    found = examined(prover, raw)
    assert isinstance(found, Unproven)
    assert found.temporary
    assert "not installed" in found.reason


def test_without_room_for_its_files(
    gpg: GnuPG, prover: Prover, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    found = examined(prover, inline(gpg))
    assert isinstance(found, Unproven)
    assert found.temporary


def test_more_output_than_there_can_be(gpg: GnuPG, keyring: Keyring) -> None:
    narrow = Prover(OWN, keyring, dkim=False, limits=Limits(openpgp_output_bytes=10))
    assert "says too much" in refused(narrow, inline(gpg))


def test_nothing_is_left_behind(
    gpg: GnuPG, prover: Prover, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert isinstance(examined(prover, inline(gpg)), Proof)
    assert list(tmp_path.iterdir()) == []
