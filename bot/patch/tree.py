# SPDX-License-Identifier: GPL-3.0-or-later
"""A clone of the tree that patches are made for, read through long-lived git processes.

One ``git cat-file --batch-check`` tells an object's size before one ``git cat-file --batch``
is asked for it; no process is started per file.  Nothing that the clone's configuration names
is run: ``cat-file`` without ``--textconv`` or ``--filters`` starts no program, and fetching what
a partial clone lacks is forbidden.

Source: git-cat-file(1), "BATCH OUTPUT"; git(1), ``GIT_ALLOW_PROTOCOL`` and ``GIT_CONFIG_*``.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.limits import DEFAULT_LIMITS, Limits

_ABBREVIATED = re.compile(r"[0-9a-f]{4,64}")
_MISSING = (b" missing", b" ambiguous")


class TreeError(Exception):
    """The clone cannot be read; the message says what to do."""


class Tree:
    """Blobs and files of a bare clone or a checkout, and the tip of one branch of it.

    Use it as a context manager, or call ``close``.  Not for several threads at once.
    """

    def __init__(
        self, path: Path | str, branch: str = "HEAD", limits: Limits = DEFAULT_LIMITS
    ) -> None:
        """Open the clone at ``path``.

        Raises TreeError where there is no git, no repository, or no such branch.
        """
        self.path = Path(path).absolute()
        self.branch = branch
        self._limits = limits
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        if not self.path.is_dir():
            raise TreeError(f"{self.path} is not a directory: give the path of a clone of the tree")
        self._check_branch()
        self.object_format = self._run("rev-parse", "--show-object-format") or "sha1"

    def __enter__(self) -> Self:
        """Return the tree."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the processes."""
        self.close()

    def close(self) -> None:
        """Stop the git processes; the tree starts new ones if it is asked again."""
        for option in list(self._processes):
            self._stop(option)

    def blob(self, blob_id: str) -> bytes | None:
        """Return the blob that a full or abbreviated id names.

        None where it is not in the clone, is not unique, or is larger than
        ``limits.scheme_bytes``.  Raises TreeError where git cannot be run.
        """
        if not _ABBREVIATED.fullmatch(blob_id):
            return None
        return self._content(f"{blob_id}^{{blob}}")

    def file(self, path: str) -> bytes | None:
        """Return a file of the branch as it is now; None where it has none, or it is too large.

        A clone that is fetched into while the tree is open needs no new tree.
        """
        if not path or "\n" in path or "\0" in path:
            return None
        return self._content(f"{self.branch}:{path}")

    def _check_branch(self) -> None:
        if self.branch.startswith("-") or any(sign in self.branch for sign in " :\n\0"):
            raise TreeError(f"{self.branch!r} cannot be the name of a branch")
        if not self._run("rev-parse", "--git-dir"):
            raise TreeError(
                f"{self.path} is not a git repository: clone the tree there, "
                "or name another directory"
            )
        if not self._run("rev-parse", "--verify", "--quiet", f"{self.branch}^{{commit}}"):
            raise TreeError(
                f"{self.path} has no branch {self.branch}: fetch it, or configure another branch"
            )

    def _run(self, *arguments: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603  (our own arguments, no shell)
                self._command(*arguments), capture_output=True, env=_environment(), check=False
            )
        except OSError as error:
            raise TreeError(f"git cannot be run ({error.strerror}): install git") from error
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""

    def _command(self, *arguments: str) -> list[str]:
        # Only the operator names this path, so whoever owns it is trusted to be read from.
        options = [f"safe.directory={self.path}", "core.fsmonitor=false", "protocol.allow=never"]
        return ["git", "-C", str(self.path), *_each("-c", options), *arguments]

    def _content(self, name: str) -> bytes | None:
        """Ask for an object, once more with a new process where git died on it."""
        for _ in range(2):
            try:
                size = self._size(name)
                if size is None or size > self._limits.scheme_bytes:
                    return None
                return self._read(name)
            except (BrokenPipeError, EOFError):
                self.close()
        return None

    def _size(self, name: str) -> int | None:
        """Return the size of a blob; None for anything else."""
        answer = self._ask("--batch-check", name)
        parts = answer.split(b" ")
        return int(parts[2]) if len(parts) == 3 and parts[1] == b"blob" else None

    def _read(self, name: str) -> bytes | None:
        answer = self._ask("--batch", name)
        if answer.endswith(_MISSING):
            return None
        size = int(answer.rsplit(b" ", 1)[1])
        output = _output(self._process("--batch"))
        content = output.read(size)
        if len(content) != size or output.read(1) != b"\n":
            raise EOFError
        return content

    def _ask(self, option: str, name: str) -> bytes:
        process = self._process(option)
        if process.stdin is None:
            raise BrokenPipeError
        process.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
        process.stdin.flush()
        answer = _output(process).readline()
        if not answer.endswith(b"\n"):
            raise EOFError
        return answer[:-1]

    def _process(self, option: str) -> subprocess.Popen[bytes]:
        process = self._processes.get(option)
        if process is None:
            try:
                process = subprocess.Popen(  # noqa: S603  (our own arguments, no shell)
                    self._command("cat-file", option),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                )
            except OSError as error:
                raise TreeError(f"git cannot be run ({error.strerror}): install git") from error
            self._processes[option] = process
        return process

    def _stop(self, option: str) -> None:
        process = self._processes.pop(option)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise EOFError
    return process.stdout


def _each(option: str, values: list[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _environment() -> dict[str, str]:
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
