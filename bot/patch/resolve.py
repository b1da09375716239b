# SPDX-License-Identifier: GPL-3.0-or-later
"""From hunks to whole files: find the text that a patch was made for, apply it, prove it.

``index OLD..NEW`` names the blobs before and after.  Where OLD is known (in the clone, or as
what an earlier patch of the series made), the hunks are applied to it, and the result's hash
must be NEW; then nothing was lost or altered on the way.  Otherwise the hunks are located by
their context in the branch's tip, and otherwise they stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.limits import DEFAULT_LIMITS, Limits
from bot.patch.applying import Applied, ApplyError, Hunk, apply_by_context, apply_exactly
from bot.patch.blob import SHORTEST_PROOF, blob_id, encode, same_blob
from bot.patch.change import Basis, ChangeKind, FileChange, FileText, Region
from bot.patch.reading import DiffReading
from bot.patch.tree import Tip

_NO_TREE = "there is no clone of the tree to read the whole file from"
_TOO_MUCH = "the series touches more text than is held at once"
_ALTERED = "its text or line ends were altered on the way: the result has another hash than named"


def resolve(
    patches: Sequence[DiffReading], tree: Tip | None, limits: Limits = DEFAULT_LIMITS
) -> tuple[FileChange, ...]:
    """Return every change of a series' patches, in order, with as much text as can be known.

    A change that one message has twice is returned once.

    Args:
        patches: the readings of the series' mails, in the order in which they apply.
        tree: the clone as it is now, or None to know no more than the patches themselves.
        limits: bounds on the text held.

    Raises TreeError where git cannot be run.
    """
    resolver = _Resolver(tree, limits.resolved_characters)
    return tuple(resolver.resolve(change) for change in _once(patches))


def _once(patches: Sequence[DiffReading]) -> Iterable[FileChange]:
    """Yield each change once, though a mail has it inline and attached."""
    return dict.fromkeys(change for patch in patches for change in patch.changes)


@dataclass(slots=True)
class _Resolver:
    """What the patches so far made of the tree."""

    tree: Tip | None
    budget: int
    """Characters of whole files that may still be held."""
    made: dict[str, str | None] = field(default_factory=dict)
    """By path, what earlier patches left there; None for a removed file."""
    blobs: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the first digits of their ids, and by full id, the texts that earlier patches made."""

    def resolve(self, change: FileChange) -> FileChange:
        if change.basis is Basis.WHOLE:
            resolved = self._whole(change)
        elif change.kind is ChangeKind.REMOVED:
            resolved = self._removed(change)
        elif change.before is None:
            resolved = change
        elif _hunks(change):
            resolved = self._with_hunks(change)
        else:
            resolved = self._without_hunks(change)
        self._remember(resolved)
        return replace(resolved, before=None) if change.kind is ChangeKind.ADDED else resolved

    def _whole(self, change: FileChange) -> FileChange:
        """Check a new or removed file against the blob that the patch names for it."""
        named = change.new_blob if change.after else change.old_blob
        text = _text_of(change.after or change.before)
        if named is None or text is None or self._proof(text, named):
            return change
        return replace(change, basis_reason=_ALTERED, problems=(*change.problems, _ALTERED))

    def _removed(self, change: FileChange) -> FileChange:
        """A removed file whose text the patch leaves out or lost: its blob has it."""
        text, why = self._pre_image(change)
        if text is None:
            return replace(change, basis_reason=why)
        return replace(change, before=_all_changed(text), basis=Basis.VERIFIED, basis_reason="")

    def _with_hunks(self, change: FileChange) -> FileChange:
        text, why = self._pre_image(change)
        if text is not None:
            try:
                return self._proven(change, _apply_to_blob(text, _hunks(change)), "")
            except ApplyError as error:
                why = f"the patch does not fit the file that it names: {error}"
        return self._located(change, why)

    def _located(self, change: FileChange, why: str) -> FileChange:
        text = self._at_path(change.old_path or change.path)
        if text is None:
            missing = "" if self.tree is None else ", and the branch has no such file"
            return replace(change, basis_reason=why + missing)
        try:
            applied = apply_by_context(text, _hunks(change))
        except ApplyError as error:
            reason = f"{why}, and it does not fit the branch's file: {error}"
            return replace(change, basis_reason=reason)
        return self._proven(change, applied, why)

    def _proven(self, change: FileChange, applied: Applied, why: str) -> FileChange:
        """Take the whole file over, as verified only where the result's hash proves it."""
        text = _text_of(applied.after) or ""
        basis, reason = Basis.LOCATED, why
        if change.new_blob and self._proof(text, change.new_blob):
            basis, reason = Basis.VERIFIED, ""
        elif not why:
            reason = _ALTERED if change.new_blob else "the patch names no blob for its result"
        added = change.kind is ChangeKind.ADDED
        after = _all_changed(text) if added else applied.after
        return replace(change, before=applied.before, after=after, basis=basis, basis_reason=reason)

    def _without_hunks(self, change: FileChange) -> FileChange:
        """A new name or a copy alone has the text of the tip; nothing else has text here."""
        source = change.old_path
        text = self._at_path(source) if source and not change.problems else None
        if text is None or change.old_blob or change.new_blob:
            return change
        unchanged = FileText((Region(1, text),), complete=True)
        after = _all_changed(text) if change.kind is ChangeKind.ADDED else unchanged
        reason = "a file that only moves: the patch names no blob, its text is the branch's"
        return replace(
            change, before=unchanged, after=after, basis=Basis.LOCATED, basis_reason=reason
        )

    def _pre_image(self, change: FileChange) -> tuple[str | None, str]:
        """Return the text of the blob before, or None and why there is none."""
        named = change.old_blob
        if named is None:
            return None, "the patch names no blob" if self.tree else _NO_TREE
        alike = self.blobs.get(named[:SHORTEST_PROOF], {})
        made = [text for full, text in alike.items() if same_blob(full, named)]
        if made:
            return made[-1], ""
        if self.tree is None:
            return None, _NO_TREE
        text = self.tree.blob(named)
        if text is None:
            return None, f"blob {named} is not in the clone"
        return self._afford(text), _TOO_MUCH

    def _at_path(self, path: str) -> str | None:
        """Return a file as the patches so far left it, or else the branch's."""
        if path in self.made:
            return self.made[path]
        text = self.tree.text(path) if self.tree else None
        return None if text is None else self._afford(text)

    def _afford(self, text: str) -> str | None:
        # The text after is held as well.
        self.budget -= 2 * len(text)
        return text if self.budget >= 0 else None

    def _proof(self, text: str, named: str) -> str | None:
        """Return the full id of ``text`` where the patch names it, else None.

        The mail does not say whether the file's lines end in CRLF, nor (here) whether its last
        one ends at all: whichever the hash proves is right.
        """
        kind = self.tree.object_format if self.tree else "sha256" if len(named) > 40 else "sha1"
        for variant in (text, text.removesuffix("\n"), text.replace("\n", "\r\n")):
            full = blob_id(encode(variant), kind)
            if same_blob(full, named):
                self.blobs.setdefault(full[:SHORTEST_PROOF], {})[full] = text
                return full
        return None

    def _remember(self, change: FileChange) -> None:
        if change.old_path and change.kind is ChangeKind.RENAMED:
            self.made[change.old_path] = None
        if change.after is None:
            self.made[change.path] = None
        elif change.after.complete:
            self.made[change.path] = _text_of(change.after)


def _hunks(change: FileChange) -> tuple[Hunk, ...]:
    if change.before is None or change.after is None:
        return ()
    return tuple(zip(change.before.regions, change.after.regions, strict=True))


def _apply_to_blob(text: str, hunks: Sequence[Hunk]) -> Applied:
    """Apply exactly; to the lines without CR where the mail has lost them."""
    try:
        return apply_exactly(text, hunks)
    except ApplyError:
        if "\r\n" not in text:
            raise
        return apply_exactly(text.replace("\r\n", "\n"), hunks)


def _text_of(side: FileText | None) -> str | None:
    return side.regions[0].text if side is not None and side.complete else None


def _all_changed(text: str) -> FileText:
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    return FileText((Region(1, text, "", tuple(range(1, lines + 1))),), complete=True)
