# SPDX-License-Identifier: GPL-3.0-or-later
"""A partial reroll: ``[PATCH v2 2/3]`` sent alone, to replace one patch of the revision before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.mail.message import Message
from bot.mail.series import Series


def may_be_partial(series: Series) -> bool:
    """Say whether ``series`` may be a partial reroll, so that it is worth looking for the rest."""
    lacks = bool(series.missing and series.patches)
    return lacks and series.cover is None and series.revision > 1


def with_carried_over(series: Series, thread: Iterable[Series]) -> Series:
    """Return ``series`` with what it lacks taken from earlier revisions in its ``thread``.

    That is what a reviewer would apply.  Ask once the series has settled: while its mails may
    still be coming, nothing is carried over.  A series with a cover letter of its own is a whole
    revision of which mails are missing, and is returned as it is, as is one that lacks nothing.
    """
    if not may_be_partial(series):
        return series
    earlier = sorted(
        (other for other in thread if _is_earlier(other, series)),
        key=lambda other: -other.revision,
    )
    known: dict[int, Message] = {}
    for other in earlier:
        for patch in other.patches:
            if patch.tag.index is not None:
                known.setdefault(patch.tag.index, patch)
    carried = [known[index] for index in series.missing if index in known]
    patches = sorted((*series.patches, *carried), key=lambda patch: patch.tag.index or 0)
    missing = tuple(index for index in series.missing if index not in known)
    return replace(series, patches=tuple(patches), missing=missing)


def _is_earlier(other: Series, series: Series) -> bool:
    return (
        other.revision < series.revision
        and other.total == series.total
        and other.thread_key == series.thread_key
        and other.author.email.lower() == series.author.email.lower()
    )
