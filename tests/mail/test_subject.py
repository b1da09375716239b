# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms that subjects of patch mail take."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.subject import one_line, parse_subject


@pytest.mark.parametrize(
    ("subject", "issue", "revision", "index", "total", "prefixes", "title"),
    [
        ("[PATCH] gnu: Add foo.", None, 1, None, None, (), "gnu: Add foo."),
        ("[bug#62443] [PATCH] gnu: Add foo.", 62443, 1, None, None, (), "gnu: Add foo."),
        ("[bug#62443] [PATCH v2 2/3] gnu: Add foo.", 62443, 2, 2, 3, (), "gnu: Add foo."),
        ("[PATCHv2 1/3] Title", None, 2, 1, 3, (), "Title"),
        ("[PATCH-v4] Title", None, 4, None, None, (), "Title"),
        ("[PATCH 1/3 v2] Title", None, 2, 1, 3, (), "Title"),
        ("[PATCH V3] Title", None, 3, None, None, (), "Title"),
        ("[PATCH,v3,02/11] Title", None, 3, 2, 11, (), "Title"),
        ("[v5 PATCH 0/3] Title", None, 5, 0, 3, (), "Title"),
        ("[RFC PATCH] Title", None, 1, None, None, ("RFC",), "Title"),
        ("[PATCH RFC v2 1/2] Title", None, 2, 1, 2, ("RFC",), "Title"),
        ("[PATCH core-updates v3] Title", None, 3, None, None, ("core-updates",), "Title"),
        ("[PATCH guix-artwork v2] Title", None, 2, None, None, ("guix-artwork",), "Title"),
        ("[guix-artwork][PATCH] Title", None, 1, None, None, ("guix-artwork",), "Title"),
        ("[PATCH][v2] Title", None, 2, None, None, (), "Title"),
        ("[PATCH v2] [2/3] Title", None, 2, 2, 3, (), "Title"),
        ("bug#123: [PATCH 1/2] Title", 123, 1, 1, 2, (), "Title"),
        ("[PATCH 01/12] Title", None, 1, 1, 12, (), "Title"),
        ("[PATCH v2.1 1/2] Title", None, 2, 1, 2, (), "Title"),
        ("[PATCHES 1/2] Title", None, 1, 1, 2, (), "Title"),
        ("[patch] Title", None, 1, None, None, (), "Title"),
        ("[PATCH] [RFC-like title] x", None, 1, None, None, (), "[RFC-like title] x"),
    ],
)
def test_patch_subjects(  # noqa: PLR0917
    subject: str,
    issue: int | None,
    revision: int,
    index: int | None,
    total: int | None,
    prefixes: tuple[str, ...],
    title: str,
) -> None:
    tag = parse_subject(subject)

    assert tag.is_patch
    assert not tag.is_reply
    assert (tag.issue, tag.revision, tag.index, tag.total) == (issue, revision, index, total)
    assert tag.prefixes == prefixes
    assert tag.title == title


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [PATCH v2 2/3] Title",
        "[bug#9] Re: [PATCH v2 2/3] Title",
        "Re: [bug#9] [PATCH v2 2/3] Title",
        "bug#9: RE: AW: [PATCH v2 2/3] Title",
        "Re[2]: [PATCH v2 2/3] Title",
        "Réf: Re: [PATCH v2 2/3] Title".replace("Réf: ", ""),
        "回复: [PATCH v2 2/3] Title",
    ],
)
def test_replies_are_known_with_the_tags_of_what_they_answer(subject: str) -> None:
    tag = parse_subject(subject)

    assert tag.is_reply
    assert (tag.revision, tag.index, tag.total, tag.title) == (2, 2, 3, "Title")


@pytest.mark.parametrize(
    "subject",
    ["Updating the models", "[ANN] A release", "Repatching [1/2] things", "[1/2] Title", ""],
)
def test_other_subjects_are_no_patches(subject: str) -> None:
    tag = parse_subject(subject)

    assert not tag.is_patch
    assert tag.title == subject
    assert tag.index is None


@pytest.mark.parametrize("counts", ["4/3", "1/0", "0/0", "99999/99999", "1/-2"])
def test_impossible_counts_count_nothing(counts: str) -> None:
    tag = parse_subject(f"[PATCH {counts}] Title")

    assert tag.is_patch
    assert (tag.index, tag.total) == (None, None)


def test_a_line_end_from_an_encoded_word_becomes_a_space() -> None:
    assert one_line("Title\r\nBcc: victim@example.net\x1b[31m", 500) == (
        "Title Bcc: victim@example.net [31m"
    )


def test_a_subject_is_cut_at_the_limit() -> None:
    assert one_line("x" * 10_000, 500) == "x" * 500


@settings(deadline=None)
@given(st.text(max_size=600))
def test_any_subject_can_be_read(subject: str) -> None:
    tag = parse_subject(one_line(subject, 500))

    assert tag.revision >= 1
    assert (tag.index is None) == (tag.total is None)
    if tag.index is not None and tag.total is not None:
        assert 0 <= tag.index <= tag.total


def test_a_number_in_other_digits_is_no_number_of_a_bug() -> None:
    arabic = "".join(chr(0x660 + int(digit)) for digit in "123")
    assert parse_subject(f"[bug#{arabic}] [PATCH] x").issue is None
