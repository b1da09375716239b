# SPDX-License-Identifier: GPL-3.0-or-later
"""A maintainer's day by mail, between a real Postfix and a real Dovecot, with real signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.reply.outbox import State
from bot.store.control import current_pause
from bot.store.outbox import mail_in
from tests.end_to_end.correspondence import ADA, BOT, STEFAN, Correspondence, correspondence
from tests.servers.postfix import postfix_server
from tests.service.archive import MAILS
from tests.trust.domains import Domains
from tests.trust.openpgp_keys import GnuPG

pytestmark = pytest.mark.server

TORRENT, LIST = 79119, "guix-patches@gnu.org"
TRACKER = f"{TORRENT}@debbugs.gnu.org"
PEOPLE = (BOT, ADA, STEFAN, "operator@example.org", "dara@example.org", TRACKER)


@pytest.fixture
def letters(tmp_path: Path, domains: Domains, gpg: GnuPG) -> Iterator[Correspondence]:
    """Yield a bot that has judged one series whose answer is held."""
    with (
        postfix_server(recipients=PEOPLE) as postfix,
        correspondence(tmp_path, postfix, domains, gpg) as letters,
    ):
        letters.archive.put(MAILS["06-torrent-without-licence"])
        letters.round()
        yield letters


def by_domain(letters: Correspondence, text: str, **changes: str) -> bytes:
    """Return a mail of ada's that her domain has signed."""
    return letters.domains.sign(letters.compose(text, **changes))


def by_key(letters: Correspondence, text: str, key: str = "ada", **changes: str) -> bytes:
    """Return a mail whose text is signed inline."""
    assert letters.gpg is not None
    return letters.compose(letters.gpg.clear_signed(key, text), **changes)


def by_part(letters: Correspondence, text: str, key: str = "ada", **changes: str) -> bytes:
    """Return a PGP/MIME mail (RFC 3156)."""
    assert letters.gpg is not None
    part = f"Content-Type: text/plain; charset=utf-8\n\n{text}".replace("\n", "\r\n").encode()
    signature = letters.gpg.detached(key, part).replace(b"\n", b"\r\n")
    kind = 'multipart/signed; micalg="pgp-sha512"; protocol="application/pgp-signature"; boundary=b'
    body = b"\r\n".join(
        (
            b"--b",
            part,
            b"--b",
            b"Content-Type: application/pgp-signature; name=signature.asc",
            b"",
            signature,
            b"--b--",
            b"",
        )
    )
    return letters.compose(body, Content_Type=kind, **changes)


def answer_to(letters: Correspondence, raw: bytes, sender: str = ADA) -> EmailMessage:
    """Send a mail to the bot; return its one answer to ``sender``."""
    letters.send(raw, sender)
    letters.round()
    (answer,) = letters.new_mail(sender)
    assert answer["Auto-Submitted"] in ("auto-replied", "auto-generated")
    assert [to.addr_spec for to in answer["To"].addresses] == [sender]
    return answer


def states(letters: Correspondence) -> list[str]:
    with letters.application.database.reading() as connection:
        found = mail_in(connection, set(State))
        return [mail.state for mail in found if mail.kind == "reply"]


