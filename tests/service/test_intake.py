# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of mails as they come: screened, kept aside, settled at once or triaged."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from bot.application import open_application
from bot.mail.parse import parse_message
from bot.service import reading
from bot.service.intake import NOTHING_SAID
from bot.service.status import issue_status
from bot.service.wiring import poll_rules
from bot.store.messages import contents_of
from bot.store.quarantine import quarantined, quarantined_mail
from bot.store.series import series_of_issue
from tests.service.archive import MAILS, Archive, Clock

TWO_REVISIONS = MAILS["05-two-models-two-revisions"]
MODEL = MAILS["06-torrent-without-licence"][0]
ISSUE = 79700

_PATCH = """\
From: Ada <ada@example.net>
To: {issue}@debbugs.gnu.org
Subject: [bug#{issue}] [PATCH{tag}] gnu: toy: {title}.
Message-ID: <{message_id}@example.net>
Date: Mon, 10 Nov 2025 08:00:00 +0000
{extra}
---
diff --git a/gnu/packages/toys.scm b/gnu/packages/toys.scm
--- a/gnu/packages/toys.scm
+++ b/gnu/packages/toys.scm
@@ -1,3 +1,6 @@
 (define-module (gnu packages toys))

+(define-public toy-{title}
+  (package (name "toy") (version "1"){words}))
+
 (define last 1)
--
2.45.1
"""


def patch(message_id: str, tag: str = "", words: str = "", extra: str = "") -> bytes:
    text = _PATCH.format(
        issue=ISSUE, tag=tag, title="update", message_id=message_id, words=words, extra=extra
    )
    return text.encode()


def test_a_patch_that_speaks_of_no_model_costs_a_row(archive: Archive) -> None:
    archive.put([patch("m1")])
    with open_application(archive.config(), Clock()) as application:
        outcome = application.run_once()
        assert [one.reason for one in outcome.left_alone] == [NOTHING_SAID]
        assert outcome.judged == ()
        with application.database.reading() as connection:
            assert series_of_issue(connection, ISSUE) == ()
            assert list(contents_of(connection, ["m1@example.net"])) == []
        (told,) = issue_status(application.database, ISSUE).left_alone
        assert told[1] == NOTHING_SAID


def test_a_later_revision_is_kept_though_it_speaks_of_no_model(archive: Archive) -> None:
    archive.put([patch("m2", " v2")])
    with open_application(archive.config(), Clock()) as application:
        application.run_once()
        with application.database.reading() as connection:
            assert [one.state for one in series_of_issue(connection, ISSUE)] == ["done"]


def test_what_shares_its_change_with_a_series_is_kept(archive: Archive) -> None:
    archive.put([patch("m2", " v2"), patch("m1")])
    with open_application(archive.config(), Clock()) as application:
        outcome = application.run_once()
        with application.database.reading() as connection:
            found = series_of_issue(connection, ISSUE)
        assert len(found) == 2
        assert len({one.thread_key for one in found}) == 1
        assert all(one.reason != NOTHING_SAID for one in outcome.left_alone)


def test_with_a_tree_every_patch_is_triaged(archive: Archive) -> None:
    config = archive.config()
    with_tree = config.model_copy(update={"guix_repo": archive.directory})
    assert poll_rules(config).patches_say_all
    assert not poll_rules(with_tree).patches_say_all


def test_a_partial_reroll_is_judged_with_what_it_leaves_standing(archive: Archive) -> None:
    first = TWO_REVISIONS[:3]
    (reroll,) = [mail for mail in TWO_REVISIONS[3:] if b"v2 2/2]" in mail]
    with open_application(archive.config(), Clock()) as application:
        archive.put(first)
        (before,) = application.run_once().judged
        archive.put([reroll])
        (after,) = application.run_once().judged
    assert after.series.revision == 2
    assert after.report.missing == ()
    names = [one.model.change.package.name for one in before.report.packages]
    assert [one.model.change.package.name for one in after.report.packages] == names


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_series_is_one_in_every_order_of_arrival(
    archive: Archive, order: tuple[int, ...]
) -> None:
    with open_application(archive.config(), Clock()) as application:
        for index in order:
            archive.put([TWO_REVISIONS[index]])
            outcome = application.run_once()
        (judged,) = outcome.judged
        assert len(judged.series.members) == 3
        with application.database.reading() as connection:
            assert len(series_of_issue(connection, 79115)) == 1


def test_a_mail_that_trips_the_parser_does_not_hold_up_the_rest(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No input is known that does this; the next version of a library may know one.
    real = parse_message

    def trips(raw: bytes, *rest: Any) -> object:  # noqa: ANN401
        if b"m1@" in raw:
            raise RecursionError("too deep")
        return real(raw, *rest)

    archive.put([patch("m1"), MODEL])
    with open_application(archive.config(), Clock()) as application:
        with monkeypatch.context() as patched:
            patched.setattr(reading, "parse_message", trips)
            outcome = application.run_once()
        assert len(outcome.replies) == 1
        assert "RecursionError" in outcome.unreadable[0][1]
        with application.database.reading() as connection:
            (aside,) = quarantined(connection)
            kept = quarantined_mail(connection, aside.quarantine_id)
        assert kept is not None
        assert application.retry_quarantined(kept) == ""
        assert application.run_once().messages == 0
        with application.database.reading() as connection:
            assert quarantined(connection) == ()
        assert issue_status(application.database, ISSUE).is_known
