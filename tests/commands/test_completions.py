# SPDX-License-Identifier: GPL-3.0-or-later
"""Completion in the real shells, by the scripts that the command prints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.commands.shell_terminal import ShellTerminal, shell_terminal
from tests.end_to_end.command import WEIGHBRIDGE, environment, weighbridge
from tests.servers.process import require

WORDS = [
    ("weighbridge che", "weighbridge check "),
    ("weighbridge check --form", "weighbridge check --format "),
    ("weighbridge check --format mark", "weighbridge check --format markdown "),
    ("weighbridge check --policy debi", "weighbridge check --policy debian-ml "),
    ("weighbridge policy show fsf", "weighbridge policy show fsf-2024 "),
    ("weighbridge install-hook pre", "weighbridge install-hook pre-commit "),
    ("weighbridge completions z", "weighbridge completions zsh "),
]
FILES = [
    ("weighbridge check --offline outg", "weighbridge check --offline outgoing/"),
    ("weighbridge check outgoing/my", r"weighbridge check outgoing/my\ net.patch "),
    ("weighbridge check --guix-repo outgoing/cl", "weighbridge check --guix-repo outgoing/clone/"),
    ("weighbridge check --policy outgoing/own", "weighbridge check --policy outgoing/own.toml "),
]


def _script(shell: str, home: Path) -> str:
    done = weighbridge("completions", shell, home=home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _surroundings(home: Path) -> dict[str, str]:
    return environment(
        home, {"PATH": f"{Path(WEIGHBRIDGE).parent}:/usr/bin:/bin", "TERM": "xterm", "PS1": "> "}
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "outgoing"
    (folder / "clone").mkdir(parents=True)
    for name in ("my net.patch", "own.toml", "clean.patch"):
        (folder / name).touch()
    return tmp_path


@contextmanager
def _bash(home: Path) -> Iterator[ShellTerminal]:
    (home / "completions").write_text(_script("bash", home))
    command = ["bash", "--norc", "--noprofile", "-i"]
    with shell_terminal(command, home, _surroundings(home), home / "line") as shell:
        shell.prepare(
            f"""bind -x '"\\C-o": printf %s "$READLINE_LINE" >{home}/line'""",
            "bind 'set enable-bracketed-paste off'",
            "source ./completions",
        )
        yield shell


@contextmanager
def _zsh(home: Path) -> Iterator[ShellTerminal]:
    (home / "functions").mkdir()
    (home / "functions" / "_weighbridge").write_text(_script("zsh", home))
    with shell_terminal(["zsh", "-f", "-i"], home, _surroundings(home), home / "line") as shell:
        shell.prepare(
            "unsetopt prompt_sp",
            "fpath=(~/functions $fpath); autoload -U compinit; compinit -u -D",
            f'dump() {{ printf %s "$BUFFER" >{home}/line }}; zle -N dump; bindkey "^O" dump',
        )
        yield shell


@pytest.mark.parametrize(("shell", "opened"), [("bash", _bash), ("zsh", _zsh)])
def test_what_is_typed_is_completed(
    shell: str, opened: Callable[[Path], AbstractContextManager[ShellTerminal]], home: Path
) -> None:
    require(shell)
    with opened(home) as terminal:
        assert [terminal.completed(typed) for typed, _ in WORDS] == [line for _, line in WORDS]
        made = [terminal.completed(typed).rstrip() for typed, _ in FILES]
        assert made == [line.rstrip() for _, line in FILES]


def test_fish_completes_the_same(home: Path) -> None:
    require("fish")
    (home / "completions.fish").write_text(_script("fish", home))

    def candidates(line: str) -> list[str]:
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source completions.fish; complete -C {line!r}"],
            capture_output=True,
            text=True,
            cwd=home,
            env=_surroundings(home),
            check=True,
        )
        return [one.partition("\t")[0] for one in done.stdout.splitlines()]

    for typed, line in WORDS:
        assert candidates(typed) == [line.split()[-1]]
    assert candidates("weighbridge check outg") == ["outgoing/"]
    assert candidates("weighbridge check outgoing/my") == ["outgoing/my net.patch"]
    assert candidates("weighbridge check --guix-repo outgoing/cl") == ["outgoing/clone/"]
    assert candidates("weighbridge check --policy outgoing/own") == ["outgoing/own.toml"]
    assert "check" in candidates("weighbridge ")
