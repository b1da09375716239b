# SPDX-License-Identifier: GPL-3.0-or-later
"""Which repository is meant, and what a name in it stands for."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.patch.tree import Tree
from bot.repository.commits import CommitRange
from bot.repository.git import Git, OutputTooLongError, RepositoryError
from bot.repository.repository import Repository, open_repository
from tests.patch.clone import Clone
from tests.repository.conftest import FILE


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        RepositoryError, match="not in a git repository: name one with --repository"
    ):
        open_repository(tmp_path)


def test_the_current_folder_is_meant_where_none_is_named(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone.path / "gnu")
    assert open_repository().git_directory == clone.path / ".git"


def test_a_hook_is_told_by_variables_where_its_repository_is(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = Clone(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(clone.path / ".git"))
    monkeypatch.chdir(tmp_path)
    assert open_repository().git_directory == clone.path / ".git"
    assert open_repository(other.path).git_directory == other.path / ".git"


def test_a_linked_worktree_has_its_own_head_and_the_common_objects(
    clone: Clone, tmp_path: Path
) -> None:
    clone.git("worktree", "add", "-q", str(tmp_path / "linked"), "upstream")
    linked = open_repository(tmp_path / "linked")
    assert linked.commit("HEAD") == clone.git("rev-parse", "upstream").strip()
    base = CommitRange(linked, "HEAD..main").pre_images()
    assert base is not None
    with Tree(base.git_directory, base.commit) as tree:
        assert tree.tip().text(FILE) == clone.git("show", f"upstream:{FILE}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_is_read_where_its_reader_has_said_so(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (clone.path, *clone.path.rglob("*")):
        shutil.chown(path, "nobody")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    with pytest.raises(RepositoryError, match="dubious ownership"):
        open_repository(clone.path)
    for name, value in {
        "COUNT": "1",
        "KEY_0": "safe.directory",
        "VALUE_0": str(clone.path),
    }.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    base = CommitRange(open_repository(clone.path), "upstream..").pre_images()
    assert base is not None
    with Tree(base.git_directory, base.commit) as tree:
        assert tree.tip().text(FILE)


def test_without_git_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RepositoryError, match="install git"):
        open_repository()


def test_no_more_is_read_than_the_bound(clone: Clone) -> None:
    git = Git(clone.path)
    with pytest.raises(OutputTooLongError):
        list(git.pieces(100, "cat-file", "-p", f"HEAD:{FILE}"))


def test_git_ends_where_nobody_reads_on(clone: Clone) -> None:
    clone.commit({"long.scm": b";; line\n" * 500_000}, "Add much.")
    pieces = Git(clone.path).pieces(10_000_000, "cat-file", "-p", "HEAD:long.scm")
    assert next(pieces)
    pieces.close()  # type: ignore[attr-defined]


@given(name=st.one_of(st.text(max_size=30), st.from_regex(r"-?-?[a-z^@{}~:=/.0-9]{1,20}")))
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_name_is_a_commit_or_refused(repository: Repository, name: str) -> None:
    try:
        found = repository.commit(name)
    except RepositoryError:
        return
    assert re.fullmatch("[0-9a-f]{40}", found)
    assert not name.startswith(("-", "^"))
