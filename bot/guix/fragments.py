# SPDX-License-Identifier: GPL-3.0-or-later
"""One side of a file of which only the hunks are there, as a module to read from."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from bot.guix.imports import header_of
from bot.guix.modules import Modules, guessed_license, ruled
from bot.guix.sides import Key
from bot.limits import Limits
from bot.patch.change import FileText, Region
from bot.scheme.definitions import defined_value, definition_of
from bot.scheme.evaluator import Evaluator
from bot.scheme.fragment import Chunk, read_fragment
from bot.scheme.nodes import Comment, List, Node, Positions, Symbol
from bot.scheme.values import Scope, Unknown, Value

_HEADING: Final = re.compile(
    r"\((?:define|define-public|define\*|define\*-public|define-deprecated(?:/public)?)[ \t]+\(*"
    r"([^\s()\[\];\"]+)"
)
_LOCAL: Final = re.compile(
    r"\(define[ \t]+[^\s()\[\];\"]+[ \t]+"
    r"(?!\((?:package|let|hidden-package|inherit|origin|make-|[a-z]*->)|;)\S"
)
"""Git gives no indentation: a definition within a build step, of a value on the same line."""
_NAMED: Final = re.compile(r"\(define-public[ \t\n]+[^\s()]")


class RegionPositions(Positions):
    """Positions in a text that regions were strung together to."""

    __slots__ = ("_offsets", "_shifts")

    def __init__(self, text: str, offsets: list[int], firsts: list[int]) -> None:
        """``offsets`` and ``firsts``: where each region begins, and its first line's number."""
        super().__init__(text)
        self._offsets = offsets
        lines = map(super().line, offsets)
        self._shifts = [first - line for first, line in zip(firsts, lines, strict=True)]
        """What the numbers of a region's lines in the file are beyond those in the text."""

    def line(self, offset: int) -> int:
        """Return the number of the line in the file."""
        index = max(bisect_right(self._offsets, offset) - 1, 0)
        return super().line(offset) + (self._shifts[index] if self._shifts else 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of a region, the definition that it belongs to, and whether the patch touches it."""

    chunk: Chunk
    key: Key
    touched: bool
    first: int
    last: int
    """Lines."""
    code_end: int
    """Offset behind what belongs to the definition."""
    named: bool = False
    """A public definition of a variable: of a package, in all likelihood."""
    edits: tuple[str, ...] = ()
    """The changed lines that are its own, without indentation and comments."""


class FragmentModule:
    """What is there of one side of a file.

    It answers what a ``Module`` answers, from the regions; names that the regions do not define
    come from rules, and a licence is known by ``prefix:name`` whatever the prefix.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (what surrounds one side of a file)
        self,
        path: str,
        side: FileText,
        modules: Modules,
        limits: Limits,
        earlier: FragmentModule | None = None,
        before: FragmentModule | None = None,
    ) -> None:
        """``earlier`` is what the series' patches before this one show of the same file.

        ``before`` is the side before the patch, where this is the side after it.
        """
        self.path = path
        self.earlier = earlier
        self.modules = modules
        self.scope = Scope({}, None, self)
        self.text = "".join(region.text for region in side.regions)
        offsets, firsts, offset = [], [], 0
        for region in side.regions:
            offsets.append(offset)
            firsts.append(region.start)
            offset += len(region.text)
        self.positions = RegionPositions(self.text, offsets, firsts)
        self.pieces: list[Piece] = []
        self.last_keys: list[Key] = []
        """The definition that each region ends in."""
        self._before = before
        self._previous: Region | None = None
        self.by_key: dict[Key, list[Piece]] = {}
        self.comments: list[Comment] = []
        self.definitions: dict[Key, Piece] = {}
        self._values: dict[str, Value] = {}
        self.known_comments: dict[tuple[int, int], tuple[tuple[int, str], ...]] = {}
        self.known_strings: dict[Node, tuple[str, ...]] = {}
        self._read(side, offsets, limits)
        self._chunk_starts = [piece.chunk.start for piece in self.pieces]
        self._comment_starts = [comment.start for comment in self.comments]
        self._imports = [
            imported
            for piece in self.pieces
            if (form := piece.chunk.form) is not None
            and form.head in {"define-module", "use-modules"}
            for imported in header_of(form).imports
        ]

    def _read(self, side: FileText, offsets: list[int], limits: Limits) -> None:
        for offset, region in zip(offsets, side.regions, strict=True):
            end = offset + len(region.text)
            lines = region.text.split("\n")
            fragment = read_fragment(self.text, offset, end, self.positions, limits)
            self.comments.extend(fragment.comments)
            for chunk in fragment.chunks:
                piece = self._piece(chunk, region, lines, len(self.pieces))
                self.pieces.append(piece)
                self.by_key.setdefault(piece.key, []).append(piece)
                if chunk.form is not None and (definition := definition_of(chunk.form)):
                    self.definitions[definition.name] = piece
            self.last_keys.append(self.pieces[-1].key if self.pieces else "")
            self._previous = region

    def _enclosing(self, region: Region) -> Key | None:
        """Return the definition that a region begins in, by its heading.

        The heading is a line of the file before the patch.  Where the definition that it begins is
        the one that the hunk before this one ends in, nothing between the two hunks begins another;
        after the patch it is then whatever that hunk ends in there.
        """
        if _LOCAL.match(region.heading):
            return self._around_local(region)
        match = _HEADING.match(region.heading)
        key = match[1] if match else None
        index = len(self.last_keys)
        before = self._before
        if key is None or before is None or not 0 < index < len(before.last_keys):
            return key
        return self.last_keys[index - 1] if before.last_keys[index - 1] == key else key

    def _around_local(self, region: Region) -> Key | None:
        """Return the definition around the local one that a heading is, or None.

        It is the one that the hunk before this one ends in, where that hunk shows the same line, or
        has it as its heading: then nothing between the two begins another.
        """
        previous = self._previous
        if previous is None or not self.last_keys:
            return None
        lines = (previous.heading, *map(str.lstrip, previous.text.split("\n")))
        return (
            self.last_keys[-1] if any(line.startswith(region.heading) for line in lines) else None
        )

    def _piece(self, chunk: Chunk, region: Region, lines: list[str], index: int) -> Piece:
        first = self.positions.line(chunk.start)
        last = self.positions.line(max(chunk.end - 1, chunk.start))
        code_end = _code_end(self.text, chunk)
        last_code = self.positions.line(max(code_end - 1, chunk.start))
        touched = _any_in(region.changed, first, last_code) or _any_in(
            region.touched, first if chunk.headless else first + 1, last_code
        )
        edits = _edits(region, lines, first, last_code, last)
        opening = region.heading if chunk.headless else self.text[chunk.start : chunk.start + 200]
        return Piece(
            chunk,
            self._key(chunk, region, index),
            touched,
            first,
            last,
            code_end,
            named=_NAMED.match(opening) is not None,
            edits=edits,
        )

    def _key(self, chunk: Chunk, region: Region, index: int) -> Key:
        if chunk.headless:
            if region.heading.startswith("(define-module"):
                return f"*module{index}"
            return self._enclosing(region) or f"*{index}"
        form = chunk.form
        head = form.head or "" if form is not None else ""
        if form is None or len(form.items) < 2 or not _defines(head):
            return f"*{index}"
        target = form.items[1]
        while isinstance(target, List) and target.items:
            target = target.items[0]
        return target.name if isinstance(target, Symbol) else f"*{index}"

    def shows(self, key: Key) -> bool:
        """Tell whether the side shows anything of a definition."""
        return key in self.by_key

    def is_touched(self, key: Key) -> bool:
        """Tell whether the patch touches what the side shows of a definition."""
        return any(piece.touched for piece in self.by_key.get(key, ()))

    def edits(self, key: Key) -> tuple[str, ...]:
        """Return the changed lines of a definition."""
        return tuple(line for piece in self.by_key.get(key, ()) for line in piece.edits)

    def form_holding(self, offset: int) -> List | None:
        """Return the top-level form that an offset is in."""
        index = bisect_right(self._chunk_starts, offset) - 1
        form = self.pieces[index].chunk.form if index >= 0 else None
        return form if form is not None and form.start <= offset < form.end else None

    def comments_in(self, form: List) -> list[Comment]:
        """Return the comments in a form."""
        first = bisect_left(self._comment_starts, form.start)
        last = bisect_left(self._comment_starts, form.end)
        return self.comments[first:last]

    def lookup(self, name: str, evaluator: Evaluator) -> Value:
        """Return what a name means at top level of this file, as far as it shows."""
        if name not in self._values:
            self._values[name] = self._find(name, evaluator)
        return self._values[name]

    def own(self, name: str) -> Value | None:
        """Return what this patch, or the nearest one before it, defines a name as, or None."""
        module: FragmentModule | None = self
        while module is not None:
            value = module.defined(name)
            if value is not None:
                return value
            module = module.earlier
        return None

    def defined(self, name: str) -> Value | None:
        """Return what the regions define a name as; None where they do not."""
        piece = self.definitions.get(name)
        if piece is None or piece.chunk.form is None:
            return None
        definition = definition_of(piece.chunk.form)
        if definition is None or (piece.chunk.cut and definition.parameters is not None):
            return Unknown("the patch does not show all of its definition")
        return defined_value(definition, self.scope)

    def _find(self, name: str, evaluator: Evaluator) -> Value:
        own = self.own(name)
        if own is None:
            own = ruled(name.rpartition(")")[2] if name.startswith("@(") else name)
        if own is not None:
            return own
        for imported in self.modules.reachable(self._imports):
            exported = imported.exported_name(name)
            value = exported and self.modules.exported(imported.module, exported, evaluator)
            if value is not None and value:
                return value
        if name.startswith("@("):
            words, _, exported = name[2:].partition(")")
            value = self.modules.exported(tuple(words.split()), exported, evaluator)
        else:
            value = self._from_tree(name, evaluator)
            value = guessed_license(name) if value is None else value
        return Unknown(f"{name} is not defined in what the patch shows") if value is None else value

    def _from_tree(self, name: str, evaluator: Evaluator) -> Value | None:
        """Return what the file defines in the tree, where there is a tree."""
        module = self.modules.at(self.path)
        if module is None:
            return None
        value = module.lookup(name, evaluator)
        return None if isinstance(value, Unknown) else value


