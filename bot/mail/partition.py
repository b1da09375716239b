# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbered patch mails of one revision and total: which of them are one series.

Mails are joined on evidence, the strongest first, and never where both sides already hold the
same number: two mails ``1/2`` are two series, whatever else they share.  Only one run of a tool
ties mails of different authors together: ``git format-patch`` writes each commit's author.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from bot.mail.disjoint_sets import DisjointSets
from bot.mail.message import Message
from bot.mail.sending import sending_of, series_of

_MINUTES = timedelta(minutes=10)
_WEEKS = timedelta(weeks=4)
_FAR = timedelta(days=36_500)


def partition(
    mails: Sequence[Message], issues: Mapping[str, frozenset[int]]
) -> list[list[Message]]:
    """Split ``mails`` (in time order, all numbered) into series."""
    sets = DisjointSets(len(mails))
    held = [{mail.tag.index} for mail in mails]
    for names in (_exact_runs, _runs, _parents, _roots):
        _join(mails, sets, held, [list(names(mail)) for mail in mails])
    numbers = [[f"{author_key(m)} {n}" for n in issues.get(m.message_id, ())] for m in mails]
    _join(mails, sets, held, numbers, within=_WEEKS)
    _join_by_time(mails, sets, held)
    return [[mails[item] for item in group] for group in sets.sets()]


def author_key(mail: Message) -> str:
    """Return what tells authors apart: the address in lower case, else the name."""
    return mail.author.email.lower() or mail.author.name.casefold()


def thread_root(mail: Message) -> str | None:
    """Return the Message-ID that began the thread of a mail, None where it is itself one."""
    return mail.references[0] if mail.references else mail.in_reply_to


def _exact_runs(mail: Message) -> Iterator[str]:
    if series := series_of(mail.message_id, mail.tag.index or 0):
        yield series


def _runs(mail: Message) -> Iterator[str]:
    if sending := sending_of(mail.message_id):
        yield sending


def _parents(mail: Message) -> Iterator[str]:
    yield f"{author_key(mail)} {mail.message_id}"
    if mail.in_reply_to:
        yield f"{author_key(mail)} {mail.in_reply_to}"


def _roots(mail: Message) -> Iterator[str]:
    yield f"{author_key(mail)} {mail.message_id}"
    if root := thread_root(mail):
        yield f"{author_key(mail)} {root}"


def _join(
    mails: Sequence[Message],
    sets: DisjointSets,
    held: list[set[int | None]],
    names: list[list[str]],
    within: timedelta = _FAR,
) -> None:
    """Join mails that share a name and lie no further apart in time, the nearest first.

    A cover letter may come long before the rest, and a mail without a date at any time.
    """
    bearers: dict[str, list[int]] = {}
    for item, own in enumerate(names):
        for name in dict.fromkeys(own):
            bearers.setdefault(name, []).append(item)
    pairs = [
        (_distance(mails[one], mails[other]), one, other)
        for same in bearers.values()
        if len(same) > 1
        for one, other in _neighbours(same)
    ]
    for distance, one, other in sorted(pairs):
        with_cover = 0 in (mails[one].tag.index, mails[other].tag.index)
        if distance <= within or distance == _FAR or with_cover:
            _unite(sets, held, one, other)


def _neighbours(same: list[int]) -> Iterator[tuple[int, int]]:
    """Pair each with those that follow, but not all with all where there are many."""
    for place, one in enumerate(same):
        for other in same[place + 1 : place + 33]:
            yield one, other
        if place:
            yield same[0], one


def _unite(sets: DisjointSets, held: list[set[int | None]], one: int, other: int) -> bool:
    first, second = sets.find(one), sets.find(other)
    if first == second or held[first] & held[second]:
        return False
    sets.unite(first, second)
    kept = sets.find(first)
    held[kept] = held[first] | held[second]
    return True


def _distance(one: Message, other: Message) -> timedelta:
    first, second = one.sent_at or one.received_at, other.sent_at or other.received_at
    return abs(first - second) if first and second else _FAR


def _join_by_time(
    mails: Sequence[Message], sets: DisjointSets, held: list[set[int | None]]
) -> None:
    """Join an author's unthreaded mails without a number that were sent within minutes.

    Only where nothing is ambiguous: each index stands once among all of them.
    """
    loose: dict[str, list[int]] = {}
    for item, mail in enumerate(mails):
        if mail.issue is None and not thread_root(mail) and not sending_of(mail.message_id):
            loose.setdefault(author_key(mail), []).append(item)
    for same in loose.values():
        if len({mails[item].tag.index for item in same}) < len(same):
            continue
        for one, other in pairwise(same):
            if _distance(mails[one], mails[other]) <= _MINUTES:
                _unite(sets, held, one, other)
