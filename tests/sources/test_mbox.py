# SPDX-License-Identifier: GPL-3.0-or-later
"""An mbox file that grows, is rewritten, is compressed."""

from __future__ import annotations

import fcntl
import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from bot.limits import Limits
from bot.sources.interface import SourceError
from bot.sources.maildir import MaildirSource
from bot.sources.mbox import MboxSource
from tests.sources.archives import numbered_mail, read_all, subjects

ENVELOPE = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"


def _entry(number: int, body: str = "A text.\n") -> bytes:
    return ENVELOPE + numbered_mail(number, body) + b"\n"


@pytest.fixture
def mbox(tmp_path: Path) -> Path:
    path = tmp_path / "list.mbox"
    path.write_bytes(_entry(1) + _entry(2))
    return path


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def test_messages_come_once_and_in_order(mbox: Path) -> None:
    source = MboxSource("list", mbox)
    messages, cursor = read_all(source)
    assert [message.content for message in messages] == [numbered_mail(1), numbered_mail(2)]
    assert read_all(source, cursor) == ([], cursor)

    _append(mbox, _entry(3))
    messages, cursor = read_all(MboxSource("list", mbox), cursor)
    assert subjects(messages) == ["Mail 3"]
    assert read_all(source, cursor) == ([], cursor)


def test_a_rewritten_file_is_read_anew(mbox: Path) -> None:
    source = MboxSource("list", mbox)
    _, cursor = read_all(source)
    mbox.write_bytes(_entry(2) + _entry(3) + _entry(4))
    assert subjects(read_all(source, cursor)[0]) == ["Mail 2", "Mail 3", "Mail 4"]
    mbox.write_bytes(_entry(5))
    assert subjects(read_all(source, cursor)[0]) == ["Mail 5"]


@pytest.mark.usefixtures("small_batches")
def test_batches_are_bounded_and_each_has_its_cursor(tmp_path: Path) -> None:
    path = tmp_path / "list.mbox"
    path.write_bytes(b"".join(_entry(number) for number in range(500)))
    source = MboxSource("list", path)
    batches = list(source.fetch(None))
    assert [len(batch.messages) for batch in batches] == [200, 200, 100]
    rest, _ = read_all(source, batches[0].cursor)
    assert subjects(rest) == [f"Mail {number}" for number in range(200, 500)]


def test_quoted_from_lines_come_back(mbox: Path) -> None:
    mbox.write_bytes(_entry(1, ">From here on\n>>From there\n\nFrom now on, no envelope.\n"))
    ((message,), _) = read_all(MboxSource("list", mbox))
    assert message.content.endswith(b"\nFrom here on\n>From there\n\nFrom now on, no envelope.\n")


def test_a_compressed_file_that_grows(tmp_path: Path) -> None:
    path = tmp_path / "list.mbox.gz"
    path.write_bytes(gzip.compress(_entry(1)))
    source = MboxSource("list", path)
    messages, cursor = read_all(source)
    assert subjects(messages) == ["Mail 1"]
    assert read_all(source, cursor) == ([], cursor)
    _append(path, gzip.compress(_entry(2)))
    messages, cursor = read_all(source, cursor)
    assert subjects(messages) == ["Mail 2"]
    path.write_bytes(gzip.compress(_entry(7) + _entry(8)))
    assert subjects(read_all(source, cursor)[0]) == ["Mail 7", "Mail 8"]


def test_a_cut_compressed_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "list.mbox.gz"
    path.write_bytes(gzip.compress(_entry(1))[:-20])
    with pytest.raises(SourceError, match="damaged or cut"):
        read_all(MboxSource("list", path))


def test_nothing_is_read_while_somebody_writes(mbox: Path) -> None:
    source = MboxSource("list", mbox)
    hold = (
        "import fcntl,sys; f=open(sys.argv[1],'ab'); fcntl.lockf(f,fcntl.LOCK_EX);"
        "print('held',flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(mbox)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"held\n"
        assert read_all(source) == ([], None)
        writer.communicate()
    assert len(read_all(source)[0]) == 2
    with mbox.open("ab") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the reader has let go


def test_a_message_past_the_limit_is_skipped_with_the_reason(mbox: Path) -> None:
    _append(mbox, _entry(3, "long line " * 1000 + "\n") + _entry(4))
    source = MboxSource("list", mbox, Limits(message_bytes=5_000))
    (batch,) = source.fetch(None)
    assert subjects(list(batch.messages)) == ["Mail 1", "Mail 2", "Mail 4"]
    ((location, reason),) = batch.skipped
    assert location.startswith(str(mbox))
    assert "longer than 5000 bytes" in reason
    assert read_all(source, batch.cursor)[0] == []


def test_a_file_that_is_no_mbox(mbox: Path) -> None:
    mbox.write_bytes(b"Dear diary\n")
    (batch,) = MboxSource("list", mbox).fetch(None)
    assert batch.messages == ()
    assert "no mbox" in batch.skipped[0][1]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_all(MboxSource("list", tmp_path / "none"))


@pytest.mark.parametrize(
    "cursor", ["", "junk", "[]", "{}", '{"kind":"mbox"}', '{"kind":"mbox","offset":-1}']
)
def test_a_damaged_cursor_is_an_error(mbox: Path, cursor: str) -> None:
    with pytest.raises(SourceError, match="cursor"):
        read_all(MboxSource("list", mbox), cursor or "null")


def test_another_source_s_cursor_is_an_error(mbox: Path, tmp_path: Path) -> None:
    _, cursor = read_all(MboxSource("list", mbox))
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "dir" / folder).mkdir(parents=True)
    with pytest.raises(SourceError, match="not one of a maildir source"):
        read_all(MaildirSource("list", tmp_path / "dir"), cursor)
