# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail itself: recipients, headers, and nothing that a stranger can break out of."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.message import Address
from bot.mail.parse import parse_message
from bot.mail.series import Series
from bot.reply.compose import Answer, compose, compose_notice, references, reply_subject
from bot.reply.outgoing import Outgoing
from tests.reply.made import LETTERHEAD, NOW, message, series

ANSWER = Answer(text="Verdict: pass.\n", verdict="pass", policy="guix")


def written(mail: Outgoing) -> EmailMessage:
    return email.message_from_bytes(mail.content, policy=email.policy.default)


def answer_to(found: Series, answer: Answer = ANSWER) -> Outgoing:
    return compose(found, answer, LETTERHEAD, NOW)


def test_the_headers_of_an_answer() -> None:
    mail = answer_to(series())
    read = written(mail)
    assert mail.sender == "bounces@example.org"
    assert mail.recipients == ("70001@debbugs.gnu.org", "ada@example.net")
    assert read["From"] == "Weighbridge <bot@example.org>"
    assert read["To"] == "70001@debbugs.gnu.org"
    assert read["Cc"] == "Ada Example <ada@example.net>"
    assert read["Subject"] == "Re: [bug#70001] [PATCH] gnu: Add a model."
    assert read["In-Reply-To"] == "<patch-1@example.net>"
    assert read["References"] == "<patch-1@example.net>"
    assert read["Message-ID"] == f"<{mail.message_id}>"
    assert read["Auto-Submitted"] == "auto-replied"
    assert read["X-Loop"] == "bot@example.org"
    assert read["X-Debbugs-No-Ack"] == "yes"
    assert read["Precedence"] == "bulk"
    assert read["X-Weighbridge"] == "0.1.0; verdict=pass; policy=guix; revision=1"
    assert read["Date"] == "Sun, 01 Mar 2026 12:00:00 +0000"
    assert read.get_content_type() == "text/plain"
    assert read.get_content() == "Verdict: pass.\r\n"


def test_the_bot_knows_its_own_answer() -> None:
    parsed = parse_message(answer_to(series()).content, LETTERHEAD.identity)
    assert parsed.origin == "own"


def test_the_message_id_is_derived() -> None:
    first = answer_to(series()).message_id
    assert first == compose(series(), ANSWER, LETTERHEAD, NOW.replace(hour=15)).message_id
    others = {
        answer_to(series(key="series-2")).message_id,
        answer_to(series(revision=2)).message_id,
        answer_to(series(), replace(ANSWER, ordinal=1)).message_id,
        compose(series(), ANSWER, replace(LETTERHEAD, list_address="x@y.z"), NOW).message_id,
    }
    assert first not in others
    assert len(others) == 4


def test_it_answers_the_cover_letter_where_there_is_one() -> None:
    cover = message(message_id="cover@example.net", references=("root@example.net",))
    read = written(answer_to(series(cover=cover, total=1)))
    assert read["In-Reply-To"] == "<cover@example.net>"
    assert read["References"] == "<root@example.net> <cover@example.net>"


@pytest.mark.parametrize(
    "reply_to",
    ["guix-patches@gnu.org", "70001@debbugs.gnu.org", "bot+1@example.org", "GUIX-Patches@GNU.org"],
)
def test_neither_list_nor_tracker_nor_bot_is_taken_for_the_submitter(reply_to: str) -> None:
    mail = message(reply_to=(Address("", reply_to),))
    assert answer_to(series(mail)).recipients == ("70001@debbugs.gnu.org", "ada@example.net")


@pytest.mark.parametrize("reply_to", ["root@localhost", "a@127.0.0.1", "a@example.org.", "a@b"])
def test_only_public_domains_are_mailed_to(reply_to: str) -> None:
    mail = message(reply_to=(Address("", reply_to),))
    assert reply_to not in answer_to(series(mail)).recipients


def test_a_persons_reply_to_is_honoured() -> None:
    mail = message(reply_to=(Address("Ada", "ada@home.example"),))
    assert answer_to(series(mail)).recipients[1] == "ada@home.example"


