# SPDX-License-Identifier: GPL-3.0-or-later
"""Text as mdoc(7) takes it.

Source: mandoc_char(7), "Escapes"; mdoc(7), "MACRO SYNTAX"; roff(7).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

_WIDTH = 78
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[(])")
_MACRO = re.compile(r"[A-Z][a-z]\b|[.,:;()\[\]?!|]\Z")

_HEADINGS = (".Sh", ".Ss")
_DISPLAYS = (".Sh", ".Ss", ".Bd", ".Bl")


def escaped(text: str) -> str:
    """Return text with nothing in it that roff would take for its own."""
    return text.replace("\\", "\\e").replace("'", "\\(aq").replace("`", "\\(ga")


def words(text: str) -> str:
    """Return the arguments of a macro: none of them is taken for a macro or for punctuation."""
    return " ".join(
        f"\\&{escaped(word)}" if _MACRO.fullmatch(word) else escaped(word).replace('"', "\\(dq")
        for word in text.split()
    )


def prose(text: str) -> Iterator[str]:
    """Yield running text, each sentence on a line of its own, as mdoc(7) wants it."""
    for sentence in _SENTENCE.split(" ".join(text.split())):
        yield from (_line(line) for line in textwrap.wrap(escaped(sentence), _WIDTH))


def literal(text: str) -> Iterator[str]:
    """Yield lines that are set as they are; a heading in front of them is a line of prose."""
    lines = textwrap.dedent(text).strip("\n").splitlines()
    if lines and lines[0].endswith(":"):
        yield from prose(lines[0])
        lines = textwrap.dedent("\n".join(lines[1:])).splitlines()
    yield ".Bd -literal -offset indent"
    yield from (_line(escaped(line).replace("-", "\\-")) for line in lines)
    yield ".Ed"


def tidy(lines: Iterable[str]) -> Iterator[str]:
    """Yield ``lines`` without the paragraphs that would begin where one has just begun."""
    before, waiting = "", False
    for line in lines:
        if line == ".Pp":
            waiting = True
            continue
        if waiting and not before.startswith(_HEADINGS) and not line.startswith(_DISPLAYS):
            yield ".Pp"
        waiting = False
        before = line
        yield line


def _line(line: str) -> str:
    """Keep the first character from making the line a macro."""
    return f"\\&{line}" if line.startswith((".", "\\(aq")) else line
