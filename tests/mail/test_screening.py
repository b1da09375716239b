# SPDX-License-Identifier: GPL-3.0-or-later
"""Deciding on bytes: what may touch Scheme, and what need not be parsed at all."""

from __future__ import annotations

import base64
import quopri
from unittest.mock import patch

import pytest

from bot.limits import DEFAULT_LIMITS
from bot.mail.decoding import decode_mail
from bot.mail.light_decoding import decode_lightly
from bot.mail.screening import may_touch_scheme
from bot.mail.structure import read_structure
from tests.mail.mails import PATCH_BODY, mail, parsed

TEXINFO = PATCH_BODY.replace(".scm", ".texi")


def _may(raw: bytes) -> bool:
    structure = read_structure(raw, DEFAULT_LIMITS)
    return may_touch_scheme(raw, structure, decode_lightly(raw, structure))


def _encoded(body: str, encoding: str, content_type: str = "text/plain; charset=utf-8") -> bytes:
    if encoding == "base64":
        body = base64.encodebytes(body.encode()).decode()
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body.encode()).decode().replace("m", "=6D")
    headers = {"Content-Type": content_type, "Content-Transfer-Encoding": encoding}
    return mail(body=body, headers=headers)


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "base64", "quoted-printable"])
def test_a_patch_of_scheme_in_any_encoding(encoding: str) -> None:
    assert _may(_encoded(PATCH_BODY, encoding))
    assert not _may(_encoded(TEXINFO, encoding))
    assert not _may(_encoded("I like foo.scm best.\n", encoding))
    assert not _may(_encoded("".join(f"> {x}\n" for x in PATCH_BODY.splitlines()), encoding))


def test_an_attached_patch() -> None:
    part = _encoded(PATCH_BODY, "base64", "application/octet-stream; name=x.patch")
    body = "--b\n\nSee the attachment.\n--b\n" + part.decode() + "\n--b--\n"
    assert _may(mail(body=body, headers={"Content-Type": 'multipart/mixed; boundary="b"'}))


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "iso-2022-jp"])
def test_what_ascii_cannot_be_searched_in_is_taken(charset: str) -> None:
    assert _may(_encoded("x", "8bit", f"text/plain; charset={charset}"))


def test_mail_that_touches_no_scheme_never_sees_mail_parser() -> None:
    with patch("mailparser.parse_from_bytes", side_effect=AssertionError):
        message = parsed("=?utf-8?q?=5BPATCH=5D_doc=3A_T=C3=B6ys=2E?=", TEXINFO)
    assert message.tag.title == "doc: Töys."
    assert message.diffs == (TEXINFO,)


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        mail().replace(b"\n", b"\r\n"),
        _encoded(PATCH_BODY, "base64"),
        _encoded(PATCH_BODY, "quoted-printable"),
        _encoded(PATCH_BODY, "8bit", "text/plain; format=flowed; delsp=yes"),
        _encoded(PATCH_BODY, "8bit", "text/plain; charset=x-unknown"),
        mail(
            body="preamble\n--b\n\none\n--b\nContent-Type: message/rfc822\n\n"
            "Subject: inner\n\ninner body\n--b\nContent-Type: text/x-patch; name=a.patch\n\n"
            f"{PATCH_BODY}\n--b--\nepilogue\n",
            headers={"Content-Type": "multipart/mixed; boundary=b"},
        ),
        mail(
            body="--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\ntext\n--b\n"
            "Content-Type: text/html\n\n<p>\n--b--\n\n"
            "--a\nContent-Type: text/plain\n\nlast\n--a--\n",
            headers={"Content-Type": "multipart/mixed; boundary=a"},
        ),
        mail(body="--b\n\nno end", headers={"Content-Type": "multipart/mixed; boundary=b"}),
    ],
)
def test_both_ways_of_decoding_agree(raw: bytes) -> None:
    structure = read_structure(raw, DEFAULT_LIMITS)
    assert decode_lightly(raw, structure) == decode_mail(raw, structure, DEFAULT_LIMITS)
