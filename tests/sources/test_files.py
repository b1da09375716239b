# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a person may hand to the command line."""

from __future__ import annotations

import gzip
import mailbox
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from bot.limits import Limits
from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.parse import parse_message
from bot.sources.files import read_paths
from bot.sources.interface import RawMessage
from bot.sources.unreadable import UnreadableInput
from tests.mail.mails import DIFF, OWN, PATCH_BODY, mail
from tests.sources.archives import numbered_mail, subjects


def _messages(*paths: Path | str, stdin: bytes = b"") -> list[Message]:
    found = list(read_paths(paths, standard_input=BytesIO(stdin)))
    assert not [one for one in found if isinstance(one, UnreadableInput)]
    return [parse_message(one.content, OWN) for one in found if isinstance(one, RawMessage)]


@pytest.fixture
def patches(tmp_path: Path) -> Path:
    """Make a repository with three commits of two authors; return it."""
    repository = tmp_path / "repository"
    repository.mkdir()

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("config", "user.email", "ada@example.org")
    git("config", "user.name", "Ada Example")
    for number, author in enumerate(
        ("Ada <ada@example.org>", "Bob <bob@example.org>", "Ada <a@x.org>")
    ):
        (repository / "toys.scm").write_text(f"(define toy {number})\n" * 3)
        git("add", "toys.scm")
        git("commit", "-q", "-m", f"gnu: Toy {number}.", "--author", author)
    return repository


def _format_patch(repository: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(repository), "format-patch", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_a_mail_and_its_compressed_form(tmp_path: Path) -> None:
    plain = tmp_path / "mail.eml"
    plain.write_bytes(mail())
    packed = tmp_path / "mail.gz"
    packed.write_bytes(gzip.compress(mail()))
    first, second = _messages(plain, packed)
    assert first == second
    assert first.diffs == (PATCH_BODY,)


@pytest.mark.parametrize(
    "saved",
    [
        lambda plain: plain.replace(b"\n", b"\r\n"),
        lambda plain: b"\xef\xbb\xbf" + plain,
        lambda plain: plain.decode().encode("utf-16"),
        lambda plain: b"%-10d\n" % len(plain) + plain + b'<?xml version="1.0"?>\n<plist/>\n',
        lambda plain: b"\n\n" + plain,
        lambda plain: b"From - Mon Nov 10 08:00:00 2025\nX-Mozilla-Status: 0001\n" + plain,
    ],
    ids=["crlf", "byte-order mark", "utf-16", "emlx", "blank lines", "thunderbird"],
)
def test_a_mail_as_programs_save_it(tmp_path: Path, saved: Callable[[bytes], bytes]) -> None:
    plain = mail(body=PATCH_BODY)
    (tmp_path / "saved").write_bytes(saved(plain))
    (found,) = _messages(tmp_path / "saved")
    diffs = [diff.rstrip("\n") for diff in found.diffs]
    assert diffs == [diff.rstrip("\n") for diff in parse_message(plain, OWN).diffs]
    assert found.message_id == parse_message(plain, OWN).message_id


def test_a_bare_diff_becomes_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "Änderung.diff"
    path.write_bytes(DIFF.encode() + b"\r\n\xff")
    (message,) = _messages(path)
    assert message.tag.is_patch
    assert message.tag.title == "Änderung.diff"
    assert message.diffs[0].startswith(DIFF)
    assert message.author.email == ""
    assert _messages(path)[0].message_id == message.message_id


def test_standard_input() -> None:
    assert _messages("-", stdin=mail())[0].diffs == (PATCH_BODY,)
    assert _messages("-", stdin=gzip.compress(DIFF.encode()))[0].diffs == (DIFF,)


def test_patch_files_of_one_folder_are_one_series(patches: Path, tmp_path: Path) -> None:
    folder = tmp_path / "outgoing"
    _format_patch(patches, "-q", "--root", "--cover-letter", "-o", str(folder), "HEAD")
    (series,) = group_series(_messages(folder))
    assert (series.total, series.missing, len(series.patches)) == (3, (), 3)
    assert series.cover is not None


def test_patch_files_named_one_by_one_are_one_series(patches: Path, tmp_path: Path) -> None:
    folder = tmp_path / "outgoing"
    _format_patch(patches, "-q", "--root", "-o", str(folder), "HEAD")
    (series,) = group_series(_messages(*sorted(folder.glob("*.patch"))))
    assert (series.total, series.missing) == (3, ())


def test_two_mailboxes_of_one_folder_stay_two_series(patches: Path, tmp_path: Path) -> None:
    boxes = [tmp_path / "a.mbox", tmp_path / "b.mbox"]
    for box, span in zip(boxes, ("HEAD", "HEAD~1"), strict=True):
        box.write_bytes(_format_patch(patches, "--root", "--stdout", "-n", span))
    assert {one.total for one in group_series(_messages(*boxes))} == {2, 3}


def test_patches_on_standard_output_are_one_series(patches: Path) -> None:
    mbox = _format_patch(patches, "--root", "--stdout", "-v2", "HEAD")
    (series,) = group_series(_messages("-", stdin=mbox))
    assert (series.revision, series.total, series.missing) == (2, 3, ())


def test_two_series_in_one_folder_are_not_mixed(patches: Path, tmp_path: Path) -> None:
    for name in "ab":
        folder = tmp_path / "outgoing"
        _format_patch(
            patches, "-q", "--root", "--start-number=1", "-n", f"--subject-prefix=PATCH {name}",
            "-o", str(folder / name), "HEAD",
        )  # fmt: skip
    series = group_series(_messages(tmp_path / "outgoing"))
    assert {(one.prefixes, one.missing) for one in series} == {(("a",), ()), (("b",), ())}


def test_mbox_maildir_and_folders_of_them(tmp_path: Path) -> None:
    envelope = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
    (tmp_path / "a.mbox").write_bytes(
        b"".join(envelope + numbered_mail(n) + b"\n" for n in range(2))
    )
    (tmp_path / "b.mbox.gz").write_bytes(gzip.compress(envelope + numbered_mail(2)))
    maildir = mailbox.Maildir(str(tmp_path / "c"))
    maildir.add(numbered_mail(3))
    (tmp_path / "README").write_text("Not a mail.\n")
    found = [one for one in read_paths([tmp_path]) if isinstance(one, RawMessage)]
    assert subjects(found) == ["Mail 0", "Mail 1", "Mail 2", "Mail 3"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x", b"Just a text.\n", "neither a mail nor a patch"),
        ("x", b"", "empty"),
        ("x.gz", b"\x1f\x8b\x08\x00junk", "damaged or cut"),
        ("x.gz", gzip.compress(b"Subject: x\n\n" * 100, mtime=0)[:-9], "damaged or cut"),
        ("x", bytes(range(256)), "neither a mail nor a patch"),
        ("x", b"Subject: x\n\n" + b"long " * 2000, "longer than 5000 bytes"),
        (
            "x.gz",
            gzip.compress(b"Subject: x\n\n" + bytes(10**7), mtime=0),
            "longer than 5000 bytes",
        ),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = read_paths([path], Limits(message_bytes=5_000))
    assert isinstance(found, UnreadableInput)
    assert found.location == str(path)
    assert reason in found.reason


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (found,) = read_paths([tmp_path / "none"])
    assert isinstance(found, UnreadableInput)
    assert found.reason == "there is no such file"
