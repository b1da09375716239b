# SPDX-License-Identifier: GPL-3.0-or-later
"""TOML with line numbers: the values of a file, and the line on which each of them stands.

The standard library's reader forgets where a value stood, and a person who is told "severity:
not one of fail, warn, note" in a file of forty rules deserves the line.  tomlkit keeps every
character, so a line is found by marking the value with a comment and looking for the mark in what
tomlkit writes back.  It takes seven times as long as the standard library's reader, and so reads
only what has a mistake.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError, TOMLKitError
from tomlkit.items import AoT, Item, Table

_MARK = "\N{PILCROW SIGN}weighbridge-looks-for-this-line\N{PILCROW SIGN}"


class TomlSyntaxError(ValueError):
    """The text is no TOML; ``line`` counts from 1 (None where the reader did not say)."""

    def __init__(self, message: str, line: int | None) -> None:
        """Keep the message without its position, and the line."""
        super().__init__(message)
        self.line = line


class TomlDocument:
    """A parsed TOML text that knows the lines of its values."""

    def __init__(self, text: str) -> None:
        """Parse ``text``; raises ``TomlSyntaxError``."""
        self._text = text
        self.values: dict[str, Any]
        """The whole document as plain Python values."""
        try:
            self.values = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            self.values = self._document.unwrap()

    @cached_property
    def _document(self) -> TOMLDocument:
        try:
            return tomlkit.parse(self._text)
        except ParseError as error:
            message = str(error).rsplit(" at line ", 1)[0]
            raise TomlSyntaxError(message, error.line) from error
        except TOMLKitError as error:
            raise TomlSyntaxError(str(error), None) from error

    def line_of(self, path: Sequence[str | int]) -> int | None:
        """Return the line (from 1) of the value at ``path``, or of its nearest written parent.

        ``("rules", 2, "severity")`` is the key ``severity`` of the third ``[[rules]]``; where that
        key is not written, the line of the third ``[[rules]]`` is returned.  None where not even
        the first step is written, or where only the standard library takes the text for TOML.
        """
        with suppress(TomlSyntaxError):
            return self._line_of(path)
        return None

    def _line_of(self, path: Sequence[str | int]) -> int | None:
        for length in range(len(path), 0, -1):
            line = self._marked_line(path[:length])
            if line is not None:
                return line
        return None

    def _marked_line(self, path: Sequence[str | int]) -> int | None:
        document = copy.deepcopy(self._document)
        item = _follow(document, path)
        if isinstance(item, AoT):
            item = item.body[0] if item.body else None
        if not isinstance(item, Item):
            return None
        try:
            item.comment(_MARK)
        except (TOMLKitError, RuntimeError, ValueError):
            return None
        before, mark, _ = document.as_string().partition(_MARK)
        if not mark:
            return None
        # The mark stands behind the value: a value of several lines begins above it.
        own_lines = 0 if isinstance(item, Table) else item.as_string().count("\n")
        return before.count("\n") + 1 - own_lines


def _follow(value: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401  (any TOML value)
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError, TOMLKitError):
            return None
    return value
