# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of TOML values."""

from __future__ import annotations

import tomllib

import pytest

from bot.toml_document import TomlDocument, TomlSyntaxError

TEXT = '''\
# a comment
title = "x"

[sizes]
note = 1  # with a comment
warn = [
  1,
  2,
]
deep.key = true

[[rules]]
id = "one"
text = """
two
lines"""
severity = "loud"

# in between
[[rules]]
id = "two"

[rules.more]
inner = { a = 1 }

[last]
x = 1
'''


def test_values_are_those_of_the_standard_reader() -> None:
    assert TomlDocument(TEXT).values == tomllib.loads(TEXT)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("sizes",), 4),
        (("sizes", "note"), 5),
        (("sizes", "warn"), 6),
        (("sizes", "warn", 1), 6),
        (("sizes", "deep", "key"), 4),  # a dotted key: its table
        (("rules", 0), 12),
        (("rules", 0, "id"), 13),
        (("rules", 0, "text"), 14),
        (("rules", 0, "severity"), 17),
        (("rules", 0, "missing"), 12),
        (("rules", 1), 20),
        (("rules", 1, "id"), 21),
        (("rules", 1, "more", "inner"), 24),
        (("rules", 1, "more", "inner", "a"), 24),
        (("last", "x"), 27),
        (("nowhere",), None),
    ],
)
def test_line_of(path: tuple[str | int, ...], line: int | None) -> None:
    assert TomlDocument(TEXT).line_of(path) == line


def test_looking_for_a_line_changes_nothing() -> None:
    document = TomlDocument(TEXT)
    first = document.line_of(("rules", 0, "severity"))
    assert document.line_of(("rules", 0, "severity")) == first
    assert document.values == tomllib.loads(TEXT)


@pytest.mark.parametrize(
    ("text", "line"), [("a = \n", 1), ("a = 1\nb 2\n", 2), ("x=1\nx=2\n", None)]
)
def test_syntax_error(text: str, line: int | None) -> None:
    with pytest.raises(TomlSyntaxError) as caught:
        TomlDocument(text)
    assert line is None or caught.value.line == line
    assert " at line " not in str(caught.value)
