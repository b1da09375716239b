# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a hook where git looks for it, and takes it away again; another's is never lost."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.hooks.kinds import HookKind
from bot.hooks.script import is_own_script
from bot.repository.repository import Repository

_BACKUP = ".before-weighbridge"
_BEGINNING = 1_000
_EXECUTABLE = 0o755


class HookError(Exception):
    """The hook cannot be installed or removed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class HookPlace:
    """The file that git runs as one of its hooks."""

    kind: HookKind
    path: Path
    shared: bool
    """Whether other repositories run the hooks of that folder too."""

    @property
    def backup(self) -> Path:
        """Where a hook of another's is kept meanwhile."""
        return self.path.with_name(self.path.name + _BACKUP)

    def install(self, script: str, *, force: bool = False) -> Path | None:
        """Write the hook; return where another's that was in its place is kept.

        A hook of Weighbridge's own is written anew.  Raises ``HookError`` where another's is there,
        unless ``force``, and ``OSError``.
        """
        kept = None
        if self._is_taken():
            if not force:
                raise HookError(_in_the_way(self))
            if _exists(self.backup):
                raise HookError(f"{self.backup} is there from before: move it away first")
            self.path.rename(self.backup)
            kept = self.backup
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _write(self.path, script)
        return kept

    def uninstall(self) -> Path | None:
        """Remove the hook; return where another's that was kept stands again.

        Raises ``HookError`` where the hook is none of Weighbridge's, and ``OSError``.
        """
        if self._is_taken():
            raise HookError(f"{self.path} is not Weighbridge's: it is left as it is")
        if not _exists(self.path):
            raise HookError(f"there is no hook {self.path}")
        self.path.unlink()
        if not _exists(self.backup):
            return None
        self.backup.rename(self.path)
        return self.path

    def _is_taken(self) -> bool:
        """Tell whether another's hook is there; a link is another's whatever it leads to."""
        if self.path.is_symlink():
            return True
        if not self.path.exists():
            return False
        with self.path.open("rb") as file:
            return not is_own_script(file.read(_BEGINNING))


def hook_place(repository: Repository, kind: HookKind) -> HookPlace:
    """Return where the repository's hook belongs: ``core.hooksPath``, or its own folder.

    All working trees of a repository share its hooks.  Raises ``RepositoryError``, and
    ``HookError`` where hooks are switched off.
    """
    git = repository.git
    folder = Path(git.text("rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    if folder.exists() and not folder.is_dir():
        raise HookError(f"core.hooksPath is {folder}, which is no folder: hooks are switched off")
    scope = git.answer("config", "--show-scope", "--get", "core.hooksPath") or ""
    return HookPlace(kind, folder / kind.name, scope.startswith(("global", "system")))


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _in_the_way(place: HookPlace) -> str:
    return (
        f"{place.path} is a hook of another's, and is left as it is.  To have both, let it call\n"
        f'  weighbridge run-hook {place.kind.name} "$@" || exit\n'
        "To put Weighbridge's in its place and keep it beside, say --force"
    )


def _write(path: Path, script: str) -> None:
    """Write the file whole or not at all."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=".weighbridge-", delete=False) as file:
        try:
            file.write(script)
            file.flush()
            os.fchmod(file.fileno(), _EXECUTABLE)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise
