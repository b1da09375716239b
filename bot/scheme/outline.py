# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the top-level forms of a big text begin, without reading the text into nodes.

Guix indents everything that is not at top level, so a parenthesis in column 0 begins a top-level
form -- unless it stands in a string or a comment, which is why those are skipped over exactly as
the reader would.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import partial
from sys import getsizeof
from typing import Final

from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.recent import Recent
from bot.scheme.nodes import List, Positions
from bot.scheme.reader import ReadError, Reading, read_form
from bot.scheme.tokens import EXTENDED_SYMBOL_END

_SKIPPED: Final = (
    r'[^"#;\n]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"?|;[^\n]*+|\n(?![(\[])|\#(?:\\[^\n]?|(?![\\;{!|]))'
)
"""White space, words, strings, comments of a line, ends of lines that no form follows."""
_AT_ONCE: Final = 10_000
"""Of these; each takes a hundred bytes of memory until the match is done.  Where there are more of
them, ``more`` matches."""
# An atomic group, no possessive repeat: that one fails where its part has to go back, up to
# Python 3.11.4 (https://github.com/python/cpython/issues/106052), which Debian 12 has.
_NEXT: Final = re.compile(
    rf"(?>(?:{_SKIPPED}){{0,{_AT_ONCE}}})"
    r"(?:\n(?P<form>[(\[])|\#(?:(?P<datum>;)|(?P<symbol>\{)|(?P<scsh>!)|(?P<block>\|))"
    r"|(?P<more>(?!\Z)))",
    re.DOTALL,
)
_NEXT_NO_SYMBOL: Final = re.compile(_NEXT.pattern.replace(";{!|", ";!|"), _NEXT.flags)
"""The same behind a ``#{`` without an end: then none that follows has one."""
_BYTES_OF_DATUM: Final = 200
"""Of memory, for a datum that was read and its place in a list ..."""
_BYTES_OF_START: Final = 150
"""... and for the offset and the name of a definition."""
_OVERLAP: Final = 1
"""How many times the length of the text its forms may have together ..."""
_OVERLAP_LEAST: Final = 100_000
"""... beyond so many characters."""
_STEPS_BACK: Final = 20
"""How many parentheses in column 0 a form may hold and still be found by a line behind them."""
_BORDER: Final = re.compile(r"\|\#|\#\|")
_DEFINED: Final = re.compile(r"\(define[^\s()\[\]]*[ \t\n]+\(*([^\s()\[\];\"]+)")


def outline_of(text: str, limits: Limits = DEFAULT_LIMITS) -> Outline:
    """Return the outline of a text: the one that is kept, or a new one."""
    outline = _KEPT.get(text)
    if outline is None or not (outline.limits is limits or outline.limits == limits):
        outline = Outline(text, limits)
    return outline


def keep(outlines: Iterable[Outline]) -> None:
    """Keep the outlines of files that are likely to be asked for again, with what was read."""
    for outline in outlines:
        _KEPT.put(outline.text, outline)


