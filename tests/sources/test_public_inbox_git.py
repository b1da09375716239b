# SPDX-License-Identifier: GPL-3.0-or-later
"""Mirroring a real public-inbox over Git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.limits import Limits
from bot.sources.git_epoch import GitEpoch
from bot.sources.interface import SourceError
from bot.sources.manifest import read_manifest
from bot.sources.public_inbox_git import PublicInboxGitSource
from tests.servers.public_inbox import PublicInbox
from tests.sources.archives import numbered_mail, read_all, subjects

pytestmark = pytest.mark.server


@pytest.fixture
def served(archive: PublicInbox) -> Iterator[PublicInbox]:
    with archive.serving():
        yield archive


@pytest.fixture
def source(served: PublicInbox, tmp_path: Path) -> PublicInboxGitSource:
    return PublicInboxGitSource("list", served.url, tmp_path / "mirror")


def _add(archive: PublicInbox, *numbers: int) -> None:
    archive.add(*(numbered_mail(number) for number in numbers))


def test_messages_come_once_and_in_order(served: PublicInbox, source: PublicInboxGitSource) -> None:
    assert read_all(source) == ([], None)
    _add(served, 0, 1, 2)
    messages, cursor = read_all(source)
    assert [message.content for message in messages] == [numbered_mail(n) for n in range(3)]
    assert read_all(source, cursor) == ([], cursor)
    _add(served, 3)
    messages, cursor = read_all(source, cursor)
    assert subjects(messages) == ["Mail 3"]
    assert read_all(source, cursor) == ([], cursor)


def test_nothing_is_fetched_where_nothing_changed(
    served: PublicInbox, source: PublicInboxGitSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(served, 0)
    _, cursor = read_all(source)
    fetched: list[str] = []
    update = GitEpoch.update

    def counted(epoch: GitEpoch, url: str) -> None:
        fetched.append(url)
        update(epoch, url)

    monkeypatch.setattr(GitEpoch, "update", counted)
    assert read_all(source, cursor) == ([], cursor)
    assert fetched == []
    _add(served, 1)
    assert len(read_all(source, cursor)[0]) == 1
    assert len(fetched) == 1


@pytest.mark.usefixtures("small_batches")
def test_a_killed_poll_loses_nothing(served: PublicInbox, source: PublicInboxGitSource) -> None:
    _add(served, *range(450))
    batches = list(source.fetch(None))
    assert [len(batch.messages) for batch in batches] == [200, 200, 50]
    # The mirror is complete now; what counts is which cursor was stored.
    assert subjects(read_all(source, None)[0]) == [f"Mail {n}" for n in range(450)]
    assert subjects(read_all(source, batches[0].cursor)[0]) == [
        f"Mail {n}" for n in range(200, 450)
    ]


def test_removed_messages_are_passed_over(
    served: PublicInbox, source: PublicInboxGitSource
) -> None:
    _add(served, 0, 1)
    _, cursor = read_all(source)
    served.remove(numbered_mail(1))
    messages, cursor = read_all(source, cursor)
    assert messages == []
    _add(served, 2)
    assert subjects(read_all(source, cursor)[0]) == ["Mail 2"]


def test_rewritten_history_is_read_anew(served: PublicInbox, source: PublicInboxGitSource) -> None:
    _add(served, 0, 1, 2)
    _, cursor = read_all(source)
    served._call(["public-inbox-purge", str(served.directory / served.name)], numbered_mail(1))
    messages, cursor = read_all(source, cursor)
    assert subjects(messages) == ["Mail 0", "Mail 2"]
    _add(served, 3)
    assert subjects(read_all(source, cursor)[0]) == ["Mail 3"]


def test_since(served: PublicInbox, tmp_path: Path) -> None:
    _add(served, 1, 90)
    since = datetime(2023, 4, 10, 11, 0, tzinfo=UTC)
    source = PublicInboxGitSource("list", served.url, tmp_path / "mirror", since)
    assert subjects(read_all(source)[0]) == ["Mail 90"]


def test_a_new_epoch(archive: PublicInbox, tmp_path: Path) -> None:
    _add(archive, 0, 1)
    with archive.serving():
        source = PublicInboxGitSource("list", archive.url, tmp_path / "mirror")
        _, cursor = read_all(source)
    second = archive.epoch.with_name("1.git")
    subprocess.run(["git", "init", "-q", "--bare", str(second)], check=True)
    _commit(second, numbered_mail(2))
    with archive.serving():
        messages, cursor = read_all(source, cursor)
        assert subjects(messages) == ["Mail 2"]
        assert read_all(source, cursor) == ([], cursor)


def _commit(repository: Path, mail: bytes) -> None:
    """Add one mail to an epoch as public-inbox does."""

    def git(*arguments: str, stdin: bytes = b"") -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@localhost"]
        command += ["--git-dir", str(repository), *arguments]
        return (
            subprocess.run(command, input=stdin, check=True, capture_output=True)
            .stdout.decode()
            .strip()
        )

    blob = git("hash-object", "-w", "--stdin", stdin=mail)
    tree = git("mktree", stdin=f"100644 blob {blob}\tm\n".encode())
    git("update-ref", "refs/heads/master", git("commit-tree", tree, "-m", "mail"))
    git("symbolic-ref", "HEAD", "refs/heads/master")


def test_a_long_mail_is_skipped_with_the_reason(served: PublicInbox, tmp_path: Path) -> None:
    served.add(numbered_mail(0, "long line\n" * 1000), numbered_mail(1))
    limits = Limits(message_bytes=5_000)
    source = PublicInboxGitSource("list", served.url, tmp_path / "mirror", limits=limits)
    (batch,) = source.fetch(None)
    assert subjects(list(batch.messages)) == ["Mail 1"]
    assert "longer than 5000 bytes" in batch.skipped[0][1]


def test_what_is_not_there(served: PublicInbox, tmp_path: Path) -> None:
    wrong = served.url.replace("guix-patches", "nothing")
    with pytest.raises(SourceError, match="answered 404"):
        read_all(PublicInboxGitSource("list", wrong, tmp_path))
    with pytest.raises(SourceError, match="begins with http"):
        PublicInboxGitSource("list", "--upload-pack=x", tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"/x.git": {}}', b"[" * 100_000])
def test_a_broken_manifest(content: bytes) -> None:
    with pytest.raises(SourceError):
        read_manifest(content, "http://127.0.0.1/list")


def test_an_unwritable_mirror_is_told(served: PublicInbox, tmp_path: Path) -> None:
    _add(served, 1)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(SourceError, match="file"):
        read_all(PublicInboxGitSource("list", served.url, blocked / "mirror"))
