# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader on its own: positions, comments, bounds, and that nothing makes it crash."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import DEFAULT_LIMITS, LimitExceededError
from bot.scheme.nodes import List, Node, String, Symbol
from bot.scheme.reader import ReadError, read_all, read_form
from bot.scheme.shape import shape
from tests.scheme.printing import printed

_SYNTAX = st.text(alphabet="()[]'`,@#;|\"\\ \n.ab:1!{}~$+tfxv8", max_size=60)
_NAMES = st.from_regex(r"[a-z!$%&*/<=>?^_~][a-z0-9!$%&*/:<=>?^_~+.@-]{0,8}", fullmatch=True)


def _trees() -> st.SearchStrategy[Node]:
    atoms = st.one_of(
        _NAMES.map(lambda name: Symbol(name, 0)),
        st.text(max_size=20).filter(_encodable).map(lambda value: String(value, 0, 0)),
    )
    return st.recursive(
        atoms, lambda inner: st.lists(inner, max_size=5).map(lambda items: List(items, 0, 0))
    )


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


@given(_SYNTAX)
def test_nothing_but_the_declared_errors(text: str) -> None:
    try:
        read_all(text)
    except ReadError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017


@given(_trees())
def test_what_is_printed_is_read_back(tree: Node) -> None:
    assert shape(read_all(printed(tree)).forms[0]) == shape(tree)


def test_lines_and_columns() -> None:
    reading = read_all("a\n  (b\n   c)\n")
    form = reading.forms[1]
    assert reading.positions.line_and_column(form.start) == (2, 2)
    assert isinstance(form, List)
    assert reading.positions.line_and_column(form.items[1].start) == (3, 3)
    assert reading.positions.line(form.end - 1) == 3


def test_comments_are_kept_with_their_lines() -> None:
    reading = read_all(';; one\n(a ; two\n b)\n#| three |#\n"; none"')
    found = [(reading.positions.line(one.start), one.text) for one in reading.comments]
    assert found == [(1, "one"), (2, "two"), (4, "three")]


def test_an_error_says_where() -> None:
    with pytest.raises(ReadError, match="line 2, column 4") as caught:
        read_all("(a)\n (b ]")
    assert (caught.value.line, caught.value.column, caught.value.offset) == (2, 4, 8)


def test_one_form_is_read_and_what_follows_is_not() -> None:
    reading = read_form("(a) (b (c)) ((((", 4)
    assert len(reading.forms) == 1
    assert reading.end == 11


def test_depth_is_bounded() -> None:
    limits = dataclasses.replace(DEFAULT_LIMITS, scheme_depth=10)
    read_all("(" * 10 + ")" * 10, limits)
    with pytest.raises(LimitExceededError, match="nested more than 10 deep"):
        read_all("(" * 11 + ")" * 11, limits)
    with pytest.raises(LimitExceededError):
        read_all("'" * 11 + "a", limits)


def test_size_is_bounded() -> None:
    limits = dataclasses.replace(DEFAULT_LIMITS, scheme_bytes=10, scheme_forms=3)
    with pytest.raises(LimitExceededError, match="characters"):
        read_all("a" * 11, limits)
    with pytest.raises(LimitExceededError, match="4 forms"):
        read_all("a b c d", limits)
