# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails made to break or to slow down whoever reads them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from tests.mail.mails import DIFF, PATCH_BODY, mail

_MB = 1_000_000


def _header(name: str, value: str) -> bytes:
    return mail(headers={name: value})


def _deep(levels: int) -> bytes:
    inner = b"\n" + PATCH_BODY.encode()
    head = b""
    for level in range(levels):
        head += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
    return b"From: a@example.org\nSubject: [PATCH] x\n" + head + inner


def _deep_messages(levels: int) -> bytes:
    nested = b"Content-Type: message/rfc822\n\n" * levels
    return b"From: a@example.org\nSubject: x\n" + nested + PATCH_BODY.encode()


def _multipart(parts: int, content: bytes = b"x") -> bytes:
    body = b"".join(b"--b\nContent-Type: text/x-patch\n\n%b\n" % content for _ in range(parts))
    head = b"From: a@example.org\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    return head + body + b"--b--\n"


def _body(content: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    return mail(body="", headers=headers) + content


def _encoded_words(count: int) -> bytes:
    return _header("Subject", "=?utf-8?q?" * count)


_LONG_DIFF = DIFF.encode() + b"+a line\n" * (9 * _MB // 8)

HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "100,000 headers": lambda: b"".join(b"X-%d: y\n" % n for n in range(100_000)) + mail(),
    "a header of 20 MB": lambda: _header("X-Long", "x" * 20 * _MB),
    "a header folded 200,000 times": lambda: _header("X-Fold", "x\n " * 200_000),
    "20 MB of one header line without a colon": lambda: b"x" * 20 * _MB,
    "2,000-deep multipart": lambda: _deep(2_000),
    "30-deep multipart": lambda: _deep(30),
    "2,000-deep message/rfc822": lambda: _deep_messages(2_000),
    "50,000 tiny parts": lambda: _multipart(50_000),
    "190 parts of 100 kB": lambda: _multipart(190, b"\n" * 1_000 + b"x" * 99_000),
    "100 kB of addresses": lambda: _header("To", "a@example.org, " * 7_000),
    "100 kB of quotes in From": lambda: _header("From", '"' * 19_999 + "<a@example.org>"),
    "100 kB of comments in From": lambda: _header("From", "(" * 19_999 + "a@example.org"),
    "dots and ats in From": lambda: _header("From", "a.@" * 6_000),
    "angles in From": lambda: _header("From", "<a@b" * 5_000),
    "unfinished encoded words": lambda: _encoded_words(1_900),
    "encoded words of an unknown charset": lambda: _header("Subject", "=?x?q?y?= " * 1_900),
    "brackets in the subject": lambda: _header("Subject", "[" * 19_000),
    "tags in the subject": lambda: _header("Subject", "[PATCH] " * 2_400),
    "replies in the subject": lambda: _header("Subject", "Re: " * 4_900),
    "references": lambda: _header("References", "<a@b> " * 3_300),
    "unclosed references": lambda: _header("References", "<" * 19_900),
    "a date of digits": lambda: _header("Date", "1" * 19_000),
    "a date of comments": lambda: _header("Date", "(" * 19_000),
    "NULs": lambda: _body(b"\0" * _MB + PATCH_BODY.encode()),
    "NULs in the header": lambda: mail().replace(b"Ada", b"A\0d\0a"),
    "truncated base64": lambda: _body(
        base64.encodebytes(PATCH_BODY.encode())[:-7],
        {"Content-Type": "text/plain", "Content-Transfer-Encoding": "base64"},
    ),
    "base64 that is none": lambda: _body(
        b"\xff%$ " * 1000, {"Content-Transfer-Encoding": "base64"}
    ),
    "24 MB of base64": lambda: _body(
        base64.encodebytes(_LONG_DIFF * 2)[: 24 * _MB], {"Content-Transfer-Encoding": "base64"}
    ),
    "uuencode": lambda: _body(
        b"begin 644 x\nM\xff\xff\n" * 1000, {"Content-Transfer-Encoding": "x-uuencode"}
    ),
    "a quoted-printable bomb": lambda: _body(
        b"=\n" * 240_000 + b"=" * _MB, {"Content-Transfer-Encoding": "quoted-printable"}
    ),
    "a 9 MB diff": lambda: _body(
        DIFF.encode() + b"+(define a-line-of-a-usual-length 1)\n" * 240_000
    ),
    "a 9 MB diff of short lines": lambda: _body(_LONG_DIFF),
    "a 9 MB attached diff": lambda: _multipart(
        1, DIFF.encode() + b"+(define a-line-of-a-usual-length 1)\n" * 240_000
    ),
    "binary files": lambda: _body(DIFF.encode() + b"Binary files x and x" + b" and x" * 100_000),
    "a 9 MB diff, flowed": lambda: _body(
        (DIFF.encode() + b"+ a \n" * 400_000), {"Content-Type": "text/plain; format=flowed"}
    ),
    "hunks without end, flowed": lambda: _body(
        b"@@ -1,999999999 +1,999999999 @@\n" * 200_000,
        {"Content-Type": "text/plain; format=flowed"},
    ),
    "a line of 10 MB": lambda: _body(PATCH_BODY.encode() + b"+" + b"x" * 10 * _MB),
    "24 MB of empty lines": lambda: _body(b"\n" * 24 * _MB),
    "24 MB of --- lines": lambda: _body(b"--- a\n" * 400_000 + b"-" * 20 * _MB),
    "24 MB of carriage returns": lambda: _body(b"\r" * 24 * _MB),
    "a boundary of dashes": lambda: (
        b"From: a@example.org\nContent-Type: multipart/mixed; boundary=-\n\n" + b"-" * 20 * _MB
    ),
    "near-boundaries": lambda: (
        b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--bx\n" * 499_000
    ),
    "no boundary": lambda: b"From: a@example.org\nContent-Type: multipart/mixed\n\n" + _LONG_DIFF,
    "parameters without end": lambda: _header("Content-Type", "text/plain; " + "a=b; " * 3_900),
    "quoted parameters without end": lambda: _header(
        "Content-Type", "multipart/x; boundary=" + '"\\' * 9_000
    ),
    "RFC 2231 parameters": lambda: _header(
        "Content-Type", "text/plain; " + "".join(f"charset*{n}*=x; " for n in range(1_000))
    ),
    "RFC 2231 with a huge number": lambda: _header(
        "Content-Type", "text/plain; charset*99999999999=x; name*-1=y; charset*=''%ff"
    ),
    "Received without end": lambda: mail(
        headers={"Received": "from " + "by x " * 3_900 + "; (((("}
    ),
    "surrogates": lambda: mail(subject="=?utf-16?b?2ADYANgA?= =?utf-7?q?+2AA-?="),
    "a charset that is no text": lambda: _header("Content-Type", "text/plain; charset=zlib"),
    "a charset with a NUL": lambda: _header("Content-Type", 'text/plain; charset="a\0b"'),
    "a charset of 10 kB": lambda: _header("Content-Type", f"text/plain; charset={'x' * 10_000}"),
}
