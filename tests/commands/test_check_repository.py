# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge check`` on a range of commits and on what is not committed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.author import FILE, MISSING, AuthorsClone
from tests.commands.conftest import Weighbridge


@pytest.fixture
def clone(tmp_path: Path) -> AuthorsClone:
    return AuthorsClone(tmp_path / "clone")


def test_a_range_is_judged_as_one_series(weighbridge: Weighbridge, clone: AuthorsClone) -> None:
    clone.add("plover-a")
    clone.add("plover-b", MISSING)
    done = weighbridge(
        "check", "--offline", "--format=json", "--range=upstream..", "--repository", clone.path
    )
    assert done.returncode == 1, done.stderr
    (series,) = json.loads(done.stdout)["series"]
    assert (series["patches"], series["missing"], series["verdict"]) == (2, [], "fail")
    assert [package["name"] for package in series["packages"]] == ["plover-a", "plover-b"]


def test_the_repository_itself_holds_what_the_patch_was_made_for(
    weighbridge: Weighbridge, clone: AuthorsClone
) -> None:
    clone.add("plover-a")
    text = (clone.path / FILE).read_text("utf-8")
    clone.git("branch", "-f", "upstream")
    # Nothing within the hunk names the package, or the licences' prefix.
    clone.commit({FILE: text.replace("license:asl2.0", MISSING)}, "gnu: plover-a: Change it.")
    done = weighbridge("check", "--offline", "--range=upstream..", "--repository", clone.path)
    assert done.returncode == 1
    assert "verified, it is the very file" in done.stdout
    assert "plover-a 2.0" in done.stdout


def test_another_clone_is_used_where_one_is_named(
    weighbridge: Weighbridge, clone: AuthorsClone, tmp_path: Path
) -> None:
    other = AuthorsClone(tmp_path / "other")
    other.commit({FILE: ";; not what the patch was made for\n"})
    clone.add("plover-a")
    clone.write("plover-b")
    clone.commit({}, "gnu: Add plover-b.")
    done = weighbridge(
        "check", "--offline", "--range=HEAD~1..", "--repository", clone.path,
        "--guix-repo", other.path,
    )  # fmt: skip
    assert "not verified" in done.stdout


def test_what_is_not_committed_is_judged(weighbridge: Weighbridge, clone: AuthorsClone) -> None:
    def check(what: str) -> tuple[int, list[str]]:
        done = weighbridge(
            "check", "--offline", "--format=json", what, "--repository", clone.path / "gnu"
        )
        series = json.loads(done.stdout)["series"]
        return done.returncode, [package["name"] for one in series for package in one["packages"]]

    assert check("--worktree") == check("--staged") == (0, [])
    clone.write("plover-a")
    clone.git("add", "--all")
    clone.write("plover-b", MISSING)
    clone.write("plover-c", MISSING, "gnu/packages/new-models.scm")
    assert check("--staged") == (0, ["plover-a"])
    assert check("--worktree") == (1, ["plover-a", "plover-b", "plover-c"])


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--range=main..", "--repository=clone"], 3, "it holds no commit"),
        (["--range=nonesuch..", "--repository=clone"], 2, "has no commit 'nonesuch'"),
        (["--range=--help", "--repository=clone"], 2, "has no commit '--help'"),
        (["--range=a...b", "--repository=clone"], 2, "two dots"),
        (["--range=upstream..", "--repository=."], 2, "not in a git repository"),
        (["--range=upstream..", "--repository=none"], 2, "does not exist"),
        (["--range=upstream..", "--worktree"], 2, "not several at once"),
        (["--worktree", "--staged"], 2, "not several at once"),
        (["--staged", "a.patch"], 2, "not several at once"),
        (["--repository=clone", "a.patch"], 2, "--repository goes with"),
        (["--watch"], 2, "cannot be watched"),
        (["--watch", "a.patch", "-"], 2, "cannot be watched"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    weighbridge: Weighbridge,
    clone: AuthorsClone,
    arguments: list[str],
    status: int,
    told: str,
) -> None:
    place = f"--repository={clone.path.parent}/"
    here = [argument.replace("--repository=", place) for argument in arguments]
    done = weighbridge("check", "--offline", *here)
    assert done.returncode == status
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_merge_is_told(weighbridge: Weighbridge, clone: AuthorsClone) -> None:
    clone.git("checkout", "-q", "-b", "side")
    clone.add("plover-a")
    clone.git("checkout", "-q", "main")
    clone.git("merge", "-q", "--no-ff", "-m", "Merge side.", "side")
    done = weighbridge("check", "--offline", "--range=upstream..", "--repository", clone.path)
    assert done.returncode == 3
    assert "it holds a merge" in done.stderr