def _edits(
    region: Region, lines: list[str], first: int, last_code: int, last: int
) -> tuple[str, ...]:
    """Return the changed lines of a piece.

    A run of them that goes on behind the piece's end is left out: a diff may show the tail of one
    definition as new where another one with the same tail was put in front of it.
    """
    begin = bisect_left(region.changed, first)
    changed = set(region.changed[begin : bisect_right(region.changed, last + 1)])
    own = [number for number in range(first, last_code + 1) if number in changed]
    if (
        last_code in changed
        and last + 1 in changed
        and not changed.issuperset(range(first, last_code + 1))
    ):
        while own and own[-1] == last_code:
            own.pop()
            last_code -= 1
    contents = (lines[number - region.start].strip() for number in own)
    return tuple(content for content in contents if content and not content.startswith(";"))


def _code_end(text: str, chunk: Chunk) -> int:
    """Return where a chunk's last form ends: what follows is not part of it."""
    last = chunk.items[-1]
    end = last.end if isinstance(last, List) else chunk.end
    return end if text[end : chunk.end].strip() == "" else chunk.end


def _defines(head: str) -> bool:
    return head.startswith("define") and head not in {"define-module", "define-values"}


def _any_in(numbers: tuple[int, ...], first: int, last: int) -> bool:
    index = bisect_left(numbers, first)
    return index < len(numbers) and numbers[index] <= last
