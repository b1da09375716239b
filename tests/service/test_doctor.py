# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor finds what is wrong with a real server, a real archive and a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.application import open_application
from bot.config import Config
from bot.service.dns_records import sender_records
from bot.service.doctor import Examination, examine
from tests.servers.postfix import Postfix
from tests.servers.public_inbox import PublicInbox
from tests.service.archive import MAILS, Archive, Clock


def examined(config: Config, ahead: timedelta = timedelta()) -> dict[str, Examination]:
    return {found.name: found for found in examine(config, datetime.now(UTC) + ahead)}


def with_smtp(archive: Archive, port: int, **smtp: object) -> Config:
    server = {"host": "127.0.0.1", "port": port, "security": "none", **smtp}
    return archive.config(delivery={}, smtp=server)


def test_all_is_well(archive: Archive, postfix: Postfix) -> None:
    archive.put(MAILS["06-torrent-without-licence"])
    config = with_smtp(archive, postfix.relay)
    assert examined(config)["database"].ok is None
    with open_application(config, Clock()):
        pass
    found = examined(config)
    assert [one for one in found.values() if one.ok is False and one.name != "SPF"] == []
    assert found["source archive"].detail.endswith("at least 1 mails")
    assert found["database"].ok
    assert found["delivery"].detail == f"127.0.0.1:{postfix.relay} can be used"
    assert postfix.everything() == {}


def test_what_is_wrong_is_told(archive: Archive, postfix: Postfix) -> None:
    config = with_smtp(
        archive,
        postfix.submission,
        security="starttls",
        host="localhost",
        username="bot",
        password="wr0ng",
        ca_file=str(postfix.certificate.certificate),
    ).model_copy(update={"policy": "no-such-policy", "sources": ()})
    found = examined(config)
    assert not found["policy and tree"].ok
    assert not found["sources"].ok
    assert "refuses the login of bot" in found["delivery"].detail
    assert "wr0ng" not in str(found)


def test_a_missing_archive_and_a_key_that_is_not_there(archive: Archive) -> None:
    config = archive.config(
        sources=[{"name": "gone", "kind": "maildir", "path": "/nowhere/at/all"}],
        dkim={"selector": "wb", "key_file": "/nowhere/key.pem"},
    )
    found = examined(config)
    assert found["source gone"].ok is False
    assert "key.pem cannot be read" in found["delivery"].detail


def test_it_says_what_to_fix_about_the_server(archive: Archive, postfix: Postfix) -> None:
    login: dict[str, object] = {"username": "bot", "password": "s3cret"}
    secure = {**login, "host": "localhost", "security": "starttls"}
    ours = {"ca_file": str(postfix.certificate.certificate)}
    for port, smtp, advice in (
        (1, {}, "check smtp.host and smtp.port"),
        (25, {"host": "mail.nowhere.invalid"}, "check smtp.host"),
        (postfix.submission, secure, "smtp.ca_file"),
        (postfix.submission, {**secure, **ours, "security": "tls"}, 'smtp.security = "starttls"'),
        (postfix.submission, {**secure, "ca_file": "/nowhere/ca.pem"}, "No such file"),
        (postfix.submission, {**secure, **ours, "password": "no"}, "check smtp.username"),
        (postfix.relay, login, "leave smtp.username out"),
    ):
        found = examined(with_smtp(archive, port, **smtp))["delivery"]
        assert not found.ok
        assert advice in found.detail, found


def test_it_makes_nothing(archive: Archive) -> None:
    before = sorted(archive.directory.rglob("*"))
    assert examined(archive.config("dry-run"))["database"].ok is None
    assert sorted(archive.directory.rglob("*")) == before


def test_a_data_directory_that_cannot_be_made(archive: Archive) -> None:
    found = examined(archive.config(data_directory="/dev/null/state"))["data directory"]
    assert found.detail == "/dev/null is no directory: name another one"


def test_the_clock_is_compared_with_the_archive(
    archive: Archive, public_inbox: PublicInbox
) -> None:
    public_inbox.add(*MAILS["06-torrent-without-licence"])
    config = archive.config(
        sources=[{"name": "inbox", "kind": "public-inbox", "url": public_inbox.url}]
    )
    assert examined(config)["clock"].ok
    later = examined(config, timedelta(hours=1))
    assert "differs" in later["clock"].detail
    assert later["source inbox"].ok


def test_the_senders_records(archive: Archive) -> None:
    config = archive.config(dkim={"selector": "wb", "key_file": "/etc/key.pem"})
    records = {
        "example.org": ["some-verification", "v=spf1 mx -all"],
        "wb._domainkey.example.org": ["v=DKIM1; k=rsa; p=MII"],
    }
    assert [one[1] for one in sender_records(config, lambda name: records[name])] == [True, True]
    missing = list(sender_records(config, lambda _: []))
    assert [one[1] for one in missing] == [False, False]
    assert "wb._domainkey.example.org has no such record" in missing[1][2]

    def silent(name: str) -> list[str]:
        raise OSError(f"no answer about {name}")

    assert [one[1] for one in sender_records(config, silent)] == [None, None]


@pytest.mark.parametrize(("mode", "wrong"), [("dry-run", 0), ("moderated", 2), ("live", 2)])
def test_a_dry_run_is_not_wrong_for_what_only_mail_needs(
    archive: Archive, mode: str, wrong: int
) -> None:
    archive.put(MAILS["06-torrent-without-licence"])
    config = archive.config(mode, dkim={"selector": "wb", "key_file": "/etc/key.pem"})
    found = examine(config, datetime.now(UTC), lambda _: [])
    records = [one for one in found if one.name in ("SPF", "DKIM")]
    assert sum(one.ok is False for one in records) == wrong
    assert sum(one.later for one in records) == 2 - wrong
    assert all("has no such record" in one.detail for one in records)
