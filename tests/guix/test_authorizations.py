# SPDX-License-Identifier: GPL-3.0-or-later
"""``.guix-authorizations``: the keys of a channel's committers."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guix.authorizations import Authorization, AuthorizationsError, read_authorizations
from bot.limits import Limits

FILE = """\
;; This file, which is best viewed as -*- Scheme -*-, lists the OpenPGP keys.

(authorizations
 (version 0)

 (;; primary: "D963 A5A3 8A80 3D52 4461  F914 7483 0A27 6C32 8EC2"
  ("2841 9AC6 5038 7440 C7E9  2FFA 2208 D209 58C1 DEB0"
   (name "ada"))
  ("ad17a21ef8aed8f1cc02dbd9f7d5c9bf765c61e3")
  #;("0000 0000 0000 0000 0000  0000 0000 0000 0000 0000" (name "gone"))
  ("27D5 86A4 F890 0854 329F  F09F 1260 E464 82E6 3562" (note "x") (name "bob"))))
"""


def test_the_format_of_guix() -> None:
    assert read_authorizations(FILE) == (
        Authorization("28419AC650387440C7E92FFA2208D20958C1DEB0", "ada"),
        Authorization(*["AD17A21EF8AED8F1CC02DBD9F7D5C9BF765C61E3"] * 2),
        Authorization("27D586A4F8900854329FF09F1260E46482E63562", "bob"),
    )


def test_a_key_that_stands_twice() -> None:
    entry = f'("{"A" * 40}" (name "NAME"))'
    twice = f"(authorizations (version 0) ({entry} {entry.replace('NAME', 'other')}))"
    assert read_authorizations(twice) == (Authorization("A" * 40, "NAME"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(",
        "authorizations",
        "(authorizations)",
        "(authorizations (version 0))",
        "(authorizations (version 1) ())",
        "(authorizations (version) ())",
        '(authorizations (version "0") ())',
        "(authorizations () ())",
        "(authorizations (version 0) x)",
        "(authorizations (version 0) (() . x))",
        "(other (version 0) ())",
        '(authorizations (version 0) ("AAAA"))',
        "(authorizations (version 0) (()))",
        "(authorizations (version 0) ((x)))",
        '(authorizations (version 0) (("ABCD 1234")))',
        f'(authorizations (version 0) (("{"A" * 39}G")))',
        f'(authorizations (version 0) (("{"A" * 41}")))',
        "(list (authorizations (version 0) ()))",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(AuthorizationsError, match=r"\.guix-authorizations"):
        read_authorizations(text)


def test_bounds() -> None:
    with pytest.raises(AuthorizationsError, match="more than 2 keys"):
        read_authorizations(FILE, Limits(authorizations=2))
    with pytest.raises(AuthorizationsError, match="not Scheme"):
        read_authorizations("(" * 2_000)


def test_names_that_could_steer_a_terminal() -> None:
    text = f'(authorizations (version 0) (("{"A" * 40}" (name "\\x1b;[2J"))))'
    (found,) = read_authorizations(text)
    assert found.name == found.fingerprint


_HEX = st.text("0123456789abcdefABCDEF", min_size=40, max_size=40)


@given(
    st.lists(st.tuples(_HEX, st.text("abc-é", min_size=1)), unique_by=lambda one: one[0].upper()),
    st.sampled_from(["", " ", "  "]),
)
def test_reads_back_what_was_written(written: list[tuple[str, str]], gap: str) -> None:
    entries = [
        f'("{gap.join(digits[at : at + 4] for at in range(0, 40, 4))}" (name "{name}"))'
        for digits, name in written
    ]
    text = f"(authorizations (version 0) ({' '.join(entries)}))"
    assert [(one.fingerprint, one.name) for one in read_authorizations(text)] == [
        (digits.upper(), name) for digits, name in written
    ]


_PIECES = ["(", ")", "authorizations", "version", " ", "0", '"', "A" * 40, "name", ";", "."]


@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_never_raises_anything_else(pieces: list[str]) -> None:
    with suppress(AuthorizationsError):
        read_authorizations("".join(pieces))
        read_authorizations(f"(authorizations (version 0) ({''.join(pieces)}))")
