# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of one file before and after its patches: what both ways of reading give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.guix.package import PackageDefinition
from bot.patch.change import FileChange

Key = str
"""The variable that a package is bound to; ``*N`` for the Nth form that is bound to none."""
Shape = tuple[str, ...]
_TOLD = 20
"""Definitions that cannot be read of which each is told."""


@dataclass(frozen=True)
class ReadPackage:
    """A definition, and what its fields and the rest of its form say, for comparing.

    Most definitions are compared with none: what is only for comparing is found when it is needed.
    """

    definition: PackageDefinition
    find_shapes: Callable[[], Mapping[str, Shape]]
    find_form: Callable[[], Shape]
    text: str
    """The form's text, to tell what is touched but the same."""
    edits: Shape = ()
    """The changed lines, where hunks are all that is known."""

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """By field, for the fields that are written in the form itself."""
        return self.find_shapes()

    @cached_property
    def form(self) -> Shape:
        """The whole form."""
        return self.find_form()


@dataclass(slots=True)
class Sides:
    """One file: its packages before the first patch and after the last one."""

    chain: list[FileChange]
    before: dict[Key, ReadPackage] = field(default_factory=dict)
    after: dict[Key, ReadPackage] = field(default_factory=dict)
    touched: dict[Key, FileChange] = field(default_factory=dict)
    """The last change that touches the text of a package's own form."""
    problems: list[str] = field(default_factory=list)
    left_out: set[Key] = field(default_factory=set)
    """Definitions that are touched and for which there was no time."""
    cut_short: dict[tuple[Key, str], None] = field(default_factory=dict)
    """(definition, bound that was reached) of those that are not known because of it."""
    _unreadable: dict[str, None] = field(default_factory=dict)

    def cannot_read(self, path: str, error: ValueError) -> None:
        """Tell of a definition that cannot be read; of very many, that there are more."""
        problem = f"{path}: {error}"
        if problem in self._unreadable or len(self._unreadable) > _TOLD:
            return
        self._unreadable[problem] = None
        more = len(self._unreadable) > _TOLD
        self.problems.append(f"{path}: more definitions cannot be read" if more else problem)

    def leave_out(self) -> None:
        """Forget on both sides what was left out on one."""
        for key in self.left_out:
            for known in (self.before, self.after, self.touched):
                known.pop(key, None)

    @property
    def path(self) -> str:
        """The file's path after the last patch."""
        return self.chain[-1].path

    def all_keys(self) -> list[Key]:
        """Return the keys of both sides: in the order of the file after, then what is gone."""
        return [*self.after, *self.gone()]

    def gone(self) -> list[Key]:
        """Return the keys of packages that are there only before."""
        return [key for key in self.before if key not in self.after]

    def is_touched(self, key: Key) -> bool:
        """Tell whether a patch touches the text of a package."""
        return key in self.touched

    def last_change(self, key: Key) -> FileChange:
        """Return the change that counts as the one that touches a package."""
        return self.touched.get(key, self.chain[-1])
