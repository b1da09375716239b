# SPDX-License-Identifier: GPL-3.0-or-later
"""The commits of a range, as the series that git format-patch makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.parse import parse_message
from bot.mail.series import Series
from bot.repository.commits import CommitRange
from bot.repository.git import RepositoryError
from bot.repository.repository import Repository, open_repository
from bot.sources.files import read_paths
from bot.sources.interface import RawMessage
from bot.sources.unreadable import Found, UnreadableInput
from tests.mail.mails import OWN
from tests.patch.clone import Clone
from tests.repository.conftest import FILE, configure


def _messages(found: list[Found]) -> list[Message]:
    return [parse_message(one.content, OWN) for one in found if isinstance(one, RawMessage)]


def _series(repository: Repository, revisions: str) -> Series:
    found = list(CommitRange(repository, revisions).read())
    assert not [one for one in found if isinstance(one, UnreadableInput)]
    (series,) = group_series(_messages(found))
    return series


def _diffs(series: Series) -> list[str]:
    return [diff for patch in series.patches for diff in patch.diffs]


def _reason(repository: Repository, revisions: str, limits: Limits = DEFAULT_LIMITS) -> str:
    (found,) = CommitRange(repository, revisions).read(limits)
    assert isinstance(found, UnreadableInput)
    assert found.location == revisions
    return found.reason


@pytest.mark.parametrize(
    "revisions", ["upstream..main", "upstream..", "upstream..HEAD", "upstream"]
)
def test_the_commits_of_a_range_are_one_series(repository: Repository, revisions: str) -> None:
    series = _series(repository, revisions)
    assert (series.total, series.missing, series.revision) == (2, (), 1)
    assert [patch.tag.title for patch in series.patches] == ["gnu: Add ball.", "gnu: Add kite."]
    assert str(series.author) == "Ada Example <ada@example.org>"


def test_it_is_what_git_format_patch_writes(
    clone: Clone, repository: Repository, tmp_path: Path
) -> None:
    clone.git("format-patch", "-q", "--full-index", "-o", str(tmp_path / "out"), "upstream")
    (written,) = group_series(_messages(list(read_paths([tmp_path / "out"]))))
    series = _series(repository, "upstream..")
    assert [patch.tag for patch in series.patches] == [patch.tag for patch in written.patches]
    assert [patch.sent_at for patch in series.patches] == [
        patch.sent_at for patch in written.patches
    ]
    hunks = [diff[diff.index("diff --git") :] for diff in _diffs(written)]
    assert [diff[diff.index("diff --git") :].rstrip() for diff in _diffs(series)] == [
        diff.partition("\n-- \n")[0].rstrip() for diff in hunks
    ]


def test_one_commit_is_a_series_of_one(repository: Repository) -> None:
    series = _series(repository, "HEAD~1..")
    assert (series.total, series.missing, series.subject) == (1, (), "gnu: Add kite.")


def test_no_setting_changes_what_is_read(clone: Clone, repository: Repository) -> None:
    text = (clone.path / FILE).read_text("utf-8").replace(";; é\n", ";; é\n\n\n;; è\n")
    (clone.path / "moved.scm").rename(clone.path / "é.scm")
    clone.commit({FILE: text}, "gnu: Größer.")
    clone.git("notes", "add", "-m", "a note")
    plain = _series(repository, "upstream..")
    configure(clone)
    with pytest.raises(CalledProcessError):
        clone.git("format-patch", "-1", "--stdout")
    assert _series(repository, "upstream..") == plain
    assert "rename from moved.scm" in _diffs(plain)[-1]
    assert list(clone.path.glob("outgoing*")) == []


def test_no_variable_changes_what_is_read(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = _series(repository, "upstream..")
    for name, value in {
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_DIFF_OPTS": "--unified=0",
        "GIT_PAGER": "false",
        "GIT_DIR": "/nonexistent",
        "GIT_CONFIG_PARAMETERS": "'diff.noprefix'='true' 'color.ui'='always'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "format.attach",
        "GIT_CONFIG_VALUE_0": "x",
        "LANGUAGE": "de",
        "LC_ALL": "de_DE.UTF-8",
    }.items():
        monkeypatch.setenv(name, value)
    assert _series(repository, "upstream..") == plain


def test_a_message_that_looks_like_an_mbox_stays_one_mail(
    clone: Clone, repository: Repository
) -> None:
    line = f"From {'0' * 40} Mon Sep 17 00:00:00 2001"
    clone.git("commit", "--amend", "-q", "-m", f"gnu: Add kite.\n\n{line}\n\n>{line}\nSubject: x")
    (found,) = CommitRange(repository, "HEAD~1..").read()
    assert isinstance(found, RawMessage)
    assert f"\n{line}\n\n>{line}\nSubject: x\n" in found.content.decode()


def test_the_base_is_what_the_first_patch_is_made_for(clone: Clone, repository: Repository) -> None:
    clone.git("checkout", "-q", "upstream")
    clone.commit({"elsewhere": "x\n"}, "The upstream branch goes on.")
    base = CommitRange(repository, "upstream..main").pre_images()
    assert base is not None
    assert base.commit == clone.git("rev-parse", "main~2").strip()


def test_a_range_from_the_first_commit_on_has_no_base(clone: Clone) -> None:
    clone.git("checkout", "-q", "--orphan", "fresh")
    clone.commit({FILE: "(define x 1)\n"}, "Begin anew.")
    clone.commit({FILE: "(define x 2)\n"}, "Go on.")
    repository = open_repository(clone.path)
    revisions = CommitRange(repository, "upstream..fresh")
    assert revisions.pre_images() is None
    assert _series(repository, "upstream..fresh").total == 2


@pytest.mark.parametrize(
    "revisions",
    [
        "nonesuch..",
        "upstream..nonesuch",
        "--output=stolen..HEAD",
        "--output=stolen",
        "upstream..--output=stolen",
        "^HEAD..HEAD",
        "upstream:gnu..HEAD",
        "up stream..",
        "upstream..main\n..",
        "upstream...main",
        f"{'0' * 40}..",
    ],
)
def test_what_names_no_commit_is_refused(
    clone: Clone, repository: Repository, revisions: str
) -> None:
    with pytest.raises(RepositoryError, match=r"has no commit|two dots"):
        list(CommitRange(repository, revisions).read())
    assert not (clone.path / "stolen").exists()


def test_an_empty_range_is_told(repository: Repository) -> None:
    assert "it holds no commit: HEAD has nothing that main has not" in _reason(repository, "main..")


def test_a_merge_is_told(clone: Clone, repository: Repository) -> None:
    clone.git("checkout", "-q", "-b", "side", "upstream")
    clone.commit({"side.scm": "(define side 1)\n"}, "Add side.")
    clone.git("checkout", "-q", "main")
    clone.git("merge", "-q", "--no-ff", "-m", "Merge side.", "side")
    reason = _reason(repository, "upstream..")
    assert clone.git("rev-parse", "--short=12", "HEAD").strip() in reason
    assert "rebase" in reason


def test_more_than_may_be_read_is_told(repository: Repository) -> None:
    few = replace(DEFAULT_LIMITS, series_members=1)
    assert "more than 1 commits" in _reason(repository, "upstream..", few)
    short = replace(DEFAULT_LIMITS, repository_bytes=500)
    *_, last = CommitRange(repository, "upstream..").read(short)
    assert isinstance(last, UnreadableInput)
    assert "longer than 500 bytes" in last.reason


def test_the_content_of_binary_files_is_left_out(clone: Clone, repository: Repository) -> None:
    clone.commit({"weights.bin": bytes(range(256)) * 4_000}, "Add weights.")
    (found,) = CommitRange(repository, "HEAD~1..").read()
    assert isinstance(found, RawMessage)
    assert b"Binary files /dev/null and b/weights.bin differ" in found.content
    assert len(found.content) < 1_000


def test_a_commit_moves_the_stamp(clone: Clone, repository: Repository) -> None:
    revisions = CommitRange(repository, "upstream..")
    before = revisions.stamp()
    assert revisions.stamp() == before
    clone.commit({FILE: "(define x 1)\n"}, "Change it.")
    assert revisions.stamp() != before
    clone.git("branch", "-D", "upstream")
    assert "no commit" in str(revisions.stamp())
