# SPDX-License-Identifier: GPL-3.0-or-later
"""The commits of a range, as the mails that ``git format-patch`` would make of them.

Source: git-format-patch(1); gitrevisions(7), "SPECIFYING RANGES"; mboxrd is RFC 4155's quoting
made reversible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import BinaryIO, cast

from bot.limits import DEFAULT_LIMITS, Limits
from bot.repository.git import DIFF_OPTIONS, RepositoryError
from bot.repository.repository import PreImages, Repository
from bot.sources.files import read_stream
from bot.sources.gzip_stream import PieceStream
from bot.sources.patch_files import with_series_ids
from bot.sources.unreadable import Found, UnreadableInput

_FORMAT_PATCH = (
    "format-patch",
    "--stdout",
    "--pretty=mboxrd",
    "--encoding=UTF-8",
    "--subject-prefix=PATCH",
    "--numbered",
    "--no-thread",
    "--no-attach",
    "--no-cover-letter",
    "--no-base",
    "--no-notes",
    "--no-signoff",
    "--no-signature",
    "--no-from",
    "--no-to",
    "--no-cc",
    "--no-add-header",
    "--no-binary",
    *DIFF_OPTIONS,
)


@dataclass(frozen=True, slots=True)
class CommitRange:
    """What a person names as ``REV..REV``."""

    repository: Repository
    given: str
    """As it was written; an end that is left out is HEAD, and REV alone is ``REV..``, as
    ``git format-patch`` has it."""

    def read(self, limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
        """Yield the patches of the range, oldest first, numbered as one series.

        What keeps it from being read is told in its place.
        Raises ``RepositoryError`` where an end of it is unknown.
        """
        start, end = self._ends()
        reason = self._refusal(start, end, limits)
        if reason:
            yield UnreadableInput(self.given, reason)
        else:
            place = f"{self.repository.git_directory} {start}..{end}"
            yield from with_series_ids(self._mails(start, end, limits), place)

    def stamp(self) -> object:
        """Return something that changes when the range does."""
        try:
            return self._ends()
        except RepositoryError as error:
            return str(error)

    def pre_images(self) -> PreImages | None:
        """Return the commit that the first patch is made for; None where it is made for none.

        Raises ``RepositoryError`` where an end of the range is unknown.
        """
        start, end = self._ends()
        # Without merges the range is one line of commits, which ends where it is cut off.
        base = self.repository.commit_if_any(f"{end}~{self._count(start, end)}")
        return PreImages(self.repository.git_directory, base) if base else None

    def _names(self) -> tuple[str, str]:
        if "..." in self.given:
            raise RepositoryError(f"{self.given}: a range is written with two dots, REV..REV")
        start, _, end = self.given.partition("..")
        return start or "HEAD", end or "HEAD"

    def _ends(self) -> tuple[str, str]:
        start, end = self._names()
        return self.repository.commit(start), self.repository.commit(end)

    def _refusal(self, start: str, end: str, limits: Limits) -> str | None:
        count = self._count(start, end)
        if not count:
            one, other = self._names()
            return f"it holds no commit: {other} has nothing that {one} has not"
        if count > limits.series_members:
            return f"it holds more than {limits.series_members} commits: name a shorter range"
        merge = self._listed(start, end, "--min-parents=2", "--max-count=1")
        if merge:
            return (
                f"it holds a merge ({merge[:12]}), which git format-patch leaves out: "
                "rebase, or name a range without it"
            )
        return None

    def _count(self, start: str, end: str) -> int:
        return int(self._listed(start, end, "--count"))

    def _listed(self, start: str, end: str, *options: str) -> str:
        return self.repository.git.text("rev-list", *options, f"{start}..{end}", "--")

    def _mails(self, start: str, end: str, limits: Limits) -> Iterator[Found]:
        arguments = (*_FORMAT_PATCH, f"{start}..{end}", "--")
        pieces = self.repository.git.pieces(limits.repository_bytes, *arguments)
        stream = BufferedReader(PieceStream(pieces))
        try:
            yield from read_stream(self.given, cast("BinaryIO", stream), limits)
        except RepositoryError as error:
            yield UnreadableInput(self.given, str(error))
