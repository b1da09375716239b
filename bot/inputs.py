# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person hands in to be judged: files, or something of a git repository."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.limits import DEFAULT_LIMITS, Limits
from bot.patch.tree import Tree
from bot.repository.repository import PreImages
from bot.sources.file_stamps import file_stamps
from bot.sources.files import read_paths
from bot.sources.unreadable import Found, UnreadableInput


class Input(Protocol):
    """Mails and patches that can be read, again and again, as they are then."""

    def read(self, limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
        """Yield the mails, and what could not be read in its place."""
        ...

    def stamp(self) -> object:
        """Return, at small cost, something that differs once the input has changed."""
        ...

    def pre_images(self) -> PreImages | None:
        """Return where the input's own repository has the files that it was made for."""
        ...


@dataclass(frozen=True, slots=True)
class NamedPaths:
    """Files and folders, or ``-``; see ``read_paths``."""

    paths: tuple[str, ...]

    def read(self, limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
        """Yield what the paths hold; that they hold nothing is told: a name was wrong."""
        found = None
        for found in read_paths(self.paths, limits):
            yield found
        if found is None:
            yield UnreadableInput(", ".join(self.paths), "there is no mail and no patch in it")

    def stamp(self) -> object:
        """Return name, size and times of every file."""
        return file_stamps(self.paths, DEFAULT_LIMITS)

    def pre_images(self) -> None:
        """Return nothing: who made a patch file, and where, is not told by its name."""


def open_tree(
    own: PreImages | None, guix_repo: Path | None, branch: str | None = None
) -> AbstractContextManager[Tree | None]:
    """Return the clone to read patches against; one that is named comes before the input's own.

    ``branch`` None is HEAD of ``guix_repo``, or what the input's own repository says.
    Raises ``TreeError``.
    """
    if guix_repo:
        return Tree(guix_repo, branch or "HEAD")
    return Tree(own.git_directory, branch or own.commit) if own else nullcontext()
