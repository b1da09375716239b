# SPDX-License-Identifier: GPL-3.0-or-later
"""The application on the bundled archive: what it answers, what it leaves alone, and only once."""

from __future__ import annotations

import email
from datetime import timedelta

import pytest

from bot.application import Application, open_application, open_rehearsal
from bot.reply.outbox import State, approve, reject
from bot.service.status import issue_status, overall_status
from bot.store.control import pause, resume
from bot.store.database import StoreError
from bot.store.outbox import mail_in
from tests.service.archive import MAILS, Archive, Clock

TORRENT = MAILS["06-torrent-without-licence"]
TWO_REVISIONS = MAILS["05-two-models-two-revisions"]


def states(application: Application) -> list[str]:
    with application.database.reading() as connection:
        return [mail.state for mail in mail_in(connection, set(State))]


def test_one_reply_is_sent_once_however_often_it_runs(archive: Archive) -> None:
    archive.put(TORRENT)
    clock = Clock()
    for _ in range(2):
        with open_application(archive.config(), clock) as application:
            for _ in range(2):
                outcome = application.run_once()
        assert outcome.messages == 0
    (mail,) = archive.sent_mails()
    assert mail["To"] == "79119@debbugs.gnu.org"
    assert mail["Cc"] == "Dara Quigley <dara@example.org>"
    assert "Verdict: fail" in mail.get_payload()


def test_what_is_left_alone_is_told_with_its_reason(archive: Archive) -> None:
    for name in ("01-inference-port", "11-acknowledgement", "13-other-repository"):
        archive.put(MAILS[name])
    with open_application(archive.config(), Clock()) as application:
        outcome = application.run_once()
    assert outcome.replies == ()
    reasons = " | ".join(one.reason for one in outcome.left_alone)
    assert "a mail of the tracker itself" in reasons
    assert "a patch for another repository (guix-artwork)" in reasons
    assert "no package in it ships a model" in reasons


def test_a_series_settles_before_it_is_triaged(archive: Archive) -> None:
    archive.put(TORRENT)
    sent_at = email.utils.parsedate_to_datetime(email.message_from_bytes(TORRENT[0])["Date"])
    clock = Clock(sent_at + timedelta(minutes=2))
    with open_application(archive.config(), clock) as application:
        assert application.run_once().waiting == 1
        clock.now += timedelta(minutes=30)
        assert len(application.run_once().replies) == 1


def test_a_late_member_regroups_its_series(archive: Archive) -> None:
    cover, first, second = TWO_REVISIONS[:3]
    with open_application(archive.config(), Clock()) as application:
        archive.put([second])
        (judged,) = application.run_once().judged
        assert judged.series.missing == (1,)
        archive.put([cover, first])
        (judged,) = application.run_once().judged
        assert judged.series.missing == ()
        assert len(judged.series.members) == 3


def test_dry_runs_send_nothing_and_leave_nothing_for_a_live_run(archive: Archive) -> None:
    archive.put(TORRENT)
    with open_application(archive.config("dry-run"), Clock()) as application:
        assert len(application.run_once().replies) == 1
        assert states(application) == [State.REHEARSED]
        assert application.run_once().messages == 0
    assert archive.sent_mails() == []
    with open_application(archive.config("live"), Clock()) as application:
        application.run_once()
    assert len(archive.sent_mails()) == 1


def test_a_rehearsal_shows_what_the_next_live_round_does_and_changes_nothing(
    archive: Archive,
) -> None:
    config = archive.config("live")
    with open_application(config, Clock()) as application:
        application.run_once()
    archive.put(TORRENT)
    for _ in range(2):
        with open_rehearsal(config, Clock()) as application:
            assert len(application.run_once().replies) == 1
    assert archive.sent_mails() == []
    with open_application(config, Clock()) as application:
        assert states(application) == []
        assert len(application.run_once().replies) == 1
    assert len(archive.sent_mails()) == 1
    with open_rehearsal(config, Clock()) as application:
        assert application.run_once().replies == ()


def test_the_database_of_dry_runs_cannot_be_sent_from(archive: Archive) -> None:
    dry = archive.config("dry-run")
    with open_application(dry, Clock()):
        pass
    with (
        pytest.raises(StoreError, match="this database is for dry runs"),
        open_application(archive.config("live", database=dry.dry_run_database_url), Clock()),
    ):
        pass


def test_moderated_mail_waits_and_a_rejected_one_is_not_written_again(archive: Archive) -> None:
    archive.put(TORRENT)
    clock = Clock()
    with open_application(archive.config("moderated"), clock) as application:
        (reply,) = application.run_once().replies
        assert states(application) == [State.HELD]
        assert archive.sent_mails() == []
        with application.database.writing() as connection:
            approve(connection, reply.message_id, "approved by operator", clock())
        assert application.run_once().sent == (reply.message_id,)
    (mail,) = archive.sent_mails()
    assert mail["Message-ID"] == f"<{reply.message_id}>"


