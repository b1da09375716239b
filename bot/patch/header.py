# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands above a file's hunks: its names, its blobs, what happens to it.

Source: git-diff(1), "Generating patch text with -p" (extended header lines).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.patch.change import ChangeKind
from bot.patch.paths import DEV_NULL, name_of, pair_of, unquote, without_prefixes

_INDEX = re.compile(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: [0-7]{6})?\s*$")
_EXTENDED = (
    "old mode ",
    "new mode ",
    "deleted file mode ",
    "new file mode ",
    "copy from ",
    "copy to ",
    "rename from ",
    "rename to ",
    "similarity index ",
    "dissimilarity index ",
    "index ",
)


@dataclass(slots=True)
class FileHeader:
    """The lines above a file's hunks, understood one by one."""

    git_names: tuple[str, str] | None = None
    """The names behind ``diff --git``, prefixes and all."""
    old_name: str | None = None
    """The name behind ``--- ``, prefix and all."""
    new_name: str | None = None
    moved_from: str | None = None
    moved_to: str | None = None
    copied: bool = False
    added: bool = False
    removed: bool = False
    binary: bool = False
    old_blob: str | None = None
    new_blob: str | None = None

    def read_extended(self, line: str) -> bool:
        """Take one of git's extended header lines; return whether it was one."""
        if not line.startswith(_EXTENDED):
            return False
        if line.startswith("index "):
            return self._read_index(line)
        self._read_fact(line.rstrip("\r"))
        return True

    def _read_index(self, line: str) -> bool:
        found = _INDEX.match(line)
        if found is None:
            return False
        old, new = found.groups()
        self.old_blob = old if old.strip("0") else None
        self.new_blob = new if new.strip("0") else None
        return True

    def _read_fact(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if line.startswith("new file mode "):
            self.added = True
        elif line.startswith("deleted file mode "):
            self.removed = True
        elif rest.startswith("from ") and word in {"copy", "rename"}:
            self.copied = word == "copy"
            self.moved_from = unquote(rest.removeprefix("from "))
        elif rest.startswith("to ") and word in {"copy", "rename"}:
            self.moved_to = unquote(rest.removeprefix("to "))

    def read_names(self, old_line: str, new_line: str) -> None:
        """Take the ``--- `` and ``+++ `` lines."""
        self.old_name = name_of(old_line[4:])
        self.new_name = name_of(new_line[4:])
        self.added = self.added or self.old_name == DEV_NULL
        self.removed = self.removed or self.new_name == DEV_NULL

    @property
    def paths(self) -> tuple[str, str] | None:
        """The paths before and after, without prefixes; None where no line states them."""
        if self.moved_from and self.moved_to:
            return self.moved_from, self.moved_to
        names = self.git_names
        if self.old_name and self.new_name:
            names = (self.old_name, self.new_name)
        if names is None:
            return None
        if DEV_NULL in names and self.git_names:
            names = self.git_names
        old, new = without_prefixes(*names)
        return (new if old == DEV_NULL else old, old if new == DEV_NULL else new)

    @property
    def kind(self) -> ChangeKind:
        """What the patch does to the file; a copy adds one."""
        if self.added or self.copied:
            return ChangeKind.ADDED
        if self.removed:
            return ChangeKind.REMOVED
        return ChangeKind.RENAMED if self.moved_from else ChangeKind.MODIFIED


def git_header(line: str) -> FileHeader:
    """Return the header that a ``diff --git`` line begins."""
    return FileHeader(git_names=pair_of(line.removeprefix("diff --git ")))
