# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses a name: one search and the index of all names agree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.guix.modules import Module, Modules
from bot.guix.users import _Users, dependents, public_names
from bot.limits import DEFAULT_LIMITS

_NAMES = ("foo", "foo-bar", "bar", "make-foo")
_PIECES = st.sampled_from(
    (
        *_NAMES,
        " ",
        "\n",
        "(inherit ",
        "(package-version ",
        "'",
        ",",
        "@",
        ";",
        '"foo"',
        "(list ",
        ")",
    )
)


def _module(text: str) -> Module:
    return Modules(None, DEFAULT_LIMITS).add("a.scm", text)


def _definitions(bodies: list[list[str]]) -> str:
    heads = ("define", "define-public")
    return "".join(
        f"({heads[index % 2]} {_NAMES[index]}\n  x{''.join(body)} y)\n"
        for index, body in enumerate(bodies)
    )


@given(st.lists(st.lists(_PIECES, max_size=8), min_size=4, max_size=4))
def test_a_search_and_the_index_agree(bodies: list[list[str]]) -> None:
    module = _module(_definitions(bodies))
    packages = public_names(module)
    for name in _NAMES:
        searched, indexed = _Users(module, packages), _Users(module, packages)
        indexed._searches = 1_000
        assert searched.of(name) == indexed.of(name)


def test_a_chain_of_many_is_followed_whatever_its_length() -> None:
    text = "".join(f"(define v{n} (list v{n - 1}))\n" for n in range(1, 100))
    assert len(dependents(_module("(define v0 1)\n" + text), ["v0"], ())) == 99


def test_a_package_that_is_only_an_input_changes_no_other() -> None:
    user = "(define-public user\n  (package (inputs (list moved))))\n"
    heir = "(define-public heir\n  (package (inherit moved)))\n"
    assert dependents(_module(user + heir), ["moved"], {"moved"}) == ["heir"]