def test_a_rejected_answer_stays_rejected(archive: Archive) -> None:
    archive.put(TORRENT)
    clock = Clock()
    with open_application(archive.config("moderated"), clock) as application:
        (reply,) = application.run_once().replies
        with application.database.writing() as connection:
            reject(connection, reply.message_id, "not now", clock())
    # The same mail comes as a second series: somebody sent it again under another Message-ID.
    again = TORRENT[0].replace(b"Message-ID: <", b"Message-ID: <again-")
    again = again.replace(b"Message-Id: <", b"Message-Id: <again-")
    assert again != TORRENT[0]
    archive.put([again])
    with open_application(archive.config("moderated"), clock) as application:
        (judged,) = application.run_once().judged
        assert judged.reply is None
        assert "rejected" in judged.decision.reason


def test_a_pause_holds_all_mail_across_restarts(archive: Archive) -> None:
    archive.put(TORRENT)
    clock = Clock()
    with open_application(archive.config(), clock) as application:
        with application.database.writing() as connection:
            pause(connection, "too much mail", clock())
        assert application.run_once().sent == ()
    with open_application(archive.config(), clock) as application:
        assert application.run_once().sent == ()
        found = overall_status(application.database, "live")
        assert found.pause is not None
        assert found.pause.reason == "too much mail"
        assert found.mails["pending"] == 1
        with application.database.writing() as connection:
            assert resume(connection)
        assert len(application.run_once().sent) == 1


def test_past_a_limit_mail_is_held_told_once_and_let_go_later(archive: Archive) -> None:
    archive.put(TORRENT)
    clock = Clock()
    config = archive.config(mail_limits={"per_hour": 0})
    with open_application(config, clock) as application:
        outcome = application.run_once()
        assert outcome.judged[0].decision.held_by == "limit"
        application.run_once()
    (notice,) = archive.sent_mails()
    assert notice["To"] == "operator@example.org"
    assert notice["Subject"] == "mail is held: a limit is reached"
    with open_application(archive.config(), clock) as application:
        assert len(application.run_once().sent) == 1
    assert len(archive.sent_mails()) == 2


def test_mail_from_before_the_first_poll_is_not_answered(archive: Archive) -> None:
    archive.put(TORRENT)
    config = archive.config()
    source = config.sources[0].model_copy(update={"since": "now"})
    with open_application(config.model_copy(update={"sources": (source,)}), Clock()) as application:
        outcome = application.run_once()
    assert outcome.replies == ()
    assert "when this source began" in outcome.left_alone[0].reason


def test_seen_in_the_archive_a_mail_is_confirmed(archive: Archive) -> None:
    archive.put(TORRENT)
    with open_application(archive.config(), Clock()) as application:
        application.run_once()
        archive.put([mail.as_bytes() for mail in archive.sent_mails()])
        outcome = application.run_once()
        assert outcome.replies == ()
        assert states(application) == [State.CONFIRMED]
        found = issue_status(application.database, 79119)
    assert [change.state_after for change in found.mails[0].history] == [
        "pending",
        "sending",
        "sent",
        "confirmed",
    ]
    assert found.series[0].report is not None
    assert found.series[0].report.verdict == "fail"
    assert found.decisions[0].answer


def test_an_unknown_issue(archive: Archive) -> None:
    with open_application(archive.config(), Clock()) as application:
        assert not issue_status(application.database, 1).is_known


def test_a_source_that_cannot_be_read_does_not_stop_the_others(archive: Archive) -> None:
    archive.put(TORRENT)
    config = archive.config()
    gone = config.sources[0].model_copy(
        update={"name": "gone", "path": archive.directory / "nothing"}
    )
    with open_application(
        config.model_copy(update={"sources": (gone, *config.sources)}), Clock()
    ) as application:
        outcome = application.run_once()
    assert len(outcome.replies) == 1
    assert [name for name, _ in outcome.failures] == ["gone"]


CLOSING = b"""From: Mel <mel@example.net>
To: 79119-done@debbugs.gnu.org
Subject: Re: [bug#79119] [PATCH] gnu: Add condor-7b-weights.
Message-ID: <closing@example.net>
Date: Wed, 12 Nov 2025 10:00:00 +0000

Not for us.
"""


def test_nothing_is_said_in_a_closed_issue(archive: Archive) -> None:
    archive.put([*TORRENT, CLOSING])
    with open_application(archive.config(), Clock()) as application:
        (judged,) = application.run_once().judged
    assert judged.decision.reason == "the issue is closed"
    assert archive.sent_mails() == []


def test_a_lost_database_does_not_make_it_say_things_again(archive: Archive) -> None:
    archive.put(TORRENT)
    with open_application(archive.config(), Clock()) as application:
        application.run_once()
    archive.put([mail.as_bytes() for mail in archive.sent_mails()])
    config = archive.config(database=f"sqlite:///{archive.directory}/another.db")
    with open_application(config, Clock()) as application:
        (judged,) = application.run_once().judged
    assert judged.reply is None
    assert judged.decision.reason == "this very answer is in the archive"
    assert len(archive.sent_mails()) == 1