def test_without_a_usable_submitter_only_the_tracker_gets_it() -> None:
    mail = answer_to(series(author=Address("Ada via list", "guix-patches@gnu.org")))
    assert mail.recipients == ("70001@debbugs.gnu.org",)
    assert "Cc" not in written(mail)


def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    found = series(author=Address("Ada", "ädä@example.net"))
    assert answer_to(found).recipients == ("70001@debbugs.gnu.org",)
    mail = compose(found, ANSWER, replace(LETTERHEAD, smtputf8=True), NOW)
    assert mail.recipients[1] == "ädä@example.net"


def test_without_a_number_nobody_can_be_addressed() -> None:
    with pytest.raises(ValueError, match="number"):
        answer_to(series(issues=()))


def test_long_threads_keep_their_root_and_their_end() -> None:
    chain = tuple(f"m{index}@example.net" for index in range(50))
    found = references(message(references=chain))
    assert len(found) == 20
    assert found[0] == "m0@example.net"
    assert found[-1] == "patch-1@example.net"


@pytest.mark.parametrize("subject", ["x", "Re: x", "re: RE:  x", " x "])
def test_one_re_is_enough(subject: str) -> None:
    assert reply_subject(subject) == "Re: x"


def test_names_and_subjects_beyond_ascii_are_encoded() -> None:
    author = Address("Адa Пример, jun.", "ada@example.net")
    mail = answer_to(
        series(message(subject="[PATCH] gnu: Ajout d’un modèle " + "é" * 90), author=author)
    )
    head = mail.content.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert written(mail)["Cc"].addresses[0].display_name == "Адa Пример, jun."
    assert written(mail)["Subject"].endswith("é" * 90)


@pytest.mark.parametrize(
    "text",
    [
        "naïve – ✓\n",
        "x" * 5_000 + "\n",
        "From here\nto there \n",
        "é" * 3_000,
        "From " + "é" * 40 + "\n.\n..\nFrom x",
    ],
)
def test_bodies_survive_the_way(text: str) -> None:
    mail = answer_to(series(), replace(ANSWER, text=text))
    assert mail.content.isascii()
    body = mail.content.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert not any(line.startswith(b"From ") for line in body.split(b"\r\n"))
    assert written(mail).get_content().replace("\r\n", "\n") == text.rstrip("\n") + "\n"


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from('\r\n\0 \t=?<>,;:"\\@\u2028\u0085')))


@settings(max_examples=300, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_header_can_be_injected(subject: str, name: str, message_id: str, text: str) -> None:
    mail = message(subject=subject, message_id=message_id, references=(message_id, subject))
    found = series(mail, author=Address(name, "ada@example.net"))
    out = answer_to(found, replace(ANSWER, text=text))
    head, _, body = out.content.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    expected = [
        b"From",
        b"To",
        b"Cc",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"In-Reply-To",
        b"References",
        b"Auto-Submitted",
        b"X-Loop",
        b"X-Debbugs-No-Ack",
        b"Precedence",
        b"X-Weighbridge",
        b"MIME-Version",
        b"Content-Type",
        b"Content-Transfer-Encoding",
    ]
    optional = {b"In-Reply-To", b"References"}
    assert [one for one in names if one not in optional] == [
        one for one in expected if one not in optional
    ]
    whole = out.content.replace(b"\r\n", b"")
    assert b"\r" not in whole
    assert b"\n" not in whole
    assert b"\0" not in whole
    assert all(len(line) <= 998 for line in out.content.split(b"\r\n"))
    assert body.endswith(b"\r\n")


def test_a_notice_of_one_day_is_one_mail() -> None:
    one = compose_notice("op@example.org", "Mail is held", "Text", LETTERHEAD, NOW)
    again = compose_notice(
        "op@example.org", "Mail is held", "Text", LETTERHEAD, NOW.replace(hour=1)
    )
    other = compose_notice("op@example.org", "A job failed", "Text", LETTERHEAD, NOW)
    assert one.message_id == again.message_id != other.message_id
    assert one.recipients == ("op@example.org",)
    assert one.sender == ""
    assert written(one)["Auto-Submitted"] == "auto-generated"
