# SPDX-License-Identifier: GPL-3.0-or-later
"""Which series are revisions of one change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from bot.mail.change_id import change_ids
from bot.mail.copies import time_order
from bot.mail.disjoint_sets import DisjointSets
from bot.mail.partition import thread_root
from bot.mail.series import Series

_SAME_TITLE_WITHIN = timedelta(days=180)


def with_thread_keys(series: Sequence[Series]) -> tuple[Series, ...]:
    """Return the series with ``thread_key`` and ``thread_aliases`` set.

    Series under one tracker number are one change.  So are a later revision and what it
    replies to, or what the same author sent before under the same title or Change-Id.
    """
    sets = DisjointSets(len(series))
    links = (_same_issue(series), _replies(series), _same_title(series), _same_change(series))
    for one, other in chain.from_iterable(links):
        sets.unite(one, other)
    keyed = list(series)
    for group in sets.sets():
        names = _names([series[item] for item in group])
        keys = tuple(hashlib.sha256(name.encode()).hexdigest()[:32] for name in names)
        for item in group:
            keyed[item] = replace(series[item], thread_key=keys[0], thread_aliases=keys)
    return tuple(keyed)


def _same_issue(series: Sequence[Series]) -> Iterator[tuple[int, int]]:
    first: dict[int, int] = {}
    for item, one in enumerate(series):
        for issue in one.issues:
            yield first.setdefault(issue, item), item


def _replies(series: Sequence[Series]) -> Iterator[tuple[int, int]]:
    """A revision after the first, sent as a reply to an earlier one of the same author."""
    owner = {mail.message_id: item for item, one in enumerate(series) for mail in one.members}
    for item, one in enumerate(series):
        if one.revision < 2 and not _is_reply(one):
            continue
        for mail in one.members:
            for reference in (mail.in_reply_to, *mail.references):
                earlier = owner.get(reference or "")
                if earlier is not None and _author(series[earlier]) == _author(one):
                    yield earlier, item


def _is_reply(series: Series) -> bool:
    return all(mail.tag.is_reply for mail in series.members)


def _same_title(series: Sequence[Series]) -> Iterator[tuple[int, int]]:
    """A revision after the first, and the newest earlier one with its title."""
    known: dict[tuple[str, str], list[int]] = {}
    for item, one in enumerate(series):
        known.setdefault((_author(one), one.subject.casefold()), []).append(item)
    for item, one in enumerate(series):
        if one.revision < 2:
            continue
        same = known[_author(one), one.subject.casefold()]
        earlier = [other for other in same if _precedes(series[other], one)]
        if earlier:
            yield max(earlier, key=lambda other: (series[other].revision, other)), item


def _same_change(series: Sequence[Series]) -> Iterator[tuple[int, int]]:
    """Revisions by one author of a patch with one Change-Id (gitmessage hook, Gerrit's format)."""
    first: dict[tuple[str, str], int] = {}
    for item, one in enumerate(series):
        for change in _change_ids(one):
            earlier = first.setdefault((_author(one), change), item)
            if series[earlier].revision != one.revision:
                yield earlier, item


def _change_ids(series: Series) -> Iterator[str]:
    for mail in series.patches:
        for diff in mail.diffs:
            yield from change_ids(diff)


def _precedes(other: Series, one: Series) -> bool:
    if other.revision >= one.revision:
        return False
    sent, later = _time(other), _time(one)
    return timedelta(0) <= later - sent <= _SAME_TITLE_WITHIN


def _time(series: Series) -> datetime:
    return time_order(series.members[0])[0]


def _author(series: Series) -> str:
    return series.author.email.lower() or series.author.name.casefold()


def _names(group: Sequence[Series]) -> list[str]:
    """Return what the change may be named after: tracker numbers first, then thread roots."""
    issues = sorted({issue for one in group for issue in one.issues})
    roots = [thread_root(mail) or mail.message_id for one in group for mail in one.members]
    names = [*(f"issue {issue}" for issue in issues), *(f"mail {root}" for root in roots)]
    return list(dict.fromkeys(names))
