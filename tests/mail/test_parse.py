# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to messages: what list mail looks like, and what mail-parser alone gets wrong."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime

import pytest

from bot.mail.errors import MessageError
from bot.mail.message import Address
from bot.mail.parse import parse_message
from tests.mail.mails import DIFF, OWN, PATCH_BODY, mail, parsed


def test_a_patch_mail() -> None:
    message = parsed("[bug#77] [PATCH v2 1/2] gnu: Add yo-yo.")

    assert message.message_id == "one@example.org"
    assert message.tag.title == "gnu: Add yo-yo."
    assert message.author == Address("Ada Example", "ada@example.org")
    assert message.issue == 77
    assert message.sent_at == datetime(2023, 4, 10, 8, 0, tzinfo=UTC)
    assert message.received_at is None
    assert message.diffs == (PATCH_BODY,)
    assert message.problems == ()


def test_line_ends_of_the_wire_make_no_difference() -> None:
    raw = mail()
    assert parse_message(raw.replace(b"\n", b"\r\n"), OWN) == parse_message(raw, OWN)


def test_the_envelope_line_of_an_mbox_is_no_header() -> None:
    envelope = b"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"
    assert parse_message(envelope + mail(), OWN) == parse_message(mail(), OWN)


def _multipart(*parts: str, subject: str = "gnu: Add yo-yo.") -> bytes:
    body = "".join(f"--limit\n{part}\n" for part in parts) + "--limit--\n"
    headers = {"MIME-Version": "1.0", "Content-Type": 'multipart/mixed; boundary="limit"'}
    return mail(subject, body, headers)


def test_attached_patches_are_decoded_in_their_order() -> None:
    first = base64.encodebytes(PATCH_BODY.encode()).decode()
    second = quopri.encodestring(PATCH_BODY.replace("yo-yo", "top").encode()).decode()
    message = parse_message(
        _multipart(
            "Content-Type: text/plain\n\nHere are two patches.\n",
            "Content-Type: text/x-patch; name=0001.patch\nContent-Disposition: inline;"
            " filename=0001.patch\nContent-Transfer-Encoding: base64\n\n" + first,
            "Content-Type: application/octet-stream\nContent-Disposition: attachment;"
            ' filename="0002.patch"\nContent-Transfer-Encoding: quoted-printable\n\n' + second,
            "Content-Type: image/png; name=x.png\nContent-Transfer-Encoding: base64\n\nAAAA\n",
        ),
        OWN,
    )

    assert message.body == "Here are two patches.\n"
    assert len(message.diffs) == 2
    assert message.diffs[0] == PATCH_BODY
    assert message.diffs[1].rstrip() == PATCH_BODY.replace("yo-yo", "top").rstrip()


def test_text_is_not_normalised() -> None:
    # The decomposed form must stay: a blob's hash is made of bytes.
    body = PATCH_BODY.replace("New variable", "e\u0301tude")
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
    assert parsed(body=body, headers=headers).diffs == (body,)


def test_a_quoted_patch_is_no_patch() -> None:
    quoted = "".join(f"> {line}\n" for line in PATCH_BODY.splitlines())
    message = parsed("Re: [PATCH] gnu: Add yo-yo.", f"Looks good.\n\n{quoted}")
    assert message.diffs == ()


def test_flowed_text_is_unflowed() -> None:
    stuffed = "".join(
        f" {line}\n" if line.startswith(" ") else f"{line}\n" for line in DIFF.splitlines()
    )
    headers = {"Content-Type": "text/plain; format=flowed"}
    broken = stuffed.replace('+    (name "yo-yo")', '+    (name \n"yo-yo")')
    assert parsed(body=broken, headers=headers).diffs == (DIFF,)
    assert parsed(body=stuffed, headers=headers).diffs == (DIFF,)


def test_an_empty_context_line_is_no_soft_break() -> None:
    diff = DIFF.replace("@@ -1,3 +1,4 @@\n", "@@ -1,4 +1,5 @@\n \n")
    stuffed = "".join(
        f" {line}\n" if line.startswith(" ") else f"{line}\n" for line in diff.splitlines()
    )
    headers = {"Content-Type": "text/plain; format=flowed"}
    assert parsed(body=stuffed, headers=headers).diffs == (diff,)


def test_flowed_prose_is_joined() -> None:
    headers = {"Content-Type": "text/plain; format=flowed"}
    assert parsed(body="A line that \ngoes on.\n", headers=headers).body == (
        "A line that goes on.\n"
    )


def test_a_patch_sent_as_it_is_under_a_flowed_header_is_kept() -> None:
    headers = {"Content-Type": "text/plain; format=flowed"}
    assert parsed(headers=headers).diffs == (PATCH_BODY,)


@pytest.mark.parametrize("charset", ["x-unknown", "undefined", "idna", "rot13", "utf-16", "\udcff"])
def test_unknown_and_lying_charsets(charset: str) -> None:
    raw = mail(headers={"Content-Type": "text/plain; charset=CHARSET"})
    raw = raw.replace(b"CHARSET", charset.encode("utf-8", "surrogateescape"))
    message = parse_message(raw, OWN)
    assert message.diffs
    assert message.diffs[0].startswith("* gnu/packages/toys.scm")


def test_latin_1_under_a_utf_8_label() -> None:
    raw = mail().replace(b"New variable", "Schöne".encode("latin-1"))
    message = parse_message(raw, OWN)
    assert "Schöne" in message.diffs[0]
    assert any("charset" in problem for problem in message.problems)


