# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the diffs of a mail: text in, changed files out.

unidiff reads the hunks.  It is given one file at a time and only lines that the cutter has
counted: it is quadratic on some lines outside hunks and raises on prose that looks like a diff.
It takes microseconds a line: of a file with very many lines, what the cutter has counted is taken
apart without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchSet

from bot.limits import DEFAULT_LIMITS, Limits
from bot.patch.blob import blob_id, same_blob
from bot.patch.change import Basis, ChangeKind, FileChange, FileText, Region
from bot.patch.cutting import FilePiece, HunkPiece, cut
from bot.patch.regions import columns, hunk_regions, line_regions

_LONG = 10_000
"""Lines of one file's hunks that unidiff is given."""
_ReadHunk = tuple[int, int, tuple[Region, Region]]
"""First line and length before, and both sides."""
HUNKS_ONLY = "only the hunks of the patch are known"


@dataclass(frozen=True, slots=True)
class DiffReading:
    """The diffs of one mail."""

    changes: tuple[FileChange, ...]
    """In the order of the text; a file that several patches of one text touch is there as
    often.  Their basis is WHOLE or HUNKS; ``bot.patch.resolve`` finds the whole files."""
    problems: tuple[str, ...]
    """What could not be read, over all files; those of one file are in its change as well."""


def read_diff(text: str, message_id: str, limits: Limits = DEFAULT_LIMITS) -> DiffReading:
    """Return the changed files of every diff in ``text`` (a mail's body or attachment).

    Never raises: what could not be read, or is past a limit, is told in ``problems``.
    """
    cutting = cut(text, limits)
    problems = list(cutting.problems)
    changes: list[FileChange] = []
    for piece in cutting.files:
        change = _change(piece, message_id)
        if change is None:
            problems.append("a file of the diff has no readable name")
            continue
        if len(change.path) + len(change.old_path or "") > limits.path_characters:
            problems.append("a file of the diff was not read: its name is too long")
            continue
        changes.append(change)
        problems += (f"{change.path}: {problem}" for problem in change.problems)
    return DiffReading(tuple(changes), tuple(problems))


def _change(piece: FilePiece, message_id: str) -> FileChange | None:
    paths = piece.header.paths
    if paths is None:
        return None
    old_path, path = paths
    sides = _sides(piece)
    kind = _kind(piece, sides)
    change = FileChange(
        kind=kind,
        path=old_path if kind is ChangeKind.REMOVED else path,
        old_path=old_path if old_path != path and kind is not ChangeKind.REMOVED else None,
        before=_file_text([before for before, _ in sides]),
        after=_file_text([after for _, after in sides]),
        basis=Basis.HUNKS,
        basis_reason="a binary file" if piece.header.binary else HUNKS_ONLY,
        old_blob=piece.header.old_blob,
        new_blob=piece.header.new_blob,
        message_id=message_id,
        problems=tuple(piece.problems),
    )
    return _one_sided(change, piece)


def _file_text(regions: list[Region]) -> FileText:
    return FileText(tuple(regions), complete=False)


def _kind(piece: FilePiece, sides: list[tuple[Region, Region]]) -> ChangeKind:
    """Return what happens; a plain diff shows a new or removed file by its empty side alone."""
    kind = piece.header.kind
    if kind is not ChangeKind.MODIFIED or piece.header.git_names or len(sides) != 1:
        return kind
    before, after = sides[0]
    if piece.hunks[0].header.startswith("@@ -0,0 "):
        return ChangeKind.ADDED
    if piece.hunks[0].header.endswith(" +0,0 @@") and before.text and not after.text:
        return ChangeKind.REMOVED
    return kind


def _one_sided(change: FileChange, piece: FilePiece) -> FileChange:
    """Take away the side that an added or removed file does not have.

    A copy keeps it, for ``bot.patch.resolve`` to find what it was copied from.
    """
    if piece.header.copied:
        return change
    if change.kind is ChangeKind.ADDED:
        after = _whole(change.after, change.before, piece)
        return _with_basis(replace(change, before=None, after=after), after)
    if change.kind is ChangeKind.REMOVED:
        before = _whole(change.before, change.after, piece)
        return _with_basis(replace(change, before=before, after=None), before)
    return change


def _with_basis(change: FileChange, side: FileText | None) -> FileChange:
    if side is None or not side.complete:
        return change
    return replace(change, basis=Basis.WHOLE, basis_reason="the patch holds the whole file")


def _whole(side: FileText | None, other: FileText | None, piece: FilePiece) -> FileText | None:
    """Mark the side complete where the patch holds the whole file."""
    if side is None or other is None or piece.problems or piece.header.binary:
        return side
    if len(side.regions) > 1 or any(r.text for r in other.regions):
        return side
    if not side.regions:
        named = piece.header.new_blob or piece.header.old_blob or ""
        empty = same_blob(blob_id(b""), named)
        return FileText((Region(1, ""),), complete=True) if empty else side
    if side.regions[0].start != 1:
        return side
    return FileText((replace(side.regions[0], touched=()),), complete=True)


def _sides(piece: FilePiece) -> list[tuple[Region, Region]]:
    """Return each hunk's text before and after; problems go to the piece."""
    if not piece.hunks:
        return []
    try:
        hunks = _without_unidiff(piece) if _is_long(piece) else _with_unidiff(piece)
    except UnidiffParseError as error:
        piece.problems.append(f"the diff could not be parsed: {str(error)[:200]}")
        return []
    sides: list[tuple[Region, Region]] = []
    end = 0
    for (start, length, regions), cut_hunk in zip(hunks, piece.hunks, strict=True):
        if start < end:
            piece.problems.append(f"hunk {cut_hunk.header} overlaps the one before it")
            continue
        end = start + length
        sides.append(regions)
    return sides


def _is_long(piece: FilePiece) -> bool:
    return sum(len(hunk.lines) for hunk in piece.hunks) > _LONG


def _with_unidiff(piece: FilePiece) -> list[_ReadHunk]:
    return [
        (hunk.source_start, hunk.source_length, hunk_regions(hunk, cut_hunk.heading))
        for hunk, cut_hunk in zip(_parse(piece), piece.hunks, strict=True)
    ]


def _without_unidiff(piece: FilePiece) -> list[_ReadHunk]:
    return [
        (*hunk.spans[:2], line_regions(hunk.spans, columns(_lines(hunk, piece)), hunk.heading))
        for hunk in piece.hunks
    ]


def _parse(piece: FilePiece) -> list[Hunk]:
    lines = ["--- old\n", "+++ new\n", *_unidiff_lines(piece)]
    files = PatchSet(lines)
    hunks = [hunk for patched_file in files for hunk in patched_file]
    if len(hunks) != len(piece.hunks):
        raise UnidiffParseError("it has another number of hunks than were counted")
    return hunks


def _unidiff_lines(piece: FilePiece) -> Iterator[str]:
    for hunk in piece.hunks:
        yield hunk.header + "\n"
        yield from (line + "\n" for line in _lines(hunk, piece))


def _lines(hunk: HunkPiece, piece: FilePiece) -> Iterable[str]:
    if not piece.carriage_returns:
        return hunk.lines
    return (line.removesuffix("\r") for line in hunk.lines)
