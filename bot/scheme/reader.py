# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Scheme text into nodes, as Guile's ``read`` does, without recursion.

Broken input gives an error with its position; nothing is guessed.  Text that is broken because
only a part of it is there is for ``bot.scheme.fragment``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.scheme import tokens
from bot.scheme.nodes import (
    Boolean,
    Character,
    Comment,
    Keyword,
    List,
    Nil,
    Node,
    Number,
    Positions,
    String,
    Symbol,
    Vector,
)

_CLOSER = {"(": ")", "[": "]"}


class ReadError(ValueError):
    """Text that is not Scheme, and where it stops being it."""

    def __init__(self, message: str, offset: int, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.reason = message
        self.offset = offset
        self.line = line
        """From 1."""
        self.column = column
        """From 0."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Text, the forms in it, and its comments."""

    text: str
    forms: tuple[Node, ...]
    comments: tuple[Comment, ...]
    end: int
    """Offset behind the last form."""
    positions: Positions


class _Frame:
    """A datum that is not complete: what the reader comes back to."""

    __slots__ = ("dot", "items", "kind", "start", "tail")

    def __init__(self, kind: str, start: int, items: list[Node]) -> None:
        self.kind = kind
        """``(`` or ``[`` for a list; a prefix of ``tokens.PREFIXES``; ``#:``, ``#;``; for a vector
        what stands before its elements, parenthesis included."""
        self.start = start
        self.items = items
        self.dot = -1
        """Offset of the dot of an improper list."""
        self.tail: Node | None = None


class Builder:
    """Puts tokens together.  One use; ``run`` does all of the work."""

    def __init__(
        self, text: str, start: int, end: int, positions: Positions, limits: Limits
    ) -> None:
        self.text = text
        self.position = start
        self.end = end
        self.positions = positions
        self.limits = limits
        self.forms: list[Node] = []
        self.items = self.forms
        """The list that the next datum goes into."""
        self.frames: list[_Frame] = []
        self.pending = False
        """The innermost frame takes one datum, or an improper list's tail, and is done."""
        self.comments: list[Comment] = []
        self._endless_symbol = False
        self._data = 0

    def run(self, stop_after: int | None = None) -> None:  # noqa: C901, PLR0912  (one loop, for speed)
        """Read to the end of the text, or until ``stop_after`` top-level forms are complete."""
        text = self.text
        forms, frames = self.forms, self.frames
        while True:
            # The scanner is started anew wherever a token was read by other means.
            for match in tokens.TOKEN.finditer(text, self.position, self.end):
                kind = match.lastindex
                if kind == tokens.SYMBOL:
                    node: Node = Symbol(match[1], match.start(1))
                elif kind == tokens.OPEN:
                    self.open(match[2], match.start(2))
                    continue
                elif kind == tokens.CLOSE:
                    self.position = match.end()
                    self.close(match[3], match.start(3))
                    if stop_after is not None and not frames and len(forms) >= stop_after:
                        return
                    continue
                elif kind == tokens.STRING:
                    node = String(match[4], match.start(4) - 1, match.end())
                elif kind == tokens.KEYWORD:
                    node = Keyword(match[5], match.start(5) - 2)
                elif kind == tokens.COMMENT:
                    self.comments.append(
                        Comment(match[6].lstrip(";").strip(), match.start(6), match.end())
                    )
                    continue
                elif kind == tokens.PREFIX:
                    self.push(_Frame(match[8], match.start(8), []))
                    self.pending = True
                    continue
                elif kind is None:
                    self.position = self.end
                    self.finish()
                    return
                else:
                    self.position = match.end()
                    other = self.token(kind, match[kind], match.start(kind))
                    if other is not None:
                        self.add(other)
                    if stop_after is not None and not frames and len(forms) >= stop_after:
                        return
                    if self.position != match.end():
                        break
                    continue
                if self.pending:
                    self.position = match.end()
                    self.add(node)
                else:
                    self.items.append(node)
                if stop_after is not None and not frames and len(forms) >= stop_after:
                    self.position = match.end()
                    return

    @property
    def data(self) -> int:
        """How many data were read, those in lists that are not closed included."""
        return self._data + len(self.forms) + sum(len(frame.items) for frame in self.frames)

    # -- data ------------------------------------------------------------------------------

    def add(self, node: Node | None) -> None:
        """Put a complete datum where it belongs and complete what only waited for it."""
        while self.pending and node is not None:
            frame = self.frames[-1]
            if frame.dot >= 0:
                if frame.tail is not None:
                    self.fail("missing close paren", node.start)
                frame.tail = node
                return
            self.pop()
            node = self.prefixed(frame, node)
        if node is not None:
            self.items.append(node)

    def prefixed(self, frame: _Frame, node: Node) -> Node | None:
        """Return what a prefix makes of its datum; None for a datum comment."""
        if frame.kind == "#;":
            self.comments.append(Comment("", frame.start, self.position))
            return None
        if frame.kind == "#:":
            if type(node) is not Symbol:
                self.fail("keyword prefix #: not followed by a symbol", frame.start)
                return node
            return Keyword(node.name, frame.start)
        name = Symbol(tokens.PREFIXES[frame.kind], frame.start)
        return List([name, node], frame.start, self.position)

    # -- lists -----------------------------------------------------------------------------

    def open(self, bracket: str, start: int) -> None:
        """Begin a list."""
        self.push(_Frame(bracket, start, []))

    def close(self, bracket: str, start: int) -> None:
        """End the innermost list or vector."""
        frame = self.frames[-1] if self.frames else None
        if frame is None:
            self.fail(f'unexpected "{bracket}"', start)
        elif frame.kind in tokens.PREFIXES or frame.kind in {"#;", "#:"}:
            self.fail(f'unexpected "{bracket}" behind {frame.kind}', start)
        elif bracket != _CLOSER.get(frame.kind, ")"):
            self.fail(f"mismatched close paren: {bracket}", start)
        elif frame.dot >= 0 and frame.tail is None:
            self.fail(f'unexpected "{bracket}" behind a dot', start)
        else:
            self.pop()
            self.add(self.closed(frame))

    def closed(self, frame: _Frame) -> Node:
        """Return the list or vector that a frame became."""
        tail = frame.tail
        self._data += len(frame.items)
        if type(tail) is List:
            frame.items.extend(tail.items)
            tail = tail.tail
        if frame.kind not in _CLOSER:
            if tail is not None:
                self.fail("a dot in a vector", frame.dot)
            return Vector(frame.kind[:-1], frame.items, frame.start, self.position)
        if tail is not None and not frame.items:
            return tail
        return List(frame.items, frame.start, self.position, tail)

    def push(self, frame: _Frame) -> None:
        """Go one level deeper."""
        if len(self.frames) >= self.limits.scheme_depth:
            self.position = frame.start
            line, column = self.positions.line_and_column(frame.start)
            raise LimitExceededError(
                f"line {line}, column {column}: nested more than {self.limits.scheme_depth} deep"
            )
        self.frames.append(frame)
        self.items = frame.items
        self.pending = False

    def pop(self) -> _Frame:
        """Come back one level."""
        frame = self.frames.pop()
        if self.frames:
            outer = self.frames[-1]
            self.items = outer.items
            self.pending = outer.dot >= 0 or (outer.kind not in _CLOSER and outer.kind[-1] != "(")
        else:
            self.items = self.forms
            self.pending = False
        return frame

    # -- the rarer tokens ------------------------------------------------------------------

    def token(self, kind: int, text: str, start: int) -> Node | None:
        """Return the datum of a token that is not one of the most frequent kinds."""
        try:
            if kind == tokens.NUMBER:
                return self.number_or_symbol(text, start)
            if kind == tokens.ESCAPED:
                return String(tokens.string_value(text[1:-1]), start, self.position)
            if kind == tokens.SHARP:
                return self.sharp(start)
        except tokens.TokenError as error:
            self.fail(str(error), start)
            return None
        if text == '"':
            return self.unterminated_string(start)
        self.fail(f"unexpected {text!r}", start)
        return None

    def number_or_symbol(self, text: str, start: int) -> Node | None:
        """Return a number, or a symbol such as ``1+`` or ``...``; note the dot of a list."""
        if text == "." and self.frames and not self.pending and self.frames[-1].kind[-1] in "([":
            self.frames[-1].dot = start
            self.pending = True
            return None
        value = tokens.number_value(text)
        return Symbol(text, start) if value is None else Number(value, start)

    def sharp(self, start: int) -> Node | None:
        """Return the datum that begins with ``#`` at ``start``."""
        text, after = self.text, start + 1
        following = text[after : after + 1]
        if following == "|":
            self.position = self.skip_block(start)
            self.comments.append(
                Comment(text[start + 2 : self.position - 2].strip(), start, self.position)
            )
            return None
        if following == "!":
            self.position = self.skip_directive(start)
            return None
        if following == "\\" and (match := tokens.CHARACTER.match(text, after, self.end)):
            self.position = match.end()
            return Character(tokens.character_value(match.group()[1:]), start)
        if following == "{" and (symbol := self.extended_symbol(start)):
            return symbol
        return self.sharp_literal(start)

    def extended_symbol(self, start: int) -> Symbol | None:
        """Return the symbol ``#{…}#`` at ``start``; where one has no end, none behind it has."""
        if self._endless_symbol:
            return None
        match = tokens.EXTENDED_SYMBOL_END.search(self.text, start + 2, self.end)
        if match is None:
            self._endless_symbol = True
            return None
        self.position = match.end()
        name = self.text[start + 2 : match.end() - 2]
        return Symbol(tokens.extended_symbol_name(name), start)

    def sharp_literal(self, start: int) -> Node | None:
        """Return a vector, a boolean, a number with its radix …"""
        text, after = self.text, start + 1
        if match := tokens.ARRAY_PREFIX.match(text, after, self.end):
            self.position = match.end()
            self.push(_Frame("#" + match.group(), start, []))
            return None
        if match := tokens.BOOLEAN.match(text, after, self.end):
            self.position = match.end()
            return Boolean(match.group()[0] in "tT", start)
        if match := tokens.NIL.match(text, after, self.end):
            self.position = match.end()
            return Nil(start)
        if match := tokens.BIT_VECTOR.match(text, after, self.end):
            self.position = match.end()
            bits: list[Node] = [Boolean(bit == "1", start) for bit in match[1]]
            return Vector("#*", bits, start, self.position)
        if match := tokens.RADIX_NUMBER.match(text, after, self.end):
            self.position = match.end()
            return Number(tokens.radix_number_value(match.group()), start)
        self.fail(f"unknown # object: {text[start : start + 2]!r}", start)
        return None

    def skip_block(self, start: int) -> int:
        """Return the offset behind a block comment, which may hold others."""
        depth = 0
        for border in tokens.BLOCK_BORDER.finditer(self.text, start, self.end):
            depth += 1 if border.group() == "#|" else -1
            if depth == 0:
                return border.end()
        self.fail("unterminated #| comment", start)
        return self.end

    def skip_directive(self, start: int) -> int:
        """Return the offset behind ``#!directive`` or ``#! … !#``."""
        directive = tokens.DIRECTIVE.match(self.text, start + 1, self.end)
        if directive and directive[1] == "no-fold-case":
            return directive.end()
        if directive and directive[1] in {"r6rs", "fold-case", "curly-infix"}:
            self.fail(f"the reader directive #!{directive[1]} is not supported", start)
        end = self.text.find("!#", start + 2, self.end)
        if end < 0:
            self.fail("unterminated #! comment", start)
            return self.end
        return end + 2

    # -- what is wrong with the text -------------------------------------------------------

    def unterminated_string(self, start: int) -> Node | None:
        """Say that the string at ``start`` has no end."""
        self.fail("unexpected end of input while reading string", start)
        return None

    def finish(self) -> None:
        """Check that nothing is left open."""
        if self.frames:
            frame = self.frames[-1]
            self.fail(f"unexpected end of input: {frame.kind} is not closed", frame.start)

    def fail(self, message: str, offset: int) -> None:
        """Raise a ReadError for the text at ``offset``."""
        self.position = max(self.position, offset)
        line, column = self.positions.line_and_column(offset)
        raise ReadError(message, offset, line, column)


@dataclass(slots=True)
class _Source:
    """A text whose size has been checked."""

    text: str
    limits: Limits
    positions: Positions = field(init=False)

    def __post_init__(self) -> None:
        if len(self.text) > self.limits.scheme_bytes:
            raise LimitExceededError(
                f"Scheme text of {len(self.text)} characters;"
                f" the bound is {self.limits.scheme_bytes}"
            )
        self.positions = Positions(self.text)


def read_all(text: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read every form of a text.

    Raises ReadError for text that Guile would not read, LimitExceededError for text that is too
    long, too deep or has too many forms.
    """
    source = _Source(text, limits)
    builder = Builder(text, 0, len(text), source.positions, limits)
    builder.run()
    if len(builder.forms) > limits.scheme_forms:
        raise LimitExceededError(f"{len(builder.forms)} forms; the bound is {limits.scheme_forms}")
    return _reading(text, builder)


def _uncounted(characters: int, data: int) -> None:
    del characters, data


def read_form(
    text: str,
    start: int = 0,
    limits: Limits = DEFAULT_LIMITS,
    positions: Positions | None = None,
    count: Callable[[int, int], None] = _uncounted,
) -> Reading:
    """Read the one form that begins at or behind ``start``; no form at all if there is none.

    ``count`` is told how many characters and how many data were read, be the form broken or not.
    Raises ReadError and LimitExceededError as ``read_all`` does; what stands behind the form is
    not looked at.
    """
    source = _Source(text, limits)
    end = min(len(text), start + limits.definition_characters)
    builder = Builder(text, start, end, positions or source.positions, limits)
    try:
        builder.run(stop_after=1)
    except ReadError as error:
        if end < len(text) and builder.position >= end:
            raise LimitExceededError(
                f"a definition of more than {limits.definition_characters} characters"
            ) from error
        raise
    finally:
        count(builder.position - start, builder.data)
    return _reading(text, builder)


def _reading(text: str, builder: Builder) -> Reading:
    return Reading(
        text, tuple(builder.forms), tuple(builder.comments), builder.position, builder.positions
    )