def test_encoded_folded_subject() -> None:
    subject = "=?utf-8?q?=5BPATCH_1/2=5D_gnu=3A_Add?=\n =?utf-8?b?w6l0dWRl?="
    message = parsed(subject)
    assert message.subject == "[PATCH 1/2] gnu: Addétude"
    assert (message.tag.index, message.tag.total) == (1, 2)


def test_a_line_end_smuggled_into_an_encoded_subject() -> None:
    message = parsed("=?utf-8?q?=5BPATCH=5D_x=0D=0ABcc=3A_victim=40example=2Enet=1B=5B31m?=")
    assert message.subject == "[PATCH] x Bcc: victim@example.net [31m"


def test_duplicate_headers_take_the_first_and_say_so() -> None:
    raw = b"Subject: [PATCH] first\nFrom: Eve <eve@example.net>\n" + mail("[PATCH] second")
    message = parse_message(raw, OWN)
    assert message.tag.title == "first"
    assert message.author.email == "eve@example.net"
    assert "the header from stands more than once" in message.problems
    assert "the header subject stands more than once" in message.problems


@pytest.mark.parametrize(
    ("date", "problem"),
    [
        ("", "the mail has no date"),
        ("yesterday", "the date cannot be read"),
        ("Mon, 99 Apr 2023 10:00:00 +0000", "the date cannot be read"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "the date cannot be true"),
        ("Fri, 31 Dec 9999 23:59:59 -1200", "the date cannot be read"),
        ("Mon, 10 Apr 2223 10:00:00 +0000", "the date cannot be true"),
        ("1" * 5000, "the date cannot be read"),
    ],
)
def test_missing_and_absurd_dates(date: str, problem: str) -> None:
    message = parsed(headers={"Date": date})
    assert message.sent_at is None
    assert message.problems == (problem,)


def test_the_newest_relay_tells_when_a_mail_was_received() -> None:
    received = (
        b"Received: from b.example.net by c.example.net with ESMTP;\n"
        b"\tMon, 10 Apr 2023 08:05:00 +0000\n"
        b"Received: from a.example.org by b.example.net; Mon, 10 Apr 2023 08:01:00 +0000\n"
    )
    message = parse_message(received + mail(), OWN)
    assert message.received_at == datetime(2023, 4, 10, 8, 5, tzinfo=UTC)


def test_a_mail_sent_after_it_was_received_has_no_date() -> None:
    received = b"Received: by c.example.net; Mon, 3 Apr 2023 08:05:00 +0000\n"
    assert parse_message(received + mail(), OWN).sent_at is None


def test_without_a_message_id_both_copies_get_the_same() -> None:
    direct = parsed("[PATCH] gnu: Add yo-yo.", headers={"Message-ID": ""})
    tracked = parsed("[bug#5] [PATCH] gnu: Add yo-yo.", headers={"Message-ID": ""})
    assert direct.message_id == tracked.message_id
    assert direct.message_id.endswith(".invalid")


@pytest.mark.parametrize(
    ("headers", "issue"),
    [
        ({"X-GNU-PR-Message": "report 4711"}, 4711),
        ({"X-GNU-PR-Message": "followup 4711", "To": "9@debbugs.gnu.org"}, 4711),
        ({"To": "Someone <a@example.org>, 4711@debbugs.gnu.org"}, 4711),
        ({"Cc": "4711-done@debbugs.gnu.org"}, 4711),
        ({"To": "4711@example.org"}, None),
        ({"To": "control@debbugs.gnu.org"}, None),
    ],
)
def test_the_number_of_the_report(headers: dict[str, str], issue: int | None) -> None:
    assert parsed(headers=headers).issue == issue


def test_threading_headers() -> None:
    message = parsed(
        headers={
            "In-Reply-To": "<b@example.org> (Ada's message)",
            "References": "<a@example.org>\n <b@example.org> <a@example.org> junk <bad id>",
        }
    )
    assert message.in_reply_to == "b@example.org"
    assert message.references == ("a@example.org", "b@example.org")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"no header here\n", b"\0\0\0", b"\xff\xfe"])
def test_what_is_no_mail(raw: bytes) -> None:
    with pytest.raises(MessageError, match="no mail header"):
        parse_message(raw, OWN)


def test_an_enclosed_mail_is_not_the_mail_s_own() -> None:
    message = parse_message(
        _multipart(
            "Content-Type: text/plain\n\nLook at this patch.\n",
            "Content-Type: message/rfc822\n\nSubject: [PATCH] x\n\n" + PATCH_BODY,
        ),
        OWN,
    )
    assert message.body == "Look at this patch.\n"
    assert message.diffs == ()


def test_what_outlook_repeats_is_not_the_mail_s_own() -> None:
    body = "Looks good.\n\n-----Original Message-----\nFrom: Ada\n\n" + PATCH_BODY
    assert parsed("RE: [PATCH] gnu: Add yo-yo.", body).diffs == ()
    assert parsed("RE: [PATCH] gnu: Add yo-yo.", PATCH_BODY + "\n" + body).diffs


def test_a_clear_signed_patch() -> None:
    escaped = "".join(
        f"- {line}\n" if line.startswith("-") else f"{line}\n" for line in PATCH_BODY.splitlines()
    )
    body = (
        f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{escaped}"
        "-----BEGIN PGP SIGNATURE-----\n\nxyz\n-----END PGP SIGNATURE-----\n"
    )
    assert parsed(body=body).diffs == (PATCH_BODY,)


def test_line_ends_that_were_converted_twice() -> None:
    header, _, body = mail().partition(b"\n\n")
    raw = header + b"\n\n" + body.replace(b"\n", b"\r\r\n")
    assert parse_message(raw, OWN).diffs == (PATCH_BODY,)
