# SPDX-License-Identifier: GPL-3.0-or-later
"""What is changed in a working tree, or staged, and not committed yet.

Source: git-diff(1), git-ls-files(1).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.limits import DEFAULT_LIMITS, Limits
from bot.repository.git import DIFF_OPTIONS, Git, OutputTooLongError, RepositoryError
from bot.repository.repository import PreImages, Repository
from bot.sources.bare_diff import diff_as_mail
from bot.sources.interface import RawMessage
from bot.sources.unreadable import Found, UnreadableInput


@dataclass(frozen=True, slots=True)
class Uncommitted:
    """The difference between the last commit and the working tree, or the index.

    The working tree's Scheme files that git does not track, and is not told to ignore, count as
    added: a package in a new file is what the author means to commit.
    """

    repository: Repository
    staged: bool
    """Only what the next commit would hold."""

    @property
    def place(self) -> str:
        """Name it for a person."""
        return "what is staged" if self.staged else "the working tree"

    def read(self, limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
        """Yield the changes as one patch, nothing where there are none.

        Raises ``RepositoryError`` where git will not say what is changed.
        """
        try:
            diff = self._diff(limits)
        except OutputTooLongError as error:
            yield UnreadableInput(self.place, str(error))
            return
        conflict = self._conflict(limits)
        if conflict:
            yield UnreadableInput(conflict, "it has conflicts: solve them first")
        elif diff:
            yield RawMessage(diff_as_mail(diff, self.place), self.place)

    def stamp(self) -> object:
        """Return something that changes when the changes do."""
        try:
            return hashlib.sha256(self._diff(DEFAULT_LIMITS)).digest()
        except RepositoryError as error:
            return str(error)

    def pre_images(self) -> PreImages | None:
        """Return the last commit; None before the first."""
        head = self.repository.commit_if_any("HEAD")
        return PreImages(self.repository.git_directory, head) if head else None

    def _diff(self, limits: Limits) -> bytes:
        if self.staged:
            return self._against_base(self.repository.git, limits, "--cached")
        new = self._untracked(limits)
        if not new:
            return self._against_base(self.repository.git, limits)
        with TemporaryDirectory(prefix="weighbridge-index-") as directory:
            git = self._with_index_of(Path(directory), new)
            return self._against_base(git, limits)

    def _against_base(self, git: Git, limits: Limits, *options: str) -> bytes:
        base = self.repository.commit_if_any("HEAD") or self._empty_tree()
        command = ("diff", *DIFF_OPTIONS, *options, base, "--")
        return b"".join(git.pieces(limits.message_bytes, *command))

    def _empty_tree(self) -> str:
        return self.repository.git.text("hash-object", "-t", "tree", os.devnull)

    def _conflict(self, limits: Limits) -> str:
        """Return the first path that a merge has left with conflicts, "" where none is."""
        listed = self._listed(limits, "--unmerged", ":(top)")
        return listed.partition(b"\0")[0].rpartition(b"\t")[2].decode("utf-8", "replace")

    def _untracked(self, limits: Limits) -> bytes:
        """Return the paths of the new Scheme files, each with a NUL behind it."""
        return self._listed(limits, "--others", "--exclude-standard", ":(top)*.scm")

    def _listed(self, limits: Limits, *options: str) -> bytes:
        *options_alone, paths = options
        command = ("ls-files", "--full-name", "-z", *options_alone, "--", paths)
        return b"".join(self.repository.git.pieces(limits.git_answer_bytes, *command))

    def _with_index_of(self, directory: Path, new: bytes) -> Git:
        """Return git with a copy of the index to which ``new`` is added, its own left alone."""
        names, index = directory / "names", directory / "index"
        names.write_bytes(
            b"".join(b":(top,literal)" + name + b"\0" for name in new.split(b"\0")[:-1])
        )
        own = self.repository.git.text("rev-parse", "--path-format=absolute", "--git-path", "index")
        if Path(own).exists():
            shutil.copyfile(own, index)
        git = replace(self.repository.git, index=index)
        # No hook hears of an index that is thrown away.
        command = ("-c", f"core.hooksPath={os.devnull}", "add", "--intent-to-add")
        git.text(*command, f"--pathspec-from-file={names}", "--pathspec-file-nul")
        return git
