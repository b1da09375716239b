# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader makes of Scheme text: nodes that know where they stood.

Nodes are not to be changed once read.  They are plain slotted classes and not frozen
dataclasses because a frozen one takes several times as long to make, and a file of packages has
a quarter of a million of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import accumulate
from typing import Final

_BLOCK: Final = 1 << 16
_LENGTH_WITH_END: Final = (1).__add__


class Symbol:
    """A symbol; ``#{a b}#`` has the name ``a b``."""

    __slots__ = ("name", "start")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start

    def __repr__(self) -> str:
        return f"Symbol({self.name!r})"


class Keyword:
    """A keyword, ``#:name``."""

    __slots__ = ("name", "start")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start

    def __repr__(self) -> str:
        return f"Keyword({self.name!r})"


class String:
    """A string literal, its escapes decoded."""

    __slots__ = ("end", "start", "value")

    def __init__(self, value: str, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"String({self.value!r})"


class Number:
    """A number; an exact one is an ``int`` or a ``Fraction``."""

    __slots__ = ("start", "value")

    def __init__(self, value: int | float | Fraction | complex, start: int) -> None:
        self.value = value
        self.start = start

    def __repr__(self) -> str:
        return f"Number({self.value!r})"


class Boolean:
    """``#t`` or ``#f``."""

    __slots__ = ("start", "value")

    def __init__(self, value: bool, start: int) -> None:
        self.value = value
        self.start = start

    def __repr__(self) -> str:
        return f"Boolean({self.value!r})"


class Character:
    r"""A character, ``#\a``."""

    __slots__ = ("start", "value")

    def __init__(self, value: str, start: int) -> None:
        self.value = value
        self.start = start

    def __repr__(self) -> str:
        return f"Character({self.value!r})"


class Nil:
    """Guile's ``#nil``."""

    __slots__ = ("start",)

    def __init__(self, start: int) -> None:
        self.start = start

    def __repr__(self) -> str:
        return "Nil()"


class Vector:
    """A vector, a bytevector, a bit vector or an array: everything written ``#…(…)``."""

    __slots__ = ("end", "items", "prefix", "start")

    def __init__(self, prefix: str, items: list[Node], start: int, end: int) -> None:
        self.prefix = prefix
        """What stands before the parenthesis: ``#``, ``#vu8``, ``#*`` …"""
        self.items = items
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Vector({self.prefix!r}, {self.items!r})"


class List:
    """A list; ``'x`` is ``(quote x)``, as in Guile."""

    __slots__ = ("end", "items", "start", "tail")

    def __init__(self, items: list[Node], start: int, end: int, tail: Node | None = None) -> None:
        self.items = items
        self.start = start
        """Offset of the opening parenthesis or the quotation mark."""
        self.end = end
        """Offset behind the closing parenthesis."""
        self.tail = tail
        """What follows the dot of an improper list."""

    @property
    def head(self) -> str | None:
        """The name of the symbol that it begins with, if it does."""
        first = self.items[0] if self.items else None
        return first.name if type(first) is Symbol else None

    def __repr__(self) -> str:
        return (
            f"List({self.items!r})"
            if self.tail is None
            else f"List({self.items!r} . {self.tail!r})"
        )


class CutList(List):
    """A list whose end is not in the text that was there to read."""

    __slots__ = ()


class HeadlessList(List):
    """A list whose beginning is not in the text that was there to read."""

    __slots__ = ()

    @property
    def head(self) -> str | None:
        """Not known: what stands first here did not stand first."""
        return None


Node = Symbol | Keyword | String | Number | Boolean | Character | Nil | Vector | List


class Comment:
    """A comment of a line (``; …``) or a block (``#| … |#``), and where it stood."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        """Without semicolons or bars."""
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Comment({self.text!r})"


class Positions:
    """Lines and columns of the offsets of one text.

    Lines are counted block by block, and looked at only in the blocks that are asked about: of a
    long file a patch touches a few lines.
    """

    __slots__ = ("_ends", "_first_line", "_starts", "_text")

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text = text
        self._first_line = first_line
        self._ends: list[int] = []
        """How many lines end before each block, and in the whole text."""
        self._starts: dict[int, list[int]] = {}
        """By block, the offsets behind the ends of lines in it."""

    def line(self, offset: int) -> int:
        """Return the number of the line that holds ``offset``."""
        block = min(offset, len(self._text)) // _BLOCK
        ends = self._ends or self._count()
        return self._first_line + ends[block] + bisect_right(self._starts_in(block), offset)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return line (from the text's first line's number) and column (from 0)."""
        return self.line(offset), offset - (self._text.rfind("\n", 0, offset) + 1)

    def offset_of_line(self, line: int) -> int:
        """Return the offset at which a line begins; the end of the text for one behind it."""
        ends = self._ends or self._count()
        index = line - self._first_line
        if index <= 0:
            return 0
        if index > ends[-1]:
            return len(self._text)
        block = bisect_left(ends, index) - 1
        return self._starts_in(block)[index - ends[block] - 1]

    def _count(self) -> list[int]:
        text = self._text
        blocks = range(0, len(text) + 1, _BLOCK)
        counts = (text.count("\n", begin, begin + _BLOCK) for begin in blocks)
        self._ends = list(accumulate(counts, initial=0))
        return self._ends

    def _starts_in(self, block: int) -> list[int]:
        starts = self._starts.get(block)
        if starts is None:
            begin = block * _BLOCK
            lines = self._text[begin : begin + _BLOCK].split("\n")[:-1]
            starts = list(accumulate(map(_LENGTH_WITH_END, map(len, lines)), initial=begin))[1:]
            self._starts[block] = starts
        return starts
