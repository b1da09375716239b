# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages to patch series: cover letter and patches together, revisions linked.

Names of series are made so that each member alone gives the same one, wherever mail lets it:
from the run of the tool that sent it, else from the root of its thread, else from the tracker's
number.  A number alone would not do: a series that was mailed straight to the list opens one per
mail, and a copy of a mail may come without any.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.mail.copies import time_order, without_copies
from bot.mail.line_start import LineStart
from bot.mail.message import Message
from bot.mail.partition import author_key, partition, thread_root
from bot.mail.sending import series_of
from bot.mail.series import Series
from bot.mail.threads import with_thread_keys

_BASE_COMMIT = LineStart(r"base-commit: ([0-9a-f]{40,64})[ \t]*$")
_TAIL = 4_000  # base-commit stands at the end of a mail


def group_series(messages: Iterable[Message]) -> tuple[Series, ...]:
    """Group cover letters and patch mails into series; other mails are left out.

    The result does not depend on the order of ``messages``.  Copies of a mail count once.  A
    mail without ``i/n``, or a patch sent as a reply (``Re:``), is a series of its own.  Ordered
    by the time of the first member.
    """
    mails = without_copies(message for message in messages if _is_member(message))
    buckets: dict[tuple[int, int], list[Message]] = {}
    groups: list[list[Message]] = []
    for mail in mails.messages:
        if _is_numbered(mail):
            bucket = (mail.tag.revision, mail.tag.total or 1)
            buckets.setdefault(bucket, []).append(mail)
        else:
            groups.append([mail])
    for bucket_mails in buckets.values():
        groups += partition(bucket_mails, mails.issues)
    groups.sort(key=lambda group: time_order(group[0]))
    series = _with_distinct_keys([_series(group, mails.issues) for group in groups])
    return with_thread_keys(series)


def _with_distinct_keys(series: Sequence[Series]) -> list[Series]:
    """Name a series after its first mail where an earlier one already has its name.

    That takes two series of one shape in one thread, from no tool that tells its runs.
    """
    taken: set[str] = set()
    distinct: list[Series] = []
    for one in series:
        named = one
        if one.key in taken:
            first = one.members[0]
            key = _key(f"mail {first.message_id}", first, one.total)
            named = replace(one, key=key, aliases=(key,))
        taken.add(named.key)
        distinct.append(named)
    return distinct


def _is_member(message: Message) -> bool:
    return bool(message.diffs) or (message.tag.index == 0 and not message.tag.is_reply)


def _is_numbered(mail: Message) -> bool:
    return mail.tag.index is not None and not mail.tag.is_reply


def _series(group: Sequence[Message], issues: Mapping[str, frozenset[int]]) -> Series:
    numbered = _is_numbered(group[0])
    cover = next((mail for mail in group if numbered and mail.tag.index == 0), None)
    if cover and len(group) == 1 and len(cover.diffs) >= (cover.tag.total or 1):
        return _whole_in_one(cover, issues)
    patches = sorted((mail for mail in group if mail is not cover), key=_patch_order)
    members = [cover, *patches] if cover else patches
    total = members[0].tag.total or 1 if numbered else 1
    present = {mail.tag.index for mail in patches} if numbered else {1}
    anchors = _anchors(members, issues)
    names = [_key(anchor, members[0], total) for anchor in anchors]
    prefixes = dict.fromkeys(prefix for mail in members for prefix in mail.tag.prefixes)
    return Series(
        key=names[0],
        thread_key="",
        subject=members[0].tag.title,
        author=members[0].author,
        issues=tuple(sorted({n for mail in members for n in issues[mail.message_id]})),
        revision=members[0].tag.revision,
        total=total,
        cover=cover,
        patches=tuple(patches),
        missing=tuple(index for index in range(1, total + 1) if index not in present),
        base_commit=_base_commit(members),
        prefixes=tuple(prefixes),
        aliases=tuple(dict.fromkeys(names)),
    )


def _whole_in_one(mail: Message, issues: Mapping[str, frozenset[int]]) -> Series:
    """A mail ``0/N`` with all N patches attached is the series itself."""
    whole = replace(mail, tag=replace(mail.tag, index=None, total=None))
    return replace(_series([whole], issues), total=mail.tag.total or 1)


def _patch_order(mail: Message) -> tuple[int, str]:
    return mail.tag.index or 0, mail.message_id


def _anchors(members: Sequence[Message], issues: Mapping[str, frozenset[int]]) -> list[str]:
    """Return what the series may be named after, the best first.

    The patches come before the cover letter, which is often sent alone and long before them.
    """
    if not _is_numbered(members[0]):
        return [f"mail {members[0].message_id}"]
    patches = [mail for mail in members if mail.tag.index != 0] or list(members)
    runs = [f"run {run}" for mail in patches if (run := _run(mail))]
    roots = [f"mail {root}" for mail in patches if (root := thread_root(mail))]
    numbers = sorted(n for mail in patches for n in issues[mail.message_id])
    tracked = [f"issue {n} {author_key(members[0])}" for n in numbers]
    alone = [f"mail {mail.message_id}" for mail in members]
    cover_runs = [f"run {run}" for mail in members if (run := _run(mail))]
    return [*runs, *roots, *tracked, *alone, *cover_runs]


def _run(mail: Message) -> str | None:
    return series_of(mail.message_id, mail.tag.index or 0)


def _key(anchor: str, mail: Message, total: int) -> str:
    text = f"{anchor}\n{mail.tag.revision}\n{total}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _base_commit(members: Iterable[Message]) -> str | None:
    for mail in members:
        for text in (*mail.diffs, mail.body):
            if found := _BASE_COMMIT.search(text, max(0, len(text) - _TAIL)):
                return found[1]
    return None
