# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers work as the tests that use them expect."""

from __future__ import annotations

import gzip
import imaplib
import smtplib
import ssl

import psycopg
import pytest
import requests

from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.public_inbox import PublicInbox

MAIL = (
    b"From: Ana Prado <ana@example.org>\n"
    b"To: guix-patches@gnu.org\n"
    b"Subject: [PATCH] gnu: Add hello-%d.\n"
    b"Date: Mon, 19 Jan 2026 10:00:0%d +0000\n"
    b"Message-ID: <hello-%d@example.org>\n"
    b"\n"
    b"Hello.\n"
)


def _mail(number: int) -> bytes:
    return MAIL % (number, number, number)


def _tls(server: Postfix | Dovecot) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate.certificate))


def test_archive_answers_a_search_by_time_with_an_mbox(public_inbox: PublicInbox) -> None:
    public_inbox.add(_mail(1), _mail(2))
    answer = requests.post(f"{public_inbox.url}?q=rt:1700000000..&x=m", timeout=30)
    assert answer.status_code == 200
    text = gzip.decompress(answer.content)
    assert text.count(b"\nMessage-ID: <hello-") == 2


def test_archive_shows_what_is_added_while_it_serves(public_inbox: PublicInbox) -> None:
    public_inbox.add(_mail(1))
    assert requests.get(f"{public_inbox.url}hello-1@example.org/raw", timeout=30).ok
    assert requests.get(f"{public_inbox.url}hello-2@example.org/raw", timeout=30).status_code == 404
    public_inbox.add(_mail(2))
    assert requests.get(f"{public_inbox.url}hello-2@example.org/raw", timeout=30).ok


def test_archive_forgets_what_is_removed(public_inbox: PublicInbox) -> None:
    public_inbox.add(_mail(1))
    public_inbox.remove(_mail(1))
    assert requests.get(f"{public_inbox.url}hello-1@example.org/raw", timeout=30).status_code == 404


def test_imap_shows_what_lies_in_the_maildir(dovecot: Dovecot) -> None:
    dovecot.deliver("bot", _mail(1), _mail(2))
    with imaplib.IMAP4_SSL("localhost", dovecot.imaps, ssl_context=_tls(dovecot)) as client:
        client.login("bot", "s3cret")
        assert client.select()[1] == [b"2"]


def test_relay_delivers_any_local_part(postfix: Postfix) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.relay) as client:
        client.sendmail("bot@example.org", ["62443@debbugs.gnu.org"], _mail(1))
    (delivered,) = postfix.wait_for("62443@debbugs.gnu.org", 1)
    assert b"Message-ID: <hello-1@example.org>" in delivered
    assert postfix.wait_until_idle()
    assert list(postfix.everything()) == ["62443@debbugs.gnu.org"]


def test_relay_lets_nothing_leave(postfix: Postfix) -> None:
    with (
        smtplib.SMTP("127.0.0.1", postfix.relay) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused, match="nothing leaves this machine"),
    ):
        client.sendmail("bot@example.org", ["someone@elsewhere.invalid"], _mail(1))


def test_submission_wants_tls_and_a_password(postfix: Postfix) -> None:
    with smtplib.SMTP("localhost", postfix.submission) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("bot@example.org", ["1@debbugs.gnu.org"], _mail(1))
        client.starttls(context=_tls(postfix))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("bot", "wrong")
    with smtplib.SMTP("localhost", postfix.submission) as client:
        client.starttls(context=_tls(postfix))
        client.login("bot", "s3cret")
        client.sendmail("bot@example.org", ["1@debbugs.gnu.org"], _mail(1))
    assert len(postfix.wait_for("1@debbugs.gnu.org", 1)) == 1


def test_each_database_is_new(postgresql_url: str) -> None:
    plain = postgresql_url.replace("+psycopg", "")
    with psycopg.connect(plain) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'")
        assert tables.fetchone() == (0,)
