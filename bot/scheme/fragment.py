# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads text that begins and ends in the middle of forms: the hunks of a patch.

A parenthesis in column 0 begins a top-level form, as everywhere in Guix.  What closes a form whose
beginning is not there makes a ``HeadlessList`` of all that was read so far; what is open at the end
becomes a ``CutList``.  Nothing is an error here; a reader of fragments must take care instead that
what is cut is not taken for whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.limits import DEFAULT_LIMITS, Limits
from bot.scheme import tokens
from bot.scheme.nodes import Comment, CutList, HeadlessList, List, Node, Positions, String
from bot.scheme.reader import Builder

_TELLING: Final = re.compile(
    r"\((?:define[^\s()]*|package|name|version|source|origin|method|uri|sha256|base32|build-system|arguments"
    r"|list|inputs|native-inputs|propagated-inputs|home-page|synopsis|description|license|let\*?)[\s)]"
)
_PREFIXES: Final = frozenset({*tokens.PREFIXES, "#;", "#:"})
_STRING_END: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is there of one top-level form."""

    items: tuple[Node, ...]
    """The form itself where its beginning is there; else what is left of the innermost form that
    encloses the fragment's beginning, one ``HeadlessList`` in another."""
    headless: bool
    """The beginning is not there."""
    cut: bool
    """The end is not there."""
    start: int
    end: int

    @property
    def form(self) -> List | None:
        """The top-level form, where its beginning is there."""
        first = self.items[0] if self.items and not self.headless else None
        return first if isinstance(first, List) else None

    @property
    def complete(self) -> bool:
        """The form is there from its first to its last parenthesis."""
        return not self.headless and not self.cut

    def levels(self) -> list[tuple[Node, ...]]:
        """Return what is left of the enclosing forms of the beginning, innermost first."""
        levels: list[tuple[Node, ...]] = []
        items = self.items
        while True:
            inner = items[0] if items else None
            if not isinstance(inner, HeadlessList):
                levels.append(items)
                return list(reversed(levels))
            levels.append(items[1:])
            items = tuple(inner.items)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text, read."""

    chunks: tuple[Chunk, ...]
    comments: tuple[Comment, ...]


def read_fragment(
    text: str,
    start: int,
    end: int,
    positions: Positions,
    limits: Limits = DEFAULT_LIMITS,
) -> Fragment:
    """Read ``text[start:end]``, which begins at a line and may begin within a string.

    Raises LimitExceededError where it is nested deeper than the bound.
    """
    match = _STRING_END.match(text, start, end)
    if match is not None and not text.startswith("(", start):
        # What is told apart is the first form; a definition behind it is read once.
        border = text.find("\n(def", match.end(), end)
        first = min(end if border < 0 else border, match.end() + limits.guess_characters)
        outside = _read(text, start, first, positions, limits)
        inside = _read(text, match.end(), first, positions, limits)
        if _score(inside, text) > _score(outside, text):
            return _read(text, match.end(), end, positions, limits)
    return _read(text, start, end, positions, limits)


def _read(text: str, start: int, end: int, positions: Positions, limits: Limits) -> Fragment:
    builder = _Builder(text, start, end, positions, limits)
    builder.run()
    return Fragment(tuple(builder.chunks), tuple(builder.comments))


def _score(fragment: Fragment, text: str) -> int:
    """Return how much of the text looks like code where it was read as code, and not in strings."""
    stack: list[Node] = [item for chunk in fragment.chunks for item in chunk.items]
    score = 0
    while stack:
        node = stack.pop()
        if isinstance(node, CutList) and text[node.start] == '"':
            score -= 2 * len(_TELLING.findall(text, node.start, min(node.end, node.start + 10_000)))
        elif isinstance(node, List):
            score += bool(_TELLING.match(text, node.start)) and type(node) is not HeadlessList
            stack.extend(node.items)
        elif isinstance(node, String):
            score -= 2 * len(_TELLING.findall(node.value[:10_000]))
    return score


class _Builder(Builder):
    """Repairs where the strict reader gives up."""

    def __init__(
        self, text: str, start: int, end: int, positions: Positions, limits: Limits
    ) -> None:
        super().__init__(text, start, end, positions, limits)
        self.chunks: list[Chunk] = []
        self._begin = start
        self._headless = True
        self._cut = False

    def open(self, bracket: str, start: int) -> None:
        """Begin a list; in column 0, a new top-level form."""
        if start == 0 or self.text[start - 1] == "\n":
            self._flush(start, cut=bool(self.frames))
            self._headless = False
        super().open(bracket, start)

    def close(self, bracket: str, start: int) -> None:
        """End the innermost list, or the implicit one where none is open."""
        del bracket, start
        while self.frames and self.frames[-1].kind in _PREFIXES:
            self.pop()
        if not self.frames:
            if self._headless:
                self.forms[:] = [HeadlessList(list(self.forms), self._begin, self.position)]
            return
        frame = self.pop()
        self.add(self.closed(frame))

    def _flush(self, end: int, *, cut: bool) -> None:
        """End the current top-level form."""
        while self.frames:
            frame = self.pop()
            if frame.kind in _PREFIXES:
                if frame.kind in tokens.PREFIXES and frame.items:
                    self.items.extend(frame.items)
                continue
            self.position = end
            if frame.tail is not None:
                frame.items.append(frame.tail)
            self.add(CutList(frame.items, frame.start, end))
        if self.forms:
            self.chunks.append(
                Chunk(tuple(self.forms), self._headless, cut or self._cut, self._begin, end)
            )
        self.forms = self.items = []
        self._begin = end
        self._cut = False

    def unterminated_string(self, start: int) -> Node | None:
        """Take the rest of the text for what is left of a string."""
        self.position = self.end
        self._cut = True
        return CutList([], start, self.end)

    def finish(self) -> None:
        """End what is open."""
        self._flush(self.end, cut=bool(self.frames) or self._headless)

    def fail(self, message: str, offset: int) -> None:
        """Go on: what is broken here may be whole in the file."""
        del message, offset
