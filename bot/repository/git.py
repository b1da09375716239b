# SPDX-License-Identifier: GPL-3.0-or-later
"""git in the author's own repository, so that it prints the same under any configuration.

Where a repository lies, whom it may belong to and how its files are filtered is the author's to
say, so that this configuration stays; what would change the form of the output does not get
through.  git's own check of a repository's owner (``safe.directory``) is left to work.

Source: git(1), "ENVIRONMENT VARIABLES"; git-config(1), ``diff.*`` and ``format.*``.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from bot.limits import DEFAULT_LIMITS

_PLACES = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    }
)
"""Variables that git gives its hooks: where the repository is, and which index is meant."""
_CONFIGURED = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_FIXED = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
}
_SETTINGS = (
    "core.fsmonitor=false",
    "core.quotePath=true",
    "protocol.allow=never",
    "log.showSignature=false",
    "diff.suppressBlankEmpty=false",
)
DIFF_OPTIONS = (
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--patch",
    "--full-index",
    "--find-renames",
    "--unified=3",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    f"-O{os.devnull}",
    "--submodule=short",
    "--ignore-submodules=all",
)
"""Each overrules what the configuration may say of the same."""
_PIECE = 65_536
_MESSAGE_BYTES = 2_000


class RepositoryError(Exception):
    """The repository cannot be read as asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Git:
    """git in one folder; every call is a list of arguments, and no shell sees it."""

    folder: Path | None = None
    """None is the current folder, as git's own environment variables (of a hook) may tell."""
    index: Path | None = None
    """The index to use in place of the repository's own."""

    def text(self, *arguments: str) -> str:
        """Return what git prints, stripped.  Raises ``RepositoryError`` with what it says."""
        printed = b"".join(self.pieces(DEFAULT_LIMITS.git_answer_bytes, *arguments))
        return printed.decode("utf-8", "surrogateescape").strip()

    def answer(self, *arguments: str) -> str | None:
        """Return what git prints, stripped; None where it fails.

        Raises ``RepositoryError`` without git.
        """
        try:
            return self.text(*arguments)
        except GitFailedError:
            return None

    def pieces(self, limit: int, *arguments: str) -> Iterator[bytes]:
        """Yield what git prints as it comes.

        Raises ``OutputTooLongError`` past ``limit`` bytes and ``GitFailedError`` at the end,
        where git has failed.  git ends when the reader loses interest.
        """
        # What git says meanwhile may be much (a line for each file whose line ends it minds).
        with TemporaryFile() as said, self._start(arguments, said) as process:
            try:
                yield from _within(limit, cast("BinaryIO", process.stdout))
            except BaseException:
                process.kill()
                raise
            if process.wait() != 0:
                said.seek(0)
                raise GitFailedError(_told(said.read(_MESSAGE_BYTES)))

    def _start(self, arguments: Sequence[str], said: IO[bytes]) -> subprocess.Popen[bytes]:
        place = () if self.folder is None else ("-C", str(self.folder))
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = ["git", "--no-pager", *place, *settings, *arguments]
        try:
            return subprocess.Popen(  # noqa: S603  (our own arguments, no shell)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env=self._environment(),
            )
        except OSError as error:
            raise RepositoryError(f"git cannot be run ({error.strerror}): install git") from error

    def _environment(self) -> dict[str, str]:
        """Return the author's environment without what changes the output's form.

        A folder that is named is meant itself, whatever a hook's variables say.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_")
            or name.startswith(_CONFIGURED)
            or (self.folder is None and name in _PLACES)
        }
        index = {} if self.index is None else {"GIT_INDEX_FILE": str(self.index)}
        return kept | _FIXED | index


class GitFailedError(RepositoryError):
    """git has ended with a failure; the message is what it said."""


class OutputTooLongError(RepositoryError):
    """git prints more than is read of it."""


def _within(limit: int, output: BinaryIO) -> Iterator[bytes]:
    left = limit
    while piece := output.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise OutputTooLongError(f"it is longer than {limit} bytes")
        yield piece


def _told(said: bytes) -> str:
    """Return the first line in which git says what is wrong, without what steers a terminal."""
    lines = said.decode("utf-8", "replace").splitlines()
    wrong = [line for line in lines if line.startswith(("fatal: ", "error: "))] or lines
    line = wrong[0] if wrong else "git failed"
    return "".join(filter(str.isprintable, line.removeprefix("fatal: ")))[:300]
