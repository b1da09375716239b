# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge check`` on input of which a part cannot be judged."""

from __future__ import annotations

from pathlib import Path

from bot.checking import Checker
from bot.mail.series import Series
from bot.policy.load import load_policy
from bot.report.report import Report
from bot.triage import Triage
from bot.upstream.finder import OfflineFactFinder

_MAIL = """\
From: Ada <ada@example.org>
Subject: [PATCH] {subject}
Message-ID: <{subject}@example.org>

diff --git a/gnu/packages/{subject}.scm b/gnu/packages/{subject}.scm
--- a/gnu/packages/{subject}.scm
+++ b/gnu/packages/{subject}.scm
@@ -0,0 +1 @@
+(define-public a (package (name "a")))
"""


def test_a_series_that_breaks_the_judge_does_not_hide_the_others(tmp_path: Path) -> None:
    judge = Triage(load_policy("guix"), OfflineFactFinder())

    def judge_or_break(series: Series) -> Report:
        if series.subject == "bad":
            raise OverflowError
        return judge(series)

    for subject in ("bad", "good"):
        (tmp_path / f"{subject}.patch").write_text(_MAIL.format(subject=subject))
    run = Checker(judge_or_break).check([tmp_path])
    assert [report.subject for report in run.reports] == ["good"]
    assert run.errors == (("bad", "it cannot be judged (OverflowError)"),)
