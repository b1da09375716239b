# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut the diffs out of a text that people and mailers wrote around them.

A hunk's header says how many lines belong to it; nothing else tells a removed line from a
signature, or an added one from a list footer.  So the counts are trusted, and a hunk that does
not keep to them is dropped and told: every other hunk and file survives it.

Sources: git-apply(1); git-format-patch(1); "Detailed Unified" in the manual of GNU diffutils.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.limits import Limits
from bot.patch.header import FileHeader, git_header

_HUNK = re.compile(
    r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@[ ]?([^\r]*)"
)
_COMBINED = ("diff --cc ", "diff --combined ")
_BINARY = ("GIT binary patch", "Binary files ")
_HEADING_CHARACTERS = 500
_SIGNATURE = frozenset({"-- ", "--", "-- \r", "--\r"})


@dataclass(frozen=True, slots=True)
class HunkPiece:
    """The lines of one hunk, counted."""

    header: str
    spans: tuple[int, int, int, int]
    """What the header says: first line and length before, and after."""
    lines: tuple[str, ...]
    """With their first column, without line ends; an empty context line is one blank."""
    heading: str


@dataclass(slots=True)
class FilePiece:
    """One file's part of a diff."""

    header: FileHeader
    hunks: list[HunkPiece] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    carriage_returns: bool = False
    """The whole diff has CRLF line ends, so a trailing CR is not the file's own."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """The diffs of a text."""

    files: tuple[FilePiece, ...]
    problems: tuple[str, ...]


class _HunkError(Exception):
    """The hunk does not keep to its header."""


def cut(text: str, limits: Limits) -> Cutting:
    """Return the diffs in ``text``, file by file; what could not be used is told as a problem."""
    if len(text) > limits.diff_bytes:
        shown = f"{len(text):,} characters; at most {limits.diff_bytes:,} are read"
        return Cutting((), (f"the diff was not read: it has {shown}",))
    return _Cutter(text, limits).run()


class _Cutter:
    """One pass over the lines; ``at`` only ever moves forward."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._lines = text.split("\n")
        self._limits = limits
        self._at = 0
        self._hunks = 0
        self._files: list[FilePiece] = []
        self._problems: list[str] = []

    def run(self) -> Cutting:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not self._file_starts():
                self._at += 1
            elif self._full():
                break
            elif line.startswith("diff --git "):
                self._git_file()
            elif line.startswith(_COMBINED):
                self._combined_file(line)
            else:
                self._bare_file()
        return Cutting(tuple(self._files), tuple(self._problems))

    def _full(self) -> bool:
        if len(self._files) >= self._limits.diff_files:
            self._problems.append(f"only the first {self._limits.diff_files} files were read")
            return True
        if self._hunks >= self._limits.diff_hunks:
            self._problems.append(f"only the first {self._limits.diff_hunks} hunks were read")
            return True
        return False

    def _line(self, offset: int = 0) -> str:
        position = self._at + offset
        return self._lines[position] if position < len(self._lines) else ""

    def _bare_file_starts(self) -> bool:
        """Tell a diff without ``diff --git`` from prose: three lines that only a diff has."""
        return (
            self._line().startswith("--- ")
            and self._line(1).startswith("+++ ")
            and _HUNK.match(self._line(2)) is not None
        )

    def _file_starts(self) -> bool:
        line = self._line()
        return line.startswith(("diff --git ", *_COMBINED)) or self._bare_file_starts()

    def _git_file(self) -> None:
        if len(self._line()) > self._limits.diff_line_bytes:
            self._problems.append("a file's header line is too long; the file was not read")
            self._at += 1
            return
        piece = FilePiece(git_header(self._line()))
        carriage_return = self._line().endswith("\r")
        self._at += 1
        first = self._at
        while piece.header.read_extended(self._line()):
            self._at += 1
        if self._line().startswith("--- ") and self._line(1).startswith("+++ "):
            self._names(piece)
        elif self._line().startswith(_BINARY):
            piece.header.binary = True
            self._at += 1
        if self._at > first:
            piece.carriage_returns = carriage_return
            self._finish(piece)

    def _bare_file(self) -> None:
        piece = FilePiece(FileHeader())
        piece.carriage_returns = self._line().endswith("\r")
        self._names(piece)
        self._finish(piece)

    def _names(self, piece: FilePiece) -> None:
        piece.header.read_names(self._line(), self._line(1))
        self._at += 2

    def _combined_file(self, line: str) -> None:
        name = line.split(" ", 2)[2][:200]
        self._problems.append(f"the combined diff of {name} (of a merge) is not read")
        self._at += 1

    def _finish(self, piece: FilePiece) -> None:
        self._file_hunks(piece)
        self._files.append(piece)

    def _file_hunks(self, piece: FilePiece) -> None:
        broken = False
        while self._at < len(self._lines) and self._hunks < self._limits.diff_hunks:
            found = _HUNK.match(self._line())
            if found:
                self._hunks += 1
                broken = not self._take_hunk(found, piece)
            elif broken and not self._file_starts():
                self._at += 1
            else:
                return

    def _take_hunk(self, found: re.Match[str], piece: FilePiece) -> bool:
        """Add the hunk to the piece; return False (and tell) where it is not what it says."""
        line_number = self._at + 1
        try:
            piece.hunks.append(self._hunk(found))
        except _HunkError as error:
            shown = found.group().partition("@@ ")[2].partition(" @@")[0]
            piece.problems.append(f"hunk {shown} (line {line_number} of the text): {error}")
            return False
        return True

    def _hunk(self, found: re.Match[str]) -> HunkPiece:
        old, new = (int(count or "1") for count in (found[2], found[4]))
        if not old and not new:
            self._at += 1
            raise _HunkError("its header declares no lines")
        self._at += 1
        lines = self._hunk_lines(old, new)
        self._check_end()
        header = found.group().partition(" @@")[0] + " @@"
        spans = (int(found[1]), old, int(found[3]), new)
        return HunkPiece(header, spans, lines, found[5][:_HEADING_CHARACTERS].strip())

    def _hunk_lines(self, old: int, new: int) -> tuple[str, ...]:
        taken: list[str] = []
        lines, at, first = self._lines, self._at, self._at
        try:
            while old > 0 or new > 0:
                if at >= len(lines):
                    raise _HunkError("the text ends in the middle of it")
                line = lines[at] or " "
                if line == "\r":
                    line = " \r"
                column = line[0]
                if column == "+":
                    new -= 1
                elif column == "-":
                    old -= 1
                elif column == " ":
                    old -= 1
                    new -= 1
                elif column != "\\":
                    raise _HunkError(f"a line was wrapped or altered on its way: {line[:60]!r}")
                if old < 0 or new < 0:
                    raise _HunkError("its lines do not agree with its header")
                taken.append(line)
                at += 1
        finally:
            self._at = at
        longest = max(map(len, lines[first:at]), default=0)
        if longest > self._limits.diff_line_bytes:
            raise _HunkError(f"it has a line of {longest:,} characters")
        return tuple(taken)

    def _check_end(self) -> None:
        """Look at what follows the counted lines: more lines of a hunk mean a wrapped one."""
        if self._line().startswith("\\"):
            self._at += 1
        line = self._line()
        if line[:1] not in {" ", "+", "-"} or line in _SIGNATURE:
            return
        if line.strip() and not self._bare_file_starts():
            raise _HunkError("it has more lines than its header declares, so one was wrapped")
