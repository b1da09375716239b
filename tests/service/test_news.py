# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has subscribed is told of each result that is new, and of no other."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest

from bot.checks.finding import Status
from bot.report.json_form import report_to_json
from bot.report.report import Report
from bot.service.letters import Written
from bot.service.news import News, NewsDesk
from bot.store.database import Database
from bot.store.orders import Subscription, subscribe, subscriptions_of
from bot.store.outbox import mail_in
from bot.store.reports import StoredReport
from tests.reply.made import LETTERHEAD, MANNERS, NOW, report, series

FAIL, PASS, NONE = report(Status.FAIL), report(Status.PASS), report(model=False)
ADA = "ada@example.net"


def _news(now: Report, before: Report | None = None, report_id: int = 7) -> News:
    last = None
    if before is not None:
        document = report_to_json(before)
        last = StoredReport(1, "series-1", "thread-1", NOW, before.verdict, document)
    return News(series(), now, last, report_id)


def _subscribe(store: Database, *addresses: str, once: bool = False) -> None:
    with store.writing() as connection:
        for address in addresses:
            subscribe(connection, 70001, address, once, NOW)


def _subscriptions(store: Database) -> tuple[Subscription, ...]:
    with store.reading() as connection:
        return subscriptions_of(connection, [70001])


def _tell(store: Database, news: News, **desk: object) -> tuple[Written, ...]:
    told = NewsDesk(LETTERHEAD, MANNERS, rehearsal=False)
    subscriptions = _subscriptions(store)
    with store.writing() as connection:
        return replace(told, **desk).tell(  # type: ignore[arg-type]
            connection, subscriptions, news, NOW
        )


def _mail(written: Written) -> EmailMessage:
    return email.message_from_bytes(written.mail.content, policy=default)


def _text(written: Written) -> str:
    return str(_mail(written).get_content()).replace("\r\n", "\n")


def _states(store: Database) -> dict[str, str]:
    with store.reading() as connection:
        states = {"pending", "held", "rehearsed"}
        return {mail.person: mail.state for mail in mail_in(connection, states)}


def test_the_first_result_is_told(store: Database) -> None:
    _subscribe(store, ADA)
    (written,) = _tell(store, _news(FAIL))
    mail = _mail(written)
    assert written.kind == "news"
    assert (mail["To"], mail["Subject"]) == (ADA, "70001 v1: fail - gnu: Add a model.")
    assert mail["X-Weighbridge"].endswith("; news; verdict=fail")
    assert mail["Auto-Submitted"] == "auto-generated"
    text = _text(written)
    assert "issue 70001, v1: fail\n" in text
    assert "It is fail." in text
    assert 'write "unsubscribe 70001" to\nbot@example.org' in text
    assert _states(store) == {ADA: "pending"}


def test_a_change_is_told_with_what_was_before(store: Database) -> None:
    _subscribe(store, ADA)
    (written,) = _tell(store, _news(PASS, FAIL))
    assert "v1: pass, was fail\n" in _text(written)


def test_the_same_result_is_no_news(store: Database) -> None:
    _subscribe(store, ADA)
    assert _tell(store, _news(FAIL, FAIL)) == ()
    assert _tell(store, _news(NONE)) == (), "a patch without a model, the first time"
    assert _tell(store, _news(NONE, NONE)) == ()
    assert _states(store) == {}
    assert len(_subscriptions(store)) == 1, "it waits for the next"


def test_that_there_is_no_model_any_more_is_news(store: Database) -> None:
    _subscribe(store, ADA)
    (written,) = _tell(store, _news(NONE, FAIL))
    text = _text(written)
    assert "v1: none, was fail\n" in text
    assert "No package in it ships trained parameters." in text


@pytest.mark.parametrize("news", [_news(FAIL, FAIL), _news(NONE), _news(PASS, FAIL)])
def test_who_asked_for_one_result_gets_it_whatever_it_is(store: Database, news: News) -> None:
    _subscribe(store, ADA, once=True)
    (written,) = _tell(store, news)
    text = _text(written)
    assert "You asked for this one result." in text
    assert "unsubscribe" not in text
    assert _subscriptions(store) == ()
    assert _tell(store, news) == ()


def test_a_report_is_told_once_to_each(store: Database) -> None:
    _subscribe(store, ADA, "bob@example.net")
    for _ in range(2):
        _tell(store, _news(FAIL))
    assert _states(store) == {ADA: "pending", "bob@example.net": "pending"}
    _tell(store, _news(FAIL, PASS, report_id=8))
    with store.reading() as connection:
        assert len(mail_in(connection, {"pending"})) == 4, "another report is another mail"


def test_past_the_share_of_the_limit_news_wait(store: Database) -> None:
    _subscribe(store, "a@example.net", "b@example.net", "c@example.net")
    written = _tell(store, _news(FAIL), manners=replace(MANNERS, per_hour=4))
    assert [bool(one.held_by_limit) for one in written] == [False, False, True]
    assert sorted(_states(store).values()) == ["held", "pending", "pending"]


def test_an_address_that_cannot_be_mailed_to_keeps_nobody_else_from_it(store: Database) -> None:
    _subscribe(store, "bot@example.org", "70001@debbugs.gnu.org", ADA)
    assert [one.mail.recipients for one in _tell(store, _news(FAIL))] == [(ADA,)]


def test_a_rehearsal_writes_down_and_sends_nothing(store: Database) -> None:
    _subscribe(store, ADA)
    assert len(_tell(store, _news(FAIL), rehearsal=True)) == 1
    assert _states(store) == {ADA: "rehearsed"}


def test_a_subject_is_no_command_where_the_mail_is_quoted(store: Database) -> None:
    _subscribe(store, ADA)
    (written,) = _tell(store, _news(replace(FAIL, subject="unsubscribe 70001")))
    assert "  unsubscribe 70001" in _text(written).splitlines()
    assert "unsubscribe 70001" not in _text(written).splitlines()


def test_a_subject_steers_nothing(store: Database) -> None:
    _subscribe(store, ADA)
    hostile = replace(FAIL, subject="gnu: Add\nBcc: eve@example.org\n\n\x1b[2Jx" + "y" * 500)
    (written,) = _tell(store, _news(hostile))
    mail = _mail(written)
    assert mail["Bcc"] is None
    assert b"\x1b" not in written.mail.content
    assert len(mail["Subject"]) < 250
    assert written.mail.recipients == (ADA,)
