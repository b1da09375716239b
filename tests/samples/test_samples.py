# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundled archive is sound: its diffs apply, its blob hashes hold, its shapes differ."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message, Origin
from bot.mail.parse import parse_message
from bot.patch.change import Basis, ChangeKind, FileChange
from bot.patch.reading import read_diff
from bot.samples import READ_AT, Conversation, conversations

ALL = conversations()
WITH_DIFFS = [
    conversation
    for conversation in ALL
    if not conversation.name.startswith(("11-", "12-"))  # an acknowledgement, a reply
]


def _name(conversation: Conversation) -> str:
    return conversation.name


def _messages(conversation: Conversation) -> list[Message]:
    return [parse_message(mail, OwnIdentity()) for mail in conversation.mails]


def _changes(conversation: Conversation) -> list[FileChange]:
    found: list[FileChange] = []
    for message in _messages(conversation):
        for diff in message.diffs:
            reading = read_diff(diff, message.message_id)
            assert not reading.problems
            found.extend(reading.changes)
    return found


def test_numbers_are_consecutive() -> None:
    assert [conversation.name[:2] for conversation in ALL] == [
        f"{number:02d}" for number in range(1, len(ALL) + 1)
    ]


@pytest.mark.parametrize("conversation", ALL, ids=_name)
def test_every_mail_is_recent_and_not_from_the_future(conversation: Conversation) -> None:
    for message in _messages(conversation):
        assert message.sent_at is not None
        assert timedelta(0) < READ_AT - message.sent_at < timedelta(days=14)


@pytest.mark.parametrize("conversation", ALL, ids=_name)
def test_every_person_and_machine_is_made_up(conversation: Conversation) -> None:
    for message in _messages(conversation):
        made_up = message.author.email.endswith(("@example.org", "@example.net"))
        assert made_up or message.origin is Origin.TRACKER


@pytest.mark.parametrize("conversation", WITH_DIFFS, ids=_name)
def test_every_diff_reads_without_a_problem(conversation: Conversation) -> None:
    changes = _changes(conversation)
    assert changes
    assert all(change.new_blob and not change.problems for change in changes)


@pytest.mark.parametrize("conversation", WITH_DIFFS, ids=_name)
def test_git_accepts_every_diff(conversation: Conversation, tmp_path: Path) -> None:
    for message in _messages(conversation):
        for diff in message.diffs:
            found = subprocess.run(
                ["git", "apply", "--numstat", "-"],
                input=diff.encode(),
                cwd=tmp_path,
                capture_output=True,
                check=True,
            )
            assert found.stdout


def test_a_whole_new_file_has_the_blob_that_its_patch_names() -> None:
    added = [
        change
        for conversation in WITH_DIFFS
        for change in _changes(conversation)
        if change.kind is ChangeKind.ADDED
    ]
    assert len(added) == 2
    for change in added:
        assert change.after is not None
        assert change.basis is Basis.WHOLE
        content = change.after.regions[0].text.encode()
        # https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
        blob = hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False)
        assert change.new_blob
        assert blob.hexdigest().startswith(change.new_blob)


def test_the_copies_of_one_mail_are_one_series() -> None:
    (conversation,) = (each for each in ALL if each.name == "03-vosk-model")
    first, second = _messages(conversation)
    assert first.message_id == second.message_id
    assert (first.issue, second.issue) == (None, 79108)
    assert len(group_series([first, second])) == 1


def test_the_series_with_a_gap_says_which() -> None:
    (conversation,) = (each for each in ALL if each.name == "10-missing-patch")
    (series,) = group_series(_messages(conversation))
    assert series.missing == (2,)
    assert series.subject == "Add Lyrebird."


def test_two_revisions_are_two_series_of_one_thread() -> None:
    (conversation,) = (each for each in ALL if each.name == "05-two-models-two-revisions")
    first, second = sorted(group_series(_messages(conversation)), key=lambda each: each.revision)
    assert (first.revision, second.revision) == (1, 2)
    assert first.thread_key == second.thread_key
    assert first.key != second.key


def test_the_archive_shows_every_way_to_write_a_patch_mail() -> None:
    encodings, kinds = set(), set()
    for conversation in ALL:
        for mail in conversation.mails:
            for part in message_from_bytes(mail).walk():
                encodings.add(str(part["Content-Transfer-Encoding"]).lower())
                kinds.add(part.get_content_type())
                kinds.add(str(part.get_param("format", "fixed")))
    assert {"7bit", "8bit", "quoted-printable", "base64"} <= encodings
    assert {"text/plain", "text/x-patch", "multipart/mixed", "flowed"} <= kinds
