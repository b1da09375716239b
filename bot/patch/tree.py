# SPDX-License-Identifier: GPL-3.0-or-later
"""A clone of the tree that patches are made for, read through long-lived git processes.

One ``git cat-file --batch-check`` tells an object's size before one ``git cat-file --batch``
is asked for it; no process is started per file.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.limits import DEFAULT_LIMITS, Limits
from bot.patch.git_process import CatFile, git_output

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
        self._processes: dict[str, CatFile] = {}
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
        while self._processes:
            self._processes.popitem()[1].close()

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

    def top_files(self) -> dict[str, str]:
        """Return the names of the files at the top of the branch, each with its blob's id.

        Names that are not UTF-8 are left out.  Raises TreeError where git cannot be run.
        """
        entries = self._run("ls-tree", "-z", "--full-tree", self.branch).split("\0")
        found = (re.fullmatch(r"100\d{3} blob ([0-9a-f]{40,64})\t(.+)", entry) for entry in entries)
        return {match[2]: match[1] for match in found if match and "\ufffd" not in match[2]}

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
            return git_output(self.path, *arguments)
        except OSError as error:
            raise TreeError(f"git cannot be run ({error.strerror}): install git") from error

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
        parts = self._process("--batch-check").ask(name).split(b" ")
        return int(parts[2]) if len(parts) == 3 and parts[1] == b"blob" else None

    def _read(self, name: str) -> bytes | None:
        process = self._process("--batch")
        answer = process.ask(name)
        return None if answer.endswith(_MISSING) else process.read(int(answer.rsplit(b" ", 1)[1]))

    def _process(self, option: str) -> CatFile:
        if option not in self._processes:
            try:
                self._processes[option] = CatFile(self.path, option)
            except OSError as error:
                raise TreeError(f"git cannot be run ({error.strerror}): install git") from error
        return self._processes[option]
