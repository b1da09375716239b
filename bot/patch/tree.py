# SPDX-License-Identifier: GPL-3.0-or-later
"""A clone of the tree that patches are made for, read through long-lived git processes.

One ``git cat-file --batch-check`` tells an object's id and size before one ``git cat-file --batch``
is asked for it; no process is started per file.  Texts are kept while there is room: most series
are for the same few files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from sys import getsizeof
from types import TracebackType
from typing import Self, TypeVar

from bot.limits import DEFAULT_LIMITS, Limits
from bot.patch.blob import decode
from bot.patch.git_process import CatFile, git_output
from bot.recent import Recent

_ABBREVIATED = re.compile(r"[0-9a-f]{4,64}")
_MISSING = (b" missing", b" ambiguous")
_Answer = TypeVar("_Answer")


class TreeError(Exception):
    """The clone cannot be read; the message says what to do."""


class Tip:
    """The branch as one commit: its files, and the blobs of the clone, as text.

    Where a file lies is asked for once.
    """

    def __init__(self, tree: Tree, commit: str) -> None:
        """``Tree.tip`` makes it."""
        self.commit = commit
        self._tree = tree
        self._blobs: dict[str, str | None] = {}
        """By path, the full id of the blob; None where there is none that is read."""

    @property
    def object_format(self) -> str:
        """``sha1`` or ``sha256``."""
        return self._tree.object_format

    def text(self, path: str) -> str | None:
        """Return a file's text; None where there is none, or it is larger than the bound.

        Raises TreeError where git cannot be run.
        """
        if path not in self._blobs:
            is_name = bool(path) and "\n" not in path and "\0" not in path
            self._blobs[path] = self._tree.blob_id(f"{self.commit}:{path}") if is_name else None
        full = self._blobs[path]
        return None if full is None else self._tree.text_of(full)

    def blob(self, abbreviated: str) -> str | None:
        """Return the text of the blob that a full or abbreviated id names.

        None where it is not in the clone, is not unique, or is larger than the bound.  Raises
        TreeError where git cannot be run.
        """
        if not _ABBREVIATED.fullmatch(abbreviated):
            return None
        full = self._tree.blob_id(f"{abbreviated}^{{blob}}")
        return None if full is None else self._tree.text_of(full)


class Tree:
    """The blobs of a bare clone or a checkout, and the tip of one branch of it.

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
        self._texts: Recent[str, str] = Recent(limits.kept_text_bytes, getsizeof)
        """By full id."""
        self._tip: Tip | None = None
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

    def tip(self) -> Tip:
        """Return the branch as it is now; it stays that commit while others are fetched.

        Raises TreeError where git cannot be run, or the branch is gone.
        """
        commit, kind, _ = self._object(f"{self.branch}^{{commit}}") or ("", "", 0)
        if kind != "commit":
            raise TreeError(
                f"git finds no branch {self.branch} in {self.path}: look whether it is there"
            )
        if self._tip is None or self._tip.commit != commit:
            self._tip = Tip(self, commit)
        return self._tip

    def blob_id(self, name: str) -> str | None:
        """Return the full id of the blob that a name is for.

        None where it is no blob or larger than ``limits.scheme_bytes``.  Raises TreeError where
        git cannot be run.
        """
        full, kind, size = self._object(name) or ("", "", 0)
        return full if kind == "blob" and size <= self._limits.scheme_bytes else None

    def text_of(self, full_id: str) -> str | None:
        """Return the text of a blob by the id that ``blob_id`` gave, None where it is gone."""
        text = self._texts.get(full_id)
        if text is None:
            content = self._again(self._read, full_id)
            if content is None:
                return None
            text = decode(content)
            self._texts.put(full_id, text)
        return text

    def content(self, full_id: str) -> bytes | None:
        """Return a blob as it is; None where there is none, or it is larger than the bound.

        Nothing of it is kept.  Raises TreeError where git cannot be run.
        """
        known = self.blob_id(f"{full_id}^{{blob}}")
        return None if known is None else self._again(self._read, known)

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

    def _object(self, name: str) -> tuple[str, str, int] | None:
        """Return id, kind and size of what a name is for; None where there is nothing."""
        return self._again(self._check, name)

    def _again(self, ask: Callable[[str], _Answer | None], name: str) -> _Answer | None:
        """Ask git, once more with a new process where it died on it."""
        for _ in range(2):
            try:
                return ask(name)
            except (BrokenPipeError, EOFError):
                self.close()
        return None

    def _check(self, name: str) -> tuple[str, str, int] | None:
        parts = self._process("--batch-check").ask(name).decode("ascii", "replace").split(" ")
        return (parts[0], parts[1], int(parts[2])) if _is_object(parts) else None

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


def _is_object(parts: list[str]) -> bool:
    return len(parts) == 3 and parts[1] in {"blob", "commit"} and parts[2].isdigit()
