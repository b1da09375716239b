# SPDX-License-Identifier: GPL-3.0-or-later
"""A changed file: its text before and after, as much of it as is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a patch does to a file."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"


class Basis(StrEnum):
    """What the text before and after was made from."""

    VERIFIED = "verified"
    """The exact pre-image by blob id, and the result's blob hash equals the patch's."""
    WHOLE = "whole"
    """The patch itself holds the whole file (a new or a removed one)."""
    LOCATED = "located"
    """Hunks located by their context in the branch's tip; the blob itself was not there."""
    HUNKS = "hunks"
    """The hunks alone."""


@dataclass(frozen=True, slots=True)
class Region:
    """A run of consecutive lines of one file."""

    start: int
    """Number of the first line, from 1."""
    text: str
    """The lines, each ended by LF."""
    heading: str = ""
    """What git wrote behind ``@@ … @@``: the line that begins the enclosing definition."""
    changed: tuple[int, ...] = ()
    """Numbers of the lines of this side that the patch removes (before) or adds (after)."""
    touched: tuple[int, ...] = ()
    """Numbers of lines of this side in front of which the other side has lines that this side
    lacks: where a pure deletion (seen from after) or insertion (seen from before) sits."""


@dataclass(frozen=True, slots=True)
class FileText:
    """One side of a changed file."""

    regions: tuple[Region, ...]
    complete: bool
    """One region that is the whole file."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a patch."""

    kind: ChangeKind
    path: str
    """The path after the patch (before it, for a removed file), without ``a/`` or ``b/``."""
    old_path: str | None
    """The path before, where it differs."""
    before: FileText | None
    """None for an added file."""
    after: FileText | None
    """None for a removed file."""
    basis: Basis
    basis_reason: str = ""
    """Why it is not verified."""
    old_blob: str | None = None
    new_blob: str | None = None
    message_id: str = ""
    """The mail that the patch came in."""
    problems: tuple[str, ...] = ()
    """Hunks that could not be read or applied, and why."""
