# SPDX-License-Identifier: GPL-3.0-or-later
"""A clone read through long-lived processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.limits import Limits
from bot.patch.blob import blob_id
from bot.patch.tree import Tree, TreeError
from tests.patch.clone import Clone


def test_blobs_by_id_and_files_by_path(clone: Clone) -> None:
    clone.commit({"dir/a b.scm": "(hello)\n", "empty": ""})
    full = clone.git("rev-parse", "HEAD:dir/a b.scm").strip()
    with Tree(clone.path, "main") as tree:
        assert tree.tip().blob(full) == tree.tip().blob(full[:7]) == "(hello)\n"
        assert tree.tip().text("dir/a b.scm") == "(hello)\n"
        assert tree.tip().text("empty") == ""
        assert tree.tip().text("nothing") is None
        assert tree.tip().text("dir") is None
        assert tree.tip().blob("0" * 40) is None
    assert blob_id(b"(hello)\n") == full


def test_the_files_at_the_top(clone: Clone) -> None:
    clone.commit({"a (old).key": "1\n", "b\tc": "2\n", "dir/d.key": "3\n", "é.key": "4\n"})
    (clone.path / "link").symlink_to("a")
    clone.commit({})
    with Tree(clone.path, "main") as tree:
        assert tree.top_files() == {
            "a (old).key": blob_id(b"1\n"),
            "b\tc": blob_id(b"2\n"),
            "é.key": blob_id(b"4\n"),
        }


def test_only_blobs_are_given(clone: Clone) -> None:
    commit = clone.commit({"x": "1\n"})
    with Tree(clone.path, "main") as tree:
        assert tree.tip().blob(commit) is None
        assert tree.tip().blob("main") is None
        assert tree.tip().blob("abc\n" + commit) is None
        assert tree.tip().text("x\nmain:x") is None
        assert tree.tip().text("x") == "1\n"


def test_what_is_fetched_later_is_seen(clone: Clone) -> None:
    clone.commit({"x": "1\n"})
    with Tree(clone.path, "main") as tree:
        assert tree.tip().text("x") == "1\n"
        clone.commit({"x": "2\n", "y": "3\n"})
        clone.git("gc", "--quiet")
        assert tree.tip().text("x") == "2\n"
        assert tree.tip().blob(blob_id(b"3\n")) == "3\n"


def test_a_blob_past_the_limit_is_not_read(clone: Clone) -> None:
    clone.commit({"x": "12345\n"})
    with Tree(clone.path, "main", Limits(scheme_bytes=5)) as tree:
        assert tree.tip().text("x") is None


def test_mistakes_of_the_configuration_say_what_to_do(clone: Clone, tmp_path: Path) -> None:
    clone.commit({"x": "1\n"})
    with pytest.raises(TreeError, match="not a directory"):
        Tree(tmp_path / "nothing", "main")
    (tmp_path / "plain").mkdir()
    with pytest.raises(TreeError, match="not a git repository"):
        Tree(tmp_path / "plain", "main")
    with pytest.raises(TreeError, match="no branch other"):
        Tree(clone.path, "other")
    for name in ("--help", "main:x", "main x"):
        with pytest.raises(TreeError, match="cannot be the name"):
            Tree(clone.path, name)


def test_without_git_the_error_says_to_install_it(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TreeError, match="install git"):
        Tree(clone.path, "main")


def test_a_closed_tree_opens_again_and_leaves_no_process(clone: Clone) -> None:
    clone.commit({"x": "1\n"})
    tree = Tree(clone.path, "main")
    assert tree.tip().text("x") == "1\n"
    processes = [cat_file.process for cat_file in tree._processes.values()]
    assert len(processes) == 2
    tree.close()
    assert [process.returncode for process in processes] == [0, 0]
    assert tree.tip().text("x") == "1\n"
    tree.close()


def test_a_process_that_died_is_started_anew(clone: Clone) -> None:
    clone.commit({"x": "1\n"})
    with Tree(clone.path, "main") as tree:
        assert tree.tip().text("x") == "1\n"
        for cat_file in tree._processes.values():
            cat_file.process.kill()
            cat_file.process.wait()
        assert tree.tip().text("x") == "1\n"


def test_programs_named_by_the_clone_or_the_environment_do_not_run(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.commit({"x": "1\n", ".gitattributes": "* diff=evil filter=evil\n"})
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "diff.evil.textconv", "filter.evil.smudge", "core.sshCommand"):
        clone.git("config", key, str(script))
    clone.git("config", "extensions.partialClone", "origin")
    clone.git("config", "remote.origin.promisor", "true")
    clone.git("config", "remote.origin.url", f"ext::{script}")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    with Tree(clone.path, "main") as tree:
        assert tree.tip().text("x") == "1\n"
        assert tree.tip().blob("1" * 40) is None
        assert tree.tip().text("x") == "1\n"
    assert not ran.exists()
