# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding one form in a big text."""

from __future__ import annotations

import tracemalloc

import pytest

from bot.limits import Limits
from bot.scheme.nodes import List, Symbol
from bot.scheme.outline import Outline, keep, outline_of
from bot.scheme.reader import ReadError, read_all

TEXT = """\
(define-module (a))

;; (define commented
(define-public one
  "a string with
(define not-one)
in it")
#|
(define nor-this)
|#
#;(define nor-that)
#;
(define nor-those)
(define (two x)
  #\\"
  x)

(define three
(list 1
2))
"""


def _head(form: List | None) -> str | None:
    return form.head if form is not None else None


def test_definitions_are_found_where_they_are() -> None:
    outline = Outline(TEXT)
    assert list(outline.definitions()) == ["a", "one", "two", "three"]


@pytest.mark.parametrize(
    ("line", "name"),
    [(4, "one"), (5, "one"), (6, "one"), (7, "one"), (14, "two"), (16, "two"), (18, "three")],
)
def test_the_form_at_a_line(line: int, name: str) -> None:
    form = Outline(TEXT).form_at_line(line)
    assert form is not None
    target = form.items[1]
    while isinstance(target, List):
        target = target.items[0]
    assert getattr(target, "name", None) == name


@pytest.mark.parametrize("line", [2, 3, 9, 11, 17, 40])
def test_lines_between_forms(line: int) -> None:
    assert Outline(TEXT).form_at_line(line) is None


def test_a_parenthesis_in_column_0_inside_a_form() -> None:
    form = Outline(TEXT).form_at_line(19)
    assert _head(form) == "define"


def test_a_broken_form_does_not_hide_the_others() -> None:
    outline = Outline("(define a (b)\n\n(define c 1)\n")
    with pytest.raises(ReadError):
        outline.form_at_line(1)
    assert _head(outline.form_at_line(3)) == "define"


@pytest.mark.parametrize(
    ("symbol", "name"),
    [("#{a b}#", "a b"), ("#{a}b}#", "a}b"), ("#{}}#", "}"), (r"#{a\}#(}#", "a}#("),
     (r"#{a\\}#", "a\\"), (r"#{\\\}#}b}#", "\\}#}b")],
)  # fmt: skip
def test_a_symbol_in_braces_ends_where_it_ends(symbol: str, name: str) -> None:
    forms = read_all(f"{symbol} (b)").forms
    assert [form.name for form in forms if isinstance(form, Symbol)] == [name]
    outline = Outline(f"(define a {symbol})\n(define b 1)\n")
    assert list(outline.definitions()) == ["a", "b"]


@pytest.mark.parametrize("piece", ["#a", '""', "#{", ";\n", "a\n", "#\\(\n"])
@pytest.mark.parametrize("odd", ["", "#a"])
def test_a_long_way_to_the_next_form_takes_no_memory(piece: str, odd: str) -> None:
    text = f"{odd}{piece * 100_000}\n(define b 1)\n"
    tracemalloc.start()
    try:
        starts = Outline(text).starts
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert starts == [text.rindex("(")]
    assert peak < 5_000_000


def test_what_it_takes_grows_with_what_is_read() -> None:
    outline = Outline("(define a '(" + "(b) " * 5_000 + "))\n(define c 1)\n")
    before = outline.memory
    tracemalloc.start()
    try:
        outline.read(0)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken / 2 < outline.memory - before < taken * 3


def test_an_error_that_is_told_again_holds_nothing_of_the_first_time() -> None:
    outline = Outline("(define a (b)\n")
    errors = []
    for _ in range(2):
        with pytest.raises(ReadError) as raised:
            outline.read(0)
        errors.append(raised.value)
    assert errors[0] is not errors[1]
    assert str(errors[0]) == str(errors[1])
    assert (errors[0].line, errors[0].column) == (errors[1].line, errors[1].column)


def test_what_is_kept_is_given_again() -> None:
    text = "(define kept 1)\n"
    first = outline_of(text)
    assert outline_of(text) is not first
    keep([first])
    assert outline_of(text) is first
    assert outline_of(text, Limits(scheme_depth=3)) is not first
