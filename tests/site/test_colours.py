# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a line of Scheme."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.site.colours import tokens

KINDS = {"comment", "string", "keyword", "constant", "number", "head", "plain"}


def _kinds(line: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(line) if token.text.strip(" ()[]'`,")]


def test_the_parts_of_a_line() -> None:
    assert _kinds('  (list #:substitutable? #f "a\\"b" 12 x) ; so') == [
        ("head", "list"),
        ("keyword", "#:substitutable?"),
        ("constant", "#f"),
        ("string", '"a\\"b"'),
        ("number", "12"),
        ("plain", " x) "),
        ("comment", "; so"),
    ]


def test_a_gexp_and_a_string_that_goes_on() -> None:
    assert ("head", "string-append") in _kinds("#~'((#$(string-append name")
    assert ("string", '"https://example.org/') in _kinds('(uri "https://example.org/')
    assert ("head", "license:asl2.0") not in _kinds("(license license:asl2.0)")


@given(st.text(alphabet="()[]\"\\;#:~'`,$+@ \tabt10.-λ"))
def test_the_parts_are_the_line(line: str) -> None:
    found = tokens(line)
    assert "".join(token.text for token in found) == line
    assert {token.kind for token in found} <= KINDS


@given(st.text())
def test_nothing_is_lost_of_any_text(line: str) -> None:
    assert "".join(token.text for token in tokens(line)) == line.replace("\n", "\n")