class Outline:
    """The top-level forms of one text: where they begin, what they define."""

    def __init__(self, text: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self.text = text
        self.positions = Positions(text)
        self.limits = limits
        self._starts = _starts(text)
        self._definitions: dict[str, int] | None = None
        self._read: dict[int, Reading | Callable[[], Exception]] = {}
        self._characters_read = 0
        self._data_read = 0
        self._data: dict[int, int] = {}

    @property
    def memory(self) -> int:
        """About how many bytes it takes."""
        return (
            getsizeof(self.text)
            + _BYTES_OF_START * len(self._starts)
            + _BYTES_OF_DATUM * self._data_read
        )

    @property
    def starts(self) -> list[int]:
        """Offsets of the parentheses that begin top-level forms."""
        return self._starts

    def start_at(self, offset: int) -> int | None:
        """Return where the top-level form that holds ``offset`` begins, or None."""
        index = bisect_right(self._starts, offset) - 1
        return self._starts[index] if index >= 0 else None

    def text_at(self, start: int) -> str:
        """Return the text from one parenthesis in column 0 to the next."""
        index = bisect_right(self._starts, start)
        return self.text[start : self._starts[index] if index < len(self._starts) else None]

    def definitions(self) -> dict[str, int]:
        """Return the names that the text defines at top level, and where (the last one counts).

        Every form whose head begins with ``define`` is taken for a definition of what comes next.
        """
        if self._definitions is None:
            found = {}
            for start in self._starts:
                if (name := self.defined_at(start)) is not None:
                    found[name] = start
            self._definitions = found
        return self._definitions

    def defined_at(self, start: int) -> str | None:
        """Return the name that the form at an offset defines, as the text shows it, or None."""
        match = _DEFINED.match(self.text, start)
        return match[1] if match else None

    def read(self, start: int) -> Reading:
        """Read the one form at ``start``, once.

        Raises what ``read_form`` raises, and LimitExceededError where the forms hold each other:
        the forms of a file that is whole stand one behind the other.
        """
        reading = self._read.get(start)
        if reading is None:
            before = self._data_read
            reading = self._read_now(start)
            self._read[start] = reading
            self._data[start] = self._data_read - before
        if not isinstance(reading, Reading):
            raise reading()
        return reading

    def data_at(self, start: int) -> int:
        """Return how many data were read of the form at an offset."""
        return self._data.get(start, 0)

    def _read_now(self, start: int) -> Reading | Callable[[], Exception]:
        """Return what was read, or what makes the error: one that was raised holds its frames."""
        if self._characters_read > _OVERLAP * len(self.text) + _OVERLAP_LEAST:
            return partial(LimitExceededError, "too many definitions have no end")
        try:
            return read_form(self.text, start, self.limits, self.positions, self._count)
        except ReadError as error:
            return partial(ReadError, error.reason, error.offset, error.line, error.column)
        except LimitExceededError as error:
            return partial(LimitExceededError, *error.args)

    def _count(self, characters: int, data: int) -> None:
        self._characters_read += characters
        self._data_read += data

    def form_at_line(self, line: int) -> List | None:
        """Return the top-level form that covers a line, or None where none does.

        Raises ReadError where that form is broken.
        """
        begin = self.positions.offset_of_line(line)
        end = self.positions.offset_of_line(line + 1)
        start = self.start_at(max(begin, end - 1))
        for _ in range(_STEPS_BACK):
            if start is None:
                break
            form = self._form(start)
            earlier = self.start_at(start - 1)
            if earlier is not None and self._reaches(earlier, start):
                start = earlier
                continue
            return form if form is not None and form.end > begin else None
        return None

    def _reaches(self, earlier: int, start: int) -> bool:
        """Tell whether the form at ``earlier`` encloses the parenthesis at ``start``."""
        try:
            form = self._form(earlier)
        except ReadError:
            return False
        return form is not None and form.end > start

    def _form(self, start: int) -> List | None:
        forms = self.read(start).forms
        form = forms[0] if forms else None
        return form if isinstance(form, List) else None


def _starts(text: str) -> list[int]:
    """Return the offsets of parentheses in column 0 outside strings and comments."""
    starts = [0] if text[:1] in {"(", "["} else []
    position = 0
    commented = -1
    following = _NEXT
    while match := following.match(text, position):
        kind = match.lastgroup
        position = match.end()
        if kind == "form":
            start = position - 1
            if commented < 0 or text[commented:start].strip():
                starts.append(start)
            commented = -1
        elif kind == "datum":
            commented = position
        elif kind == "symbol" and following is _NEXT:
            symbol = EXTENDED_SYMBOL_END.search(text, position)
            position = symbol.end() if symbol else position
            following = following if symbol else _NEXT_NO_SYMBOL
        elif kind in {"scsh", "block"}:
            position = _comment_end(text, position - 2, str(kind))
    return starts


def _comment_end(text: str, start: int, kind: str) -> int:
    if kind == "scsh":
        end = text.find("!#", start + 2)
        return len(text) if end < 0 else end + 2
    depth = 0
    for border in _BORDER.finditer(text, start):
        depth += 1 if border.group() == "#|" else -1
        if depth == 0:
            return border.end()
    return len(text)


_KEPT: Final[Recent[str, Outline]] = Recent(
    DEFAULT_LIMITS.kept_outline_bytes, lambda outline: outline.memory
)
