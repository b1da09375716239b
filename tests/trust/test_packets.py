# SPDX-License-Identifier: GPL-3.0-or-later
"""Armour, packets, keys: what gpg writes is read back, and the rest is refused in order."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS, Limits
from bot.trust.armor import PUBLIC_KEY, SIGNATURE, ArmorError, dearmored, dearmored_blocks
from bot.trust.certificates import KeyringError, read_certificates
from bot.trust.clear_signed import read_clear_signed
from bot.trust.errors import NotProvenError
from bot.trust.gpgv_status import read_status
from bot.trust.packets import Packet, PacketError, Tag, read_packets
from bot.trust.public_key import read_public_key
from bot.trust.self_signatures import standing
from tests.trust.openpgp_keys import GnuPG


def new_packet(tag: int, body: bytes) -> bytes:
    """Write a packet with a length of five, two or one octets (RFC 9580 section 4.2.1)."""
    if len(body) < 192:
        length = bytes([len(body)])
    elif len(body) < 8384:
        length = bytes([((len(body) - 192) >> 8) + 192, (len(body) - 192) & 0xFF])
    else:
        length = b"\xff" + len(body).to_bytes(4, "big")
    return bytes([0xC0 | tag]) + length + body


def old_packet(tag: int, body: bytes) -> bytes:
    for kind, size in enumerate((1, 2, 4)):
        if len(body) < 1 << 8 * size:
            return bytes([0x80 | tag << 2 | kind]) + len(body).to_bytes(size, "big") + body
    raise AssertionError


_BODY = st.one_of(st.binary(max_size=300), st.integers(0, 9_000).map(bytes))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 15), _BODY), max_size=6))
def test_packets_are_read_back(written: list[tuple[bool, int, bytes]]) -> None:
    raws = [(old_packet if old else new_packet)(tag, body) for old, tag, body in written]
    found = list(read_packets(b"".join(raws), 10))
    assert [(p.tag, p.body, p.raw) for p in found] == [
        (tag, body, raw) for (_, tag, body), raw in zip(written, raws, strict=True)
    ]


@given(st.binary(max_size=200))
def test_bytes_that_are_no_packets(content: bytes) -> None:
    with suppress(PacketError):
        assert b"".join(p.raw for p in read_packets(content, 100)) == content


@pytest.mark.parametrize("content", [b"\x8b", b"\xc6\xe1ab", b"\xc6\x05ab", b"text", b"\xc6"])
def test_packets_that_keys_must_not_have(content: bytes) -> None:
    with pytest.raises(PacketError):
        list(read_packets(content, 100))


def test_no_more_packets_than_the_bound() -> None:
    with pytest.raises(PacketError, match="more than 3"):
        list(read_packets(new_packet(2, b"") * 4, 3))


@given(
    st.binary(max_size=500),
    st.integers(1, 25).map(lambda width: 4 * width),
    st.sampled_from([b"\n", b"\r\n", b"  \n"]),
    st.sampled_from([[], [b"Version: x"], [b"Comment: a", b"Hash: b"]]),
    st.sampled_from([[], [b"=AAAA"], [b"=wrong"]]),
)
def test_armour_is_read_back(
    content: bytes, width: int, end: bytes, headers: list[bytes], checksum: list[bytes]
) -> None:
    text = base64.b64encode(content)
    rows = [text[at : at + width] for at in range(0, len(text), width)]
    begin, close = b"-----BEGIN PGP SIGNATURE-----", b"-----END PGP SIGNATURE-----"
    lines = [begin, *headers, b"", *rows, *checksum, close]
    assert dearmored(lines, SIGNATURE) == content
    around = b"text" + end + end.join(lines) + end + b"more" + end
    assert dearmored_blocks(around + around, SIGNATURE) == content * 2


_LINES = st.sampled_from(
    [
        *(b"-----BEGIN PGP SIGNATURE-----", b"-----END PGP SIGNATURE-----", b"", b"iHUE", b"=x"),
        *(b"-----BEGIN PGP SIGNED MESSAGE-----", b"Hash: SHA256", b"- a", b"-a", b"text", b"\xff"),
    ]
)


@given(st.lists(_LINES, max_size=12))
def test_lines_out_of_order(lines: list[bytes]) -> None:
    with suppress(ArmorError):
        dearmored(lines, SIGNATURE)
    with suppress(ArmorError):
        dearmored_blocks(b"\n".join(lines), SIGNATURE)
    with suppress(NotProvenError):
        signed = read_clear_signed(b"\n".join(lines))
        assert signed is None or b"-----BEGIN" not in signed.content


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=30),
        min_size=1,
        max_size=8,
    ),
    st.text("abc\n-", max_size=40),
)
def test_clear_signed_text_is_read_back(lines: list[str], around: str) -> None:
    escaped = [f"- {line}" if line.startswith("-") else line for line in lines]
    block = "\n".join(
        (
            *("-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "", *escaped),
            *("-----BEGIN PGP SIGNATURE-----", "", "iHUE", "-----END PGP SIGNATURE-----"),
        )
    )
    signed = read_clear_signed(f"{around}\n{block}\n{around}".encode())
    assert signed is not None
    expected = [line.rstrip(" \t") for line in lines]
    assert signed.text == "\n".join(expected) + "\n"
    assert signed.content == "\r\n".join(expected).encode()


@given(st.binary(max_size=300))
def test_any_bytes_as_a_key(content: bytes) -> None:
    with suppress(KeyringError):
        read_certificates(content, DEFAULT_LIMITS)
    key = read_public_key(content)
    assert key is None or len(key.fingerprint) in (40, 64)
    read_public_key(b"\x04" + content)
    read_public_key(b"\x06" + content)


@given(st.binary(max_size=200), st.sampled_from(list(Tag)))
def test_any_bytes_as_a_self_signature(content: bytes, tag: Tag) -> None:
    key = read_public_key(b"\x04" + bytes(20))
    assert key is not None
    packets = [
        Packet(Tag.SIGNATURE, body, b"") for body in (content, b"\x04\x13\x01\x08" + content)
    ]
    standing(packets, key.fingerprint, key.created, tag)


def test_what_gpg_says_of_its_keys_is_what_is_read(gpg: GnuPG) -> None:
    certificates = {
        one.primary.fingerprint: one for one in read_certificates(gpg.public(), DEFAULT_LIMITS)
    }
    for name in ("ada", "bob", "short", "dsa", "sha1"):
        prints = gpg.fingerprints(name)
        found = certificates[prints[0]]
        assert [key.fingerprint for key in found.keys] == prints
        assert found.addresses == {f"{name}@example.org"}
        assert found.content == gpg.public(name)
    armored = gpg.public("ada", "bob", armor=True)
    assert len(read_certificates(b"text\n" + armored, DEFAULT_LIMITS)) == 2


def test_files_that_are_no_keyring(gpg: GnuPG) -> None:
    secret = gpg.run("--export-secret-keys", "ada@example.org")
    with pytest.raises(KeyringError, match="secret key"):
        read_certificates(secret, DEFAULT_LIMITS)
    signature = gpg.detached("ada", b"x")
    for content in (b"", b"text", signature, gpg.public("ada")[:-5], gpg.public("ada")[50:]):
        with pytest.raises(KeyringError, match="gpg"):
            read_certificates(content, DEFAULT_LIMITS)
    broken = gpg.public("ada", armor=True).replace(b"-----END", b"-----EN")
    with pytest.raises(KeyringError, match="no end"):
        read_certificates(broken, DEFAULT_LIMITS)
    with pytest.raises(KeyringError, match="larger than 9 bytes"):
        read_certificates(gpg.public("ada"), Limits(keyring_bytes=9))
    assert PUBLIC_KEY.encode() in broken


GOOD = """\
[GNUPG:] NEWSIG ada@example.org
[GNUPG:] KEY_CONSIDERED {0} 0
[GNUPG:] GOODSIG F1E62AC2D5F2AE9B Ada <ada@example.org>
[GNUPG:] VALIDSIG {0} 2026-11-25 1795639604 0 4 0 22 8 00 {0}
""".format("B91FE39FDCA9418C17E55B68F1E62AC2D5F2AE9B")


def test_what_gpgv_says() -> None:
    assert read_status(GOOD).key.startswith("B91F")
    iso = GOOD.replace("1795639604", "20261125T204644")
    assert read_status(iso).signed_at == read_status(GOOD).signed_at


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GOODSIG", "EXPKEYSIG"),
        ("GOODSIG", "REVKEYSIG"),
        ("GOODSIG", "EXPSIG"),
        ("GOODSIG", "BADSIG"),
        ("GOODSIG", "SOMESIG"),
        ("[GNUPG:] NEWSIG", "[GNUPG:] NEWSIG\n[GNUPG:] NEWSIG"),
        ("[GNUPG:] NEWSIG", "[GNUPG:] NODATA 1\n[GNUPG:] NEWSIG"),
        (" 22 8 00 ", " 22 2 00 "),
        (" 22 8 00 ", " 22 8 13 "),
        (" 22 8 00 ", " 22 8 "),
        ("VALIDSIG B91F", "VALIDSIG b91f"),
        ("1795639604", "soon"),
        ("1795639604", "99999999T999999"),
        ("[GNUPG:] VALIDSIG", "VALIDSIG"),
    ],
)
def test_anything_else_that_gpgv_says(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(NotProvenError):
        read_status(GOOD.replace(old, new))


@given(st.lists(st.sampled_from([*GOOD.splitlines(), "[GNUPG:] ", "x", "[GNUPG:] ERRSIG"])))
def test_lines_of_gpgv_in_any_number_and_order(lines: list[str]) -> None:
    with suppress(NotProvenError):
        read_status("\n".join(lines))
        assert sum("SIG" in line for line in lines) == 3
