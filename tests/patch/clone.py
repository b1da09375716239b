# SPDX-License-Identifier: GPL-3.0-or-later
"""A small real git repository, and the patches that git makes of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2024-05-01T12:00:00Z",
    "GIT_COMMITTER_DATE": "2024-05-01T12:00:00Z",
}


class Clone:
    """A repository with a branch ``main`` to commit to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        environment = {**os.environ, **_ENVIRONMENT}
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            check=True,
            capture_output=True,
            env=environment,
        )
        return done.stdout.decode("utf-8", "surrogateescape")

    def commit(self, files: dict[str, str | bytes | None], title: str = "Change files.") -> str:
        """Write (or, for None, remove) files, commit, and return the commit's id."""
        for name, content in files.items():
            target = self.path / name
            if content is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", title)
        return self.git("rev-parse", "HEAD").strip()

    def mail(self, *options: str) -> str:
        """Return the last commit as ``git format-patch`` writes it."""
        return self.git("format-patch", "-1", "--stdout", *options)

    def mails(self, count: int) -> list[str]:
        """Return the last commits, oldest first."""
        names = self.git("rev-list", "--reverse", f"-{count}", "HEAD").split()
        return [self.git("format-patch", "-1", "--stdout", name) for name in names]
