# SPDX-License-Identifier: GPL-3.0-or-later
"""What is changed and not committed: staged, in the working tree, in new files."""

from __future__ import annotations

from dataclasses import replace
from subprocess import CalledProcessError

import pytest

from bot.limits import DEFAULT_LIMITS
from bot.mail.parse import parse_message
from bot.repository.git import RepositoryError
from bot.repository.repository import Repository, open_repository
from bot.repository.uncommitted import Uncommitted
from bot.sources.interface import RawMessage
from bot.sources.unreadable import UnreadableInput
from tests.mail.mails import OWN
from tests.patch.clone import Clone
from tests.repository.conftest import FILE, configure


def _diff(repository: Repository, *, staged: bool = False) -> str:
    """Return what is read, "" where there is nothing."""
    found = list(Uncommitted(repository, staged).read())
    if not found:
        return ""
    (mail,) = found
    assert isinstance(mail, RawMessage)
    (diff,) = parse_message(mail.content, OWN).diffs
    return diff


def _append(clone: Clone, text: str, name: str = FILE) -> None:
    with (clone.path / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_clean_tree_holds_nothing(clone: Clone, repository: Repository) -> None:
    (clone.path / "notes.txt").write_text("No Scheme file.\n")
    (clone.path / "made.out").write_text("(ignored)\n")
    assert _diff(repository) == _diff(repository, staged=True) == ""


def test_staged_and_not_staged_are_told_apart(clone: Clone, repository: Repository) -> None:
    _append(clone, ";; one\n")
    clone.git("add", FILE)
    _append(clone, ";; two\n")
    assert "+;; one\n" in _diff(repository, staged=True)
    assert "+;; two\n" not in _diff(repository, staged=True)
    assert "+;; one\n+;; two\n" in _diff(repository)


def test_new_scheme_files_count_and_the_index_stays_as_it_was(clone: Clone) -> None:
    (clone.path / "gnu" / 'né "w.scm').write_text("(define new 1)\n")
    (clone.path / ".gitignore").write_text("ignored.scm\n")
    (clone.path / "ignored.scm").write_text("(define ignored 1)\n")
    hook = clone.path / ".git" / "hooks" / "post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {clone.path}/heard\n")
    status = clone.git("status", "--porcelain")
    hook.chmod(0o755)
    index = (clone.path / ".git" / "index").read_bytes()
    diff = _diff(open_repository(clone.path / "gnu" / "packages"))
    assert "new file mode 100644" in diff
    assert "+(define new 1)\n" in diff
    assert "(define ignored 1)" not in diff
    assert (clone.path / ".git" / "index").read_bytes() == index
    assert not (clone.path / "heard").exists()
    hook.chmod(0o644)
    assert clone.git("status", "--porcelain") == status


def test_before_the_first_commit_everything_is_new(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    clone = Clone(tmp_path_factory.mktemp("fresh") / "clone")
    (clone.path / "a.scm").write_text("(define a 1)\n")
    repository = open_repository(clone.path)
    assert "+(define a 1)\n" in _diff(repository)
    assert _diff(repository, staged=True) == ""
    clone.git("add", "a.scm")
    assert "+(define a 1)\n" in _diff(repository, staged=True)
    assert Uncommitted(repository, staged=True).pre_images() is None


def test_no_setting_changes_what_is_read(clone: Clone, repository: Repository) -> None:
    _append(clone, "\n\n;; one\n")
    (clone.path / "moved.scm").rename(clone.path / "é.scm")
    plain = _diff(repository)
    configure(clone)
    assert _diff(open_repository(clone.path / "gnu")) == plain
    assert "rename from moved.scm" in plain


def test_a_conflict_is_told(clone: Clone, repository: Repository) -> None:
    clone.git("checkout", "-q", "-b", "side", "upstream")
    clone.commit({FILE: "(define other 1)\n"}, "Change it otherwise.")
    with pytest.raises(CalledProcessError):
        clone.git("merge", "main")
    (found,) = Uncommitted(repository, staged=False).read()
    assert found == UnreadableInput(FILE, "it has conflicts: solve them first")


def test_more_than_may_be_read_is_told(clone: Clone, repository: Repository) -> None:
    _append(clone, ";; line\n" * 1_000)
    limits = replace(DEFAULT_LIMITS, message_bytes=5_000)
    (found,) = Uncommitted(repository, staged=False).read(limits)
    assert isinstance(found, UnreadableInput)
    assert "longer than 5000 bytes" in found.reason


def test_a_change_moves_the_stamp(clone: Clone, repository: Repository) -> None:
    tree, staged = Uncommitted(repository, staged=False), Uncommitted(repository, staged=True)
    clean = tree.stamp()
    assert tree.stamp() == clean
    _append(clone, ";; one\n")
    changed = tree.stamp()
    assert changed != clean
    assert staged.stamp() == Uncommitted(repository, staged=True).stamp() == clean
    clone.git("add", FILE)
    assert staged.stamp() == changed


def test_a_bare_repository_has_no_working_tree(clone: Clone) -> None:
    clone.git("clone", "-q", "--bare", ".", "bare")
    bare = open_repository(clone.path / "bare")
    with pytest.raises(RepositoryError, match="work tree"):
        list(Uncommitted(bare, staged=False).read())
