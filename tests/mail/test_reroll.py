# SPDX-License-Identifier: GPL-3.0-or-later
"""One patch sent anew, the others standing."""

from __future__ import annotations

from dataclasses import replace

from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.reroll import with_carried_over
from tests.mail.mails import PATCH_BODY, parsed


def _patch(index: int, revision: int = 1, author: str = "ada") -> Message:
    version = f" v{revision}" if revision > 1 else ""
    return parsed(
        f"[bug#7] [PATCH{version} {index}/3] gnu: Toy {index}.",
        PATCH_BODY if index else "Toys.\n",
        {
            "From": f"{author}@example.org",
            "Message-ID": f"<2023041008000{revision}.1-{index + 1}-{author}@example.org>",
        },
    )


def test_the_others_are_carried_over() -> None:
    mails = [*(_patch(i) for i in range(4)), _patch(2, 2)]
    first, second = group_series(mails)
    whole = with_carried_over(second, [first, second])
    assert [patch.tag.revision for patch in whole.patches] == [1, 2, 1]
    assert (whole.missing, whole.revision, whole.key) == ((), 2, second.key)


def test_the_newest_earlier_revision_counts() -> None:
    mails = [*(_patch(i) for i in (1, 2, 3)), _patch(2, 2), _patch(3, 3)]
    series = group_series(mails)
    whole = with_carried_over(series[-1], series)
    assert [patch.tag.revision for patch in whole.patches] == [1, 2, 3]


def test_what_never_came_is_still_missing() -> None:
    first, second = group_series([_patch(1), _patch(2, 2)])
    assert with_carried_over(second, [first]).missing == (3,)


def test_whole_revisions_other_authors_and_other_threads_lend_nothing() -> None:
    first, whole = group_series([*(_patch(i) for i in (1, 2, 3)), _patch(0, 2), _patch(2, 2)])
    assert with_carried_over(whole, [first]) == whole
    first, other = group_series([*(_patch(i) for i in (1, 2, 3)), _patch(2, 2, "bob")])
    assert with_carried_over(other, [first]) == other
    first, second = group_series([*(_patch(i) for i in (1, 2, 3)), _patch(2, 2)])
    assert with_carried_over(second, [replace(first, thread_key="another")]) == second
    assert with_carried_over(first, [second]) == first
