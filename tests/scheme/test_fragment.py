# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that begins and ends in the middle of forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.scheme.fragment import Fragment, read_fragment
from bot.scheme.nodes import CutList, List, Positions


def _read(text: str) -> Fragment:
    return read_fragment(text, 0, len(text), Positions(text))


def test_a_tail_and_a_whole_form_and_a_beginning() -> None:
    fragment = _read("  (x 1))\n (y 2))\n\n(define a\n  1)\n(define b\n  (c\n")
    tail, whole, beginning = fragment.chunks
    assert tail.headless
    assert [[item.head for item in level if isinstance(item, List)] for level in tail.levels()] == [
        ["x"],
        ["y"],
        [],
    ]
    assert whole.complete
    assert whole.form is not None
    assert whole.form.head == "define"
    assert beginning.cut
    assert isinstance(beginning.form, CutList)
    assert isinstance(beginning.form.items[-1], CutList)


def test_a_beginning_within_a_string() -> None:
    fragment = _read('the end of a (list of) words.")\n    (license expat)))\n\n(define b 1)\n')
    first = fragment.chunks[0]
    heads = [item.head for level in first.levels() for item in level if isinstance(item, List)]
    assert heads == ["license"]
    assert fragment.chunks[1].complete


def test_an_end_within_a_string() -> None:
    fragment = _read('(define b\n  (package\n    (version "1")\n    (description "The')
    assert fragment.chunks[0].cut


@given(st.text(alphabet="()[]'`,@#;|\"\\ \n.ab:1", max_size=80))
def test_anything_is_taken(text: str) -> None:
    _read(text)
