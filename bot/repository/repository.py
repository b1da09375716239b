# SPDX-License-Identifier: GPL-3.0-or-later
"""One repository of the author's, found as git finds it, and the commits that names stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.repository.git import Git, RepositoryError

_ID = re.compile(r"[0-9a-f]{40,64}")
_NOT_A_NAME = re.compile(r"\A[-^]|[\0-\x20\x7f]|\.\.")


@dataclass(frozen=True, slots=True)
class PreImages:
    """Where the files that a patch was made for are found."""

    git_directory: Path
    commit: str
    """The commit whose other files are looked at too, or a name of it."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository that git has found."""

    git: Git
    git_directory: Path

    def commit(self, revision: str) -> str:
        """Return the full id of the commit that ``revision`` names.

        Raises ``RepositoryError`` where it names none.  Nothing that git could take for an
        option, or for more than one commit, is handed on.
        """
        found = None
        if revision and not _NOT_A_NAME.search(revision):
            found = self.git.answer("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if found is None or not _ID.fullmatch(found):
            raise RepositoryError(
                f"the repository has no commit {revision!r}: 'git fetch' it, or mend the name"
            )
        return found

    def commit_if_any(self, revision: str) -> str | None:
        """Return the full id of the commit, None where there is none."""
        try:
            return self.commit(revision)
        except RepositoryError:
            return None


def open_repository(folder: Path | None = None) -> Repository:
    """Return the repository that ``folder`` (None: the current one) is in.

    Raises ``RepositoryError`` where it is in none, or git will not read it.
    """
    git = Git(folder)
    try:
        directory = git.text("rev-parse", "--absolute-git-dir")
    except RepositoryError as error:
        place = "the current folder" if folder is None else str(folder)
        if "not a git repository" in str(error):
            raise RepositoryError(
                f"{place} is not in a git repository: name one with --repository"
            ) from error
        raise RepositoryError(f"{place}: {error}") from error
    return Repository(git, Path(directory))