def test_a_maintainers_day(letters: Correspondence) -> None:
    assert states(letters) == ["held"]

    # Ask, from a telephone whose server signs.
    question = by_domain(letters, "status\nlist held\nstatus 79119.\n")
    answer = answer_to(letters, question)
    text = answer.get_content()
    assert answer["In-Reply-To"] == f"<1.{ADA}>"
    assert "open 1: 1 fail" in text
    assert "fail license-missing" in text
    held = re.search(r"^([0-9a-f]{8})  moderated$", text, re.MULTILINE)
    assert held is not None

    # Approve, with the key: the answer leaves to the tracker and the submitter.
    answer = answer_to(letters, by_key(letters, f"@weighbridge approve {held[1]}\n"))
    assert "Approved" in answer.get_content()
    (reply,) = letters.new_mail(TRACKER)
    assert "Verdict: fail" in reply.get_content()
    assert len(letters.new_mail("dara@example.org")) == 1

    # Waive on the list, which breaks the domain's signature and keeps the person's.
    text = "The publisher told me.\n\n@weighbridge waive 79119 license-missing see the mail above\n"
    through_list = by_part(
        letters,
        text,
        From=f"Ada Example via Guix-patches via <{LIST}>",
        To=TRACKER,
        Cc=LIST,
        Subject=f"[bug#{TORRENT}] [PATCH] gnu: Add condor-7b-weights.",
        X_GNU_PR_Message=f"followup {TORRENT}",
    )
    letters.archive.put([through_list])
    letters.round()
    (answer,) = letters.new_mail(ADA)
    assert "license-missing is waived for 79119" in answer.get_content()
    (copy,) = letters.new_mail(TRACKER)
    assert copy["Message-ID"] == answer["Message-ID"], "what changed something, the thread hears"
    assert "held" in states(letters), "the new result waits for approval like the first"

    # Recheck: the result comes by mail.
    letters.send(by_key(letters, "@weighbridge recheck 79119\n"))
    letters.round()
    texts = [mail.get_content() for mail in letters.new_mail(ADA)]
    assert len(texts) == 2
    assert any("is judged again now" in each for each in texts)
    assert any("You asked for this one result." in each for each in texts)
    assert any("waived by Ada" in " ".join(each.split()) for each in texts)

    # Mute: what waits is taken back, and nothing comes any more.
    answer = answer_to(letters, by_domain(letters, "mute 79119 enough\n"))
    assert "Nothing is mailed" in answer.get_content()
    assert "held" not in states(letters)
    letters.round()
    assert letters.new_mail(TRACKER) == []

    done = [(entry.command.split()[0], entry.outcome) for entry in letters.log()]
    assert done == [
        ("status", "told"),
        ("list", "told"),
        ("status", "told"),
        ("approve", "done"),
        ("waive", "done"),
        ("recheck", "done"),
        ("mute", "done"),
    ]
    assert letters.new_mail("operator@example.org") == []


def test_everybody_may_ask_and_subscribe_and_nobody_else_may_order(letters: Correspondence) -> None:
    text = "status 79119\nsubscribe 79119\nhold\n"
    raw = letters.domains.sign(letters.compose(text, STEFAN), "example.net")
    answer = answer_to(letters, raw, STEFAN)
    assert "79119" in answer.get_content()
    assert "You are subscribed" in answer.get_content()
    assert "hold takes a maintainer" in answer.get_content()
    assert not is_held(letters)

    answer_to(
        letters, by_key(letters, "@weighbridge waive 79119 provenance-torrent it is mirrored\n")
    )
    letters.round()
    (news,) = letters.new_mail(STEFAN)
    assert news["Subject"].startswith("79119 v1: ")
    assert "unsubscribe 79119" in news.get_content()


def test_hold_stops_all_mail_and_resume_lets_it_go(letters: Correspondence) -> None:
    answer = answer_to(letters, by_key(letters, "@weighbridge hold\nlist held\n"))
    assert "No mail leaves from now on" in answer.get_content()
    held = re.search(r"^([0-9a-f]{8})  moderated$", answer.get_content(), re.MULTILINE)
    assert held is not None
    answer_to(letters, by_key(letters, f"@weighbridge approve {held[1]}\n"))
    assert letters.new_mail(TRACKER) == []
    answer_to(letters, by_key(letters, "@weighbridge resume\n"))
    letters.round()
    assert len(letters.new_mail(TRACKER)) == 1


def is_held(letters: Correspondence) -> bool:
    with letters.application.database.reading() as connection:
        return current_pause(connection) is not None


Spoof = Callable[[Correspondence], bytes]


def _unsigned(letters: Correspondence) -> bytes:
    return letters.compose("hold\n")


def _unaligned(letters: Correspondence) -> bytes:
    return letters.domains.sign(letters.compose("hold\n"), "example.net")


def _tail(letters: Correspondence) -> bytes:
    return letters.domains.sign(letters.compose("status\n"), length=True) + b"hold\r\n"


