# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail into a Maildir or a directory: once, whole, readable by everybody's programs."""

from __future__ import annotations

import asyncio
import mailbox
from pathlib import Path

import pytest

from bot.reply.directory import DirectorySink
from bot.reply.sink import Attempt, Ending, SinkUnavailableError

CONTENT = b"From: bot@example.org\r\nSubject: x\r\n\r\nText\r\n"


def hand_over(sink: DirectorySink, message_id: str = "m@example.org") -> Attempt:
    async def work() -> Attempt:
        async with sink.session() as session:
            return await session.hand_over(message_id, "", ("a@example.net",), CONTENT)

    return asyncio.run(work())


def test_a_maildir_gets_each_mail_once_even_after_it_was_read(tmp_path: Path) -> None:
    sink = DirectorySink(tmp_path / "out", maildir=True)
    assert hand_over(sink).ending is Ending.ACCEPTED
    assert "already" in hand_over(sink).reason
    box = mailbox.Maildir(tmp_path / "out", create=False)
    ((key, mail),) = box.items()
    assert mail["Subject"] == "x"
    mail.set_subdir("cur")
    mail.add_flag("S")
    box[key] = mail
    assert "already" in hand_over(sink).reason
    hand_over(sink, "other@example.org")
    assert len(mailbox.Maildir(tmp_path / "out", create=False)) == 2


def test_eml_files_hold_the_mail_as_it_is(tmp_path: Path) -> None:
    sink = DirectorySink(tmp_path / "out", maildir=False)
    hand_over(sink)
    hand_over(sink)
    (file,) = (tmp_path / "out").iterdir()
    assert file.suffix == ".eml"
    assert file.read_bytes() == CONTENT


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkUnavailableError, match="Not a directory"):
        hand_over(DirectorySink(tmp_path / "file" / "out", maildir=True))
