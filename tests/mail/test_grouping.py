# SPDX-License-Identifier: GPL-3.0-or-later
"""Series out of mails, in whatever order they come."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from bot.mail.grouping import group_series
from bot.mail.message import Message
from bot.mail.series import Series
from tests.mail.mails import PATCH_BODY, parsed


def _member(
    index: int,
    *,
    total: int = 3,
    issue: int | None = 62443,
    revision: int = 1,
    run: str = "20230410080000.100",
    parent: str | None = None,
    title: str | None = None,
) -> Message:
    """Return mail ``index`` of a series as ``git send-email`` sends it."""
    version = f" v{revision}" if revision > 1 else ""
    tracker = f"[bug#{issue}] " if issue else ""
    headers = {"Message-ID": f"<{run}-{index + 1}-ada@example.org>"}
    if parent:
        headers |= {"In-Reply-To": f"<{parent}>", "References": f"<{parent}>"}
    return parsed(
        f"{tracker}[PATCH{version} {index}/{total}] {title or f'gnu: Add toy {index}.'}",
        PATCH_BODY if index else "Toys.\n",
        headers,
    )


def _names(series: tuple[Series, ...]) -> list[tuple[str, str]]:
    return [(one.key, one.thread_key) for one in series]


def test_every_order_of_arrival_gives_the_same_series() -> None:
    mails = [_member(index) for index in range(4)]
    expected = group_series(mails)
    assert len(expected) == 1
    assert expected[0].cover == mails[0]
    assert expected[0].patches == tuple(mails[1:])
    assert (expected[0].missing, expected[0].total, expected[0].issues) == ((), 3, (62443,))
    for order in permutations(mails):
        assert group_series(order) == expected


def test_the_key_is_there_from_the_first_patch_on() -> None:
    copies = [_member(i) for i in range(4)] + [_member(i, issue=None) for i in range(4)]
    key = group_series(copies)[0].key
    for seed in range(200):
        order = random.Random(seed).sample(copies, len(copies))  # noqa: S311
        arrived: list[Message] = []
        for mail in order:
            arrived.append(mail)
            (series,) = group_series(arrived)
            assert series.patches == () or series.key == key
            assert key in (series.key, *group_series(copies)[0].aliases)


def test_both_copies_of_each_mail_are_one_mail() -> None:
    tracked = [_member(index) for index in range(4)]
    direct = [_member(index, issue=None) for index in range(4)]
    for order in permutations(range(4)):
        mails = [copy for i in order for copy in (direct[i], tracked[i])]
        (series,) = group_series(mails)
        assert series.issues == (62443,)
        assert series.members == tuple(tracked)


def test_a_missing_member_is_told() -> None:
    (series,) = group_series([_member(1), _member(3)])
    assert series.missing == (2,)
    assert series.cover is None
    assert series.subject == "gnu: Add toy 1."


def test_one_series_under_several_numbers() -> None:
    cover = "20230410080000.100-1-ada@example.org"
    mails = [_member(i, issue=100 + i, parent=cover if i else None) for i in range(4)]
    (series,) = group_series(mails)
    assert series.issues == (100, 101, 102, 103)
    assert series.missing == ()


def test_several_numbers_without_the_tool_s_message_ids() -> None:
    mails = [
        replace(
            _member(i, issue=100 + i, parent="c@example.org" if i else None),
            message_id="c@example.org" if i == 0 else f"m{i}@example.org",
        )
        for i in range(4)
    ]
    for order in permutations(mails):
        (series,) = group_series(order)
        assert series.issues == (100, 101, 102, 103)


def test_unthreaded_mails_under_one_number() -> None:
    mails = [replace(_member(i), message_id=f"m{i}@example.org") for i in range(4)]
    for order in permutations(mails):
        (series,) = group_series(order)
        assert series.missing == ()


def test_two_series_of_the_same_shape_are_never_merged() -> None:
    first = [_member(i, total=2, issue=10, run="20230410080000.1") for i in (1, 2)]
    second = [
        _member(i, total=2, issue=11, run="20230410080001.2", title=f"Other {i}") for i in (1, 2)
    ]
    mails = first + second
    for order in permutations(mails):
        series = group_series(order)
        assert sorted(one.issues for one in series) == [(10,), (11,)]
        assert all(one.missing == () for one in series)
        assert len({one.thread_key for one in series}) == 2


def test_same_shape_without_number_or_thread() -> None:
    mails = [
        replace(_member(i, total=2, issue=None, title=f"{name} {i}"), message_id=f"{name}{i}@x.org")
        for name in "ab"
        for i in (1, 2)
    ]
    series = group_series(mails)
    assert len(series) == 4  # nobody can tell which belong together, so none are joined


def test_a_series_sent_as_reply_to_another_stays_its_own() -> None:
    first = [_member(i, total=2, run="20230410080000.1") for i in (1, 2)]
    reply = [
        _member(i, total=2, run="20230411080000.9", parent=first[0].message_id, title=f"New {i}")
        for i in (1, 2)
    ]
    series = group_series(first + reply)
    assert [len(one.patches) for one in series] == [2, 2]
    assert [one.subject for one in series] == ["gnu: Add toy 1.", "New 1"]


def test_revisions_are_two_series_of_one_thread() -> None:
    first = [_member(i) for i in range(4)]
    second = [_member(i, revision=2, run="20230501080000.7") for i in range(4)]
    series = group_series(second + first)
    assert [one.revision for one in series] == [1, 2]
    assert len({one.key for one in series}) == 2
    assert len({one.thread_key for one in series}) == 1


def test_a_revision_under_a_new_number_is_linked_by_its_title() -> None:
    first = parsed("[bug#1] [PATCH] gnu: Add foo.", headers={"Message-ID": "<v1@example.org>"})
    second = parsed(
        "[bug#2] [PATCH v2] gnu: Add foo.",
        headers={"Message-ID": "<v2@example.org>", "Date": "Tue, 11 Apr 2023 10:00:00 +0200"},
    )
    series = group_series([second, first])
    assert len(series) == 2
    assert len({one.thread_key for one in series}) == 1


def test_one_run_with_two_series() -> None:
    run = "20230410080000.100"
    first = [_member(i, total=2, run=run) for i in (1, 2)]
    second = [
        replace(
            _member(i, total=2, run=run, title=f"Other {i}"),
            message_id=f"{run}-{i + 4}-ada@example.org",
        )
        for i in (1, 2)
    ]
    series = group_series([first[0], second[1], first[1], second[0]])
    assert sorted([mail.tag.title for mail in one.patches] for one in series) == [
        ["Other 1", "Other 2"],
        ["gnu: Add toy 1.", "gnu: Add toy 2."],
    ]
    assert len({one.key for one in series}) == 2


def test_a_patch_in_a_reply_is_a_series_of_its_own() -> None:
    fixed = parsed(
        "Re: [bug#62443] [PATCH 2/3] gnu: Add toy 2.", headers={"Message-ID": "<r@x.org>"}
    )
    series = group_series([*(_member(i) for i in range(4)), fixed])
    assert len(series) == 2
    assert series[1].patches == (fixed,)
    assert (series[1].total, series[1].missing) == (1, ())


def test_replies_and_questions_are_left_out() -> None:
    reply = parsed("Re: [PATCH 1/3] gnu: Add toy 1.", "Thanks!\n")
    assert group_series([reply]) == ()


def test_the_base_commit_is_read() -> None:
    body = PATCH_BODY + "\nbase-commit: 0123456789012345678901234567890123456789\n"
    (series,) = group_series([parsed(body=body)])
    assert series.base_commit == "0123456789012345678901234567890123456789"


def test_a_cover_letter_with_all_patches_attached_is_the_series() -> None:
    whole = replace(_member(0, total=2), diffs=(PATCH_BODY, PATCH_BODY))
    (series,) = group_series([whole])
    assert (series.cover, series.total, series.missing) == (None, 2, ())
    assert series.patches[0].diffs == whole.diffs
    (series,) = group_series([replace(whole, diffs=(PATCH_BODY,))])
    assert (series.patches, series.missing) == ((), (1, 2))


def test_what_lies_months_apart_under_one_number_is_not_one_series() -> None:
    first = replace(_member(1, total=2), message_id="old@example.org")
    second = replace(_member(2, total=2), message_id="new@example.org")
    assert first.sent_at is not None
    later = replace(second, sent_at=first.sent_at + timedelta(days=90))
    assert len(group_series([first, later])) == 2
    assert len(group_series([first, replace(second, sent_at=None)])) == 1
    cover = replace(_member(0, total=2), message_id="cover@example.org")
    (series,) = group_series([cover, later])  # the patches may come long after their cover letter
    assert series.cover == cover


def test_a_revision_under_a_new_title_is_linked_by_its_change_id() -> None:
    def patch(number: int, revision: str, change: str) -> Message:
        body = PATCH_BODY.replace("---\n gnu", f"\nChange-Id: I{change * 40}\n---\n gnu", 1)
        headers = {"Message-ID": f"<v{number}@example.org>"}
        return parsed(f"[bug#{number}] [PATCH{revision}] Title {number}", body, headers)

    first, second, other = patch(1, "", "a"), patch(2, " v2", "a"), patch(3, " v2", "b")
    threads = {one.issue: one.thread_key for one in group_series([other, second, first])}
    assert threads[1] == threads[2] != threads[3]