def _changed(letters: Correspondence) -> bytes:
    return by_domain(letters, "status\n").replace(b"\r\n\r\nstatus", b"\r\n\r\nhold")


def _two_senders(letters: Correspondence) -> bytes:
    return b"From: Eve <eve@example.net>\r\n" + by_domain(letters, "hold\n")


def _display_name(letters: Correspondence) -> bytes:
    raw = letters.compose("hold\n", STEFAN, From=f'"Ada Example <{ADA}>" <{STEFAN}>')
    return letters.domains.sign(raw, "example.net")


def _homograph(letters: Correspondence) -> bytes:
    raw = letters.compose("hold\n", From="Ada Example <ada@ex\N{CYRILLIC SMALL LETTER A}mple.org>")
    return letters.domains.sign(raw, "example.net")


def _other_address(letters: Correspondence) -> bytes:
    raw = letters.compose("hold\n", STEFAN, Reply_To=ADA, Sender=ADA)
    return letters.domains.sign(raw, "example.net")


def _forged_results(letters: Correspondence) -> bytes:
    mark = "mx.example.org; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"
    return letters.compose("hold\n", Authentication_Results=mark)


def _other_key(letters: Correspondence) -> bytes:
    return by_key(letters, "hold\n", key="stranger")


def _text_around(letters: Correspondence) -> bytes:
    assert letters.gpg is not None
    return letters.compose(b"hold\n\n" + letters.gpg.clear_signed("ada", "Hello.\n"))


def _other_part(letters: Correspondence) -> bytes:
    return by_part(letters, "status\n").replace(b"\r\n\r\nstatus", b"\r\n\r\nhold")


def _expired(letters: Correspondence) -> bytes:
    assert letters.gpg is not None
    clock = ("--faked-system-time", "20240102T000000")
    return letters.compose(letters.gpg.clear_signed("expired", "hold\n", *clock))


def _long_ago(letters: Correspondence) -> bytes:
    assert letters.gpg is not None
    later = ("--faked-system-time", "20991231T000000")
    return letters.compose(letters.gpg.clear_signed("ada", "@weighbridge hold\n", *later))


def _unnamed_on_the_list(letters: Correspondence) -> bytes:
    return by_key(letters, "hold\n", To=f"{BOT}, {LIST}")


SPOOFS: tuple[Spoof, ...] = (
    _unsigned,
    _unaligned,
    _tail,
    _changed,
    _two_senders,
    _display_name,
    _homograph,
    _other_address,
    _forged_results,
    _other_key,
    _text_around,
    _other_part,
    _expired,
    _long_ago,
    _unnamed_on_the_list,
)


def test_no_spoof_stops_the_mail(letters: Correspondence) -> None:
    for spoof in SPOOFS:
        letters.send(spoof(letters))
        letters.round()
        assert not is_held(letters), spoof.__name__
        for entry in letters.log():
            assert entry.outcome in ("ignored", "refused", "told"), spoof.__name__
        for mail in letters.new_mail(ADA):
            assert "No mail leaves" not in mail.get_content(), spoof.__name__
    # Only who has a domain of their own that vouches for them was told what is missing.
    for mail in letters.new_mail(STEFAN):
        assert "hold takes a maintainer" in mail.get_content()


def test_what_is_signed_is_obeyed_once(letters: Correspondence) -> None:
    order = by_key(letters, "@weighbridge hold\n")
    answer_to(letters, order)
    assert is_held(letters)
    answer_to(letters, by_key(letters, "@weighbridge resume\n"))
    for again in (order, order.replace(b"Message-ID: <1.", b"Message-ID: <99.")):
        letters.send(again)
        letters.round()
        assert not is_held(letters)
        assert letters.new_mail(ADA) == []


def test_a_forwarded_order_is_the_senders_own_and_done_once(letters: Correspondence) -> None:
    order = by_domain(letters, "hold\n", To=LIST)
    letters.send(order, STEFAN)
    letters.round()
    assert not is_held(letters), "it was for somebody else: nothing in it names this bot"
