# SPDX-License-Identifier: GPL-3.0-or-later
"""The hook of ``git commit``, the real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.author import FILE, FREE, MISSING
from tests.hooks.conftest import Author


@pytest.fixture(autouse=True)
def _installed(author: Author) -> None:
    assert author.weighbridge("install-hook", "pre-commit").returncode == 0


def _head(author: Author) -> str:
    return author.clone.git("log", "-1", "--format=%s").strip()


def test_a_commit_that_fails_is_stopped_and_it_says_how_to_go_on(author: Author) -> None:
    author.clone.write("plover-a", MISSING)
    author.git("add", FILE)
    done = author.git("commit", "-m", "Add it.")
    assert done.returncode != 0
    assert "Verdict: fail" in done.stdout
    assert "WEIGHBRIDGE_SKIP=1 git commit" in done.stdout
    assert _head(author) == "Begin."
    assert author.git("commit", "-m", "Add it.", WEIGHBRIDGE_SKIP="1").returncode == 0
    assert _head(author) == "Add it."


@pytest.mark.parametrize(
    "how", [["-a"], ["--include", FILE], [FILE]], ids=["all", "include", "only"]
)
def test_what_git_is_told_to_take_is_judged_and_not_the_index(
    author: Author, how: list[str]
) -> None:
    author.clone.write("plover-a", MISSING)
    assert "Verdict: fail" in author.git("commit", "-m", "Add it.", *how).stdout
    assert _head(author) == "Begin."


def test_what_is_not_staged_stops_nothing(author: Author) -> None:
    author.clone.write("plover-a", FREE)
    author.git("add", FILE)
    author.clone.write("plover-b", MISSING)
    done = author.git("commit", "-m", "Add it.")
    assert (done.returncode, _head(author)) == (0, "Add it.")
    assert "weighbridge: what is staged: 1 package ships trained parameters" in done.stdout


@pytest.mark.parametrize("options", [["--allow-empty"], ["--amend"]])
def test_a_commit_without_a_change_is_met_with_silence(author: Author, options: list[str]) -> None:
    done = author.git("commit", "-m", "Say it.", *options)
    assert (done.returncode, _head(author)) == (0, "Say it.")
    assert "weighbridge" not in done.stdout


def test_the_first_commit_is_judged(author: Author) -> None:
    author.git("checkout", "-q", "--orphan", "fresh")
    author.clone.write("plover-a", MISSING)
    assert "Verdict: fail" in author.git("commit", "-a", "-m", "Begin anew.").stdout


def test_a_linked_working_tree_judges_its_own_index(author: Author) -> None:
    author.clone.write("plover-a", MISSING)
    author.git("add", FILE)
    author.git("worktree", "add", "-q", str(author.home / "linked"), "upstream")
    linked = author.home / "linked" / "gnu"
    (linked / "new.scm").write_text("(define x 1)\n")
    assert author.run("git", "add", "new.scm", cwd=linked).returncode == 0
    done = author.run("git", "commit", "-m", "Add x.", cwd=linked)
    assert done.returncode == 0, done.stdout


def test_a_merge_of_what_others_did_is_let_pass(author: Author) -> None:
    author.git("checkout", "-q", "-b", "side", "upstream")
    author.clone.write("plover-a", MISSING)
    author.git("commit", "-q", "-a", "-m", "Add it.", WEIGHBRIDGE_SKIP="1")
    author.git("checkout", "-q", "main")
    author.clone.commit({"other.txt": "x\n"}, "Add other.")
    author.git("merge", "--no-commit", "side")
    done = author.git("commit", "-m", "Merge side.")
    assert (done.returncode, _head(author)) == (0, "Merge side.")


def test_a_conflict_is_told_and_stops_only_the_strict(author: Author) -> None:
    """``git commit`` refuses it by itself; a hook that is run by hand is told."""
    author.git("checkout", "-q", "-b", "side", "upstream")
    author.clone.commit({FILE: "(define a 1)\n"}, "One.")
    author.git("checkout", "-q", "main")
    author.clone.commit({FILE: "(define a 2)\n"}, "Other.")
    author.git("cherry-pick", "side")
    done = author.weighbridge("run-hook", "pre-commit")
    assert (done.returncode, "it has conflicts" in done.stdout) == (0, True)
    assert author.weighbridge("run-hook", "--strict", "pre-commit").returncode == 65


def test_commits_between_two_names_are_judged_where_the_pre_commit_framework_asks(
    author: Author,
) -> None:
    author.clone.write("plover-a", MISSING)
    author.git("commit", "-q", "-a", "-m", "Add it.", WEIGHBRIDGE_SKIP="1")

    def status(start: str, end: str) -> int:
        done = author.weighbridge(
            "run-hook", "pre-commit", PRE_COMMIT_FROM_REF=start, PRE_COMMIT_TO_REF=end
        )
        return done.returncode

    assert status("upstream", "main") == 65
    assert status("main", "main") == 0


def test_the_framework_is_told_a_command_that_there_is(author: Author) -> None:
    told = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = re.findall(r"^  entry: weighbridge (.*)$", told, re.MULTILINE)
    author.clone.write("plover-a", MISSING)
    author.git("add", FILE)
    assert author.weighbridge(*entry.split()).returncode == 65
