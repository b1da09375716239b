# SPDX-License-Identifier: GPL-3.0-or-later
"""An author's clone whose git calls the installed command ``weighbridge``."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.commands.author import AuthorsClone
from tests.end_to_end.command import WEIGHBRIDGE, environment

Completed = subprocess.CompletedProcess[str]


class Author:
    """Runs git and weighbridge in ``clone`` as a person does at a prompt."""

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self.home.mkdir()
        self.clone = AuthorsClone(directory / "clone")

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Completed:
        """Return what came of it; output and diagnostics are one text, as on a terminal."""
        return subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd or self.clone.path,
            env={**_surroundings(self.home), "GIT_CONFIG_NOSYSTEM": "1", **(variables or {})},
            timeout=300,
            check=False,
        )

    def git(self, *arguments: str | Path, **variables: str) -> Completed:
        return self.run("git", *arguments, variables=variables)

    def weighbridge(
        self, *arguments: str | Path, cwd: Path | None = None, **variables: str
    ) -> Completed:
        return self.run(WEIGHBRIDGE, *arguments, cwd=cwd, variables=variables)

    @property
    def hooks(self) -> Path:
        return self.clone.path / ".git" / "hooks"


def _surroundings(home: Path) -> dict[str, str]:
    """Return the environment without what tells git where to work."""
    return {name: value for name, value in environment(home).items() if not name.startswith("GIT_")}


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)
