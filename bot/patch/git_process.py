# SPDX-License-Identifier: GPL-3.0-or-later
"""git, run so that nothing but git runs: no shell, no network, no program that a clone names.

``cat-file`` without ``--textconv`` or ``--filters`` starts no program, and fetching what a partial
clone lacks is forbidden.

Source: git-cat-file(1), "BATCH OUTPUT"; git(1), ``GIT_ALLOW_PROTOCOL`` and ``GIT_CONFIG_*``.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import IO


def git_command(repository: Path, *arguments: str) -> list[str]:
    """Return the command line of git in ``repository``.

    Only the operator names that path, so whoever owns it is trusted to be read from.
    """
    settings = (f"safe.directory={repository}", "core.fsmonitor=false", "protocol.allow=never")
    options = [word for setting in settings for word in ("-c", setting)]
    return ["git", "-C", str(repository), *options, *arguments]


def git_environment() -> dict[str, str]:
    """Return the environment for git: nobody else's GIT_* variables, no configuration outside
    the clone, no network, no prompt."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }


def git_output(repository: Path, *arguments: str) -> str:
    """Return what git prints, stripped; nothing where it fails.  Raises OSError without git."""
    done = subprocess.run(  # noqa: S603  (our own arguments, no shell)
        git_command(repository, *arguments),
        capture_output=True,
        env=git_environment(),
        check=False,
    )
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


class CatFile:
    """One long-lived ``git cat-file``.

    ``ask`` and ``read`` raise BrokenPipeError or EOFError where the process has died.
    """

    def __init__(self, repository: Path, option: str) -> None:
        """Start it with ``--batch`` or ``--batch-check``.  Raises OSError without git."""
        self.process = subprocess.Popen(  # noqa: S603  (our own arguments, no shell)
            git_command(repository, "cat-file", option),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )

    def ask(self, name: str) -> bytes:
        """Send the name of an object; return the line that answers it, without its LF."""
        stdin, stdout = self._pipes()
        stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer.endswith(b"\n"):
            raise EOFError
        return answer[:-1]

    def read(self, size: int) -> bytes:
        """Return the ``size`` bytes of content behind an answer of ``--batch``."""
        _, stdout = self._pipes()
        content = stdout.read(size)
        if len(content) != size or stdout.read(1) != b"\n":
            raise EOFError
        return content

    def close(self) -> None:
        """End the process."""
        for stream in self._pipes():
            try:
                stream.close()
            except BrokenPipeError:
                continue
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self.process.stdin is None or self.process.stdout is None:
            raise EOFError
        return self.process.stdin, self.process.stdout
