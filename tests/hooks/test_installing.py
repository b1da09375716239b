# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a hook is put, and what becomes of one that was there."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from bot.hooks.kinds import KINDS, PRE_COMMIT, SEND_EMAIL
from bot.hooks.script import hook_script, is_own_script
from tests.end_to_end.command import WEIGHBRIDGE
from tests.hooks.conftest import Author

ANOTHERS = "#!/bin/sh\nexit 0\n"


def _is_own(path: Path) -> bool:
    return is_own_script(path.read_bytes())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_is_installed_renewed_and_removed(author: Author, kind: str) -> None:
    hook = author.hooks / kind
    assert author.weighbridge("install-hook", kind).returncode == 0
    assert stat.S_IMODE(hook.stat().st_mode) == 0o755
    first = hook.read_text()
    assert f"program={WEIGHBRIDGE}\n" in first
    assert author.weighbridge("install-hook", kind, "--online", "--strict").returncode == 0
    assert "--online --strict" in hook.read_text()
    assert [path.name for path in author.hooks.iterdir() if "sample" not in path.name] == [kind]
    done = author.weighbridge("install-hook", kind, "--uninstall")
    assert (done.returncode, hook.exists()) == (0, False)
    assert author.weighbridge("install-hook", kind, "--uninstall").returncode == 3


def test_another_hook_is_left_alone_and_it_says_what_to_do(author: Author) -> None:
    hook = author.hooks / "pre-commit"
    hook.write_text(ANOTHERS)
    for arguments in (["pre-commit"], ["pre-commit", "--uninstall"]):
        done = author.weighbridge("install-hook", *arguments)
        assert done.returncode == 3
        assert str(hook) in done.stdout
        assert hook.read_text() == ANOTHERS
    assert (
        "weighbridge run-hook pre-commit" in author.weighbridge("install-hook", "pre-commit").stdout
    )


def test_force_keeps_the_other_hook_and_uninstall_brings_it_back(author: Author) -> None:
    hook, kept = author.hooks / "pre-commit", author.hooks / "pre-commit.before-weighbridge"
    hook.symlink_to("elsewhere")
    done = author.weighbridge("install-hook", "pre-commit", "--force")
    assert str(kept) in done.stdout
    assert _is_own(hook)
    assert kept.is_symlink()
    assert author.weighbridge("install-hook", "pre-commit", "--force").returncode == 0
    hook.write_text(ANOTHERS)
    done = author.weighbridge("install-hook", "pre-commit", "--force")
    assert (done.returncode, hook.read_text()) == (3, ANOTHERS), "the first is not lost"
    hook.unlink()
    author.weighbridge("install-hook", "pre-commit")
    assert author.weighbridge("install-hook", "pre-commit", "--uninstall").returncode == 0
    assert hook.readlink() == Path("elsewhere")


def test_a_dry_run_writes_nothing(author: Author) -> None:
    done = author.weighbridge("install-hook", "--dry-run", "--policy=debian-ml")
    assert "#!/bin/sh" in done.stdout
    assert "--policy=debian-ml sendemail-validate" in done.stdout
    assert not (author.hooks / "sendemail-validate").exists()
    author.weighbridge("install-hook")
    assert author.weighbridge("install-hook", "--uninstall", "--dry-run").returncode == 0
    assert _is_own(author.hooks / "sendemail-validate")


@pytest.mark.parametrize("place", ["githooks", "/absolute"])
def test_the_hooks_folder_may_be_configured(author: Author, place: str, tmp_path: Path) -> None:
    folder = tmp_path / "absolute" if place.startswith("/") else author.clone.path / place
    author.git("config", "core.hooksPath", str(folder) if place.startswith("/") else place)
    (author.clone.path / "gnu" / "deep").mkdir()
    author.weighbridge("install-hook", cwd=author.clone.path / "gnu" / "deep")
    assert _is_own(folder / "sendemail-validate")


def test_a_folder_for_all_repositories_is_told(author: Author) -> None:
    author.git("config", "--global", "core.hooksPath", str(author.home / "hooks"))
    done = author.weighbridge("install-hook")
    assert "for other repositories, too" in done.stdout
    assert _is_own(author.home / "hooks" / "sendemail-validate")


def test_hooks_that_are_switched_off_are_told(author: Author) -> None:
    author.git("config", "core.hooksPath", os.devnull)
    done = author.weighbridge("install-hook")
    assert done.returncode == 3
    assert "switched off" in done.stdout


def test_all_working_trees_share_a_hook(author: Author, tmp_path: Path) -> None:
    author.git("worktree", "add", "-q", str(tmp_path / "linked"), "upstream")
    author.weighbridge("install-hook", "--repository", tmp_path / "linked")
    assert _is_own(author.hooks / "sendemail-validate")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--policy=nonesuch"], "there is no policy 'nonesuch'"),
        (["--guix-repo=/nonexistent"], "does not exist"),
        (["post-commit"], "Invalid value"),
        (["--repository=/"], "not in a git repository"),
    ],
)
def test_a_mistake_is_told(author: Author, arguments: list[str], told: str) -> None:
    done = author.weighbridge("install-hook", *arguments)
    assert done.returncode == 2
    assert told in done.stdout
    assert "Traceback" not in done.stdout


def test_names_that_a_shell_would_read_are_quoted(tmp_path: Path) -> None:
    odd = tmp_path / "it's; $(touch evil) `x`"
    odd.mkdir()
    program = odd / "weighbridge"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    hook = tmp_path / "hook"
    hook.write_text(hook_script(SEND_EMAIL, program, [f"--policy={odd}/a.toml"]))
    done = subprocess.run(
        ["sh", hook, "a b.patch"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.splitlines() == [
        "run-hook", f"--policy={odd}/a.toml", "sendemail-validate", "--", "a b.patch",
    ]  # fmt: skip
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(("status", "stops"), [(0, 0), (1, 0), (2, 0), (65, 1), (130, 1)])
def test_only_a_judgement_stops(tmp_path: Path, status: int, stops: int) -> None:
    program = tmp_path / "weighbridge"
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    for strict in (False, True):
        hook = tmp_path / "hook"
        hook.write_text(hook_script(PRE_COMMIT, program, strict=strict))
        done = subprocess.run(["sh", hook], capture_output=True, text=True, check=False)
        assert done.returncode == (1 if strict and status else stops)
        assert bool(done.stderr) == (status in (1, 2))
