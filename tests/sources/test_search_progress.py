# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors of searches by time: nothing lost, nothing read twice, never growing."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.search_progress import Progress, Search

_HOUR = 3600


def _poll(archive: dict[int, int], cursor: tuple[int, set[str]], window: int) -> tuple[
    set[str], tuple[int, set[str]]
]:  # fmt: skip
    """Search ``archive`` (number of a message to its time) as the source does."""
    start, read = cursor
    progress = Progress("test", start, 6 * _HOUR, read)
    new: set[str] = set()
    while True:
        open_ended = start + window > max(archive.values(), default=0)
        search = Search(start, None if open_ended else start + window - 1)
        for number, at in archive.items():
            if at >= start and (open_ended or at < start + window):
                search.newest = max(search.newest, at)
                search.found.add(str(number))
        new |= search.found - progress.read
        progress.finish(search)
        if open_ended:
            break
        start += window
    values = json.loads(progress.cursor())
    return new, (values["start"], set(values["read"]))


def test_the_cursor_keeps_to_the_overlap() -> None:
    archive: dict[int, int] = {}
    cursor: tuple[int, set[str]] = (0, set())
    for number in range(200):
        archive[number] = number * _HOUR
        new, cursor = _poll(archive, cursor, 10**9)
        assert new == {str(number)}
        assert len(cursor[1]) <= 10


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 400), max_size=6), max_size=8),
    st.sampled_from([24 * _HOUR, 100 * _HOUR, 10**9]),
)
def test_what_comes_within_the_overlap_is_read_once(polls: list[list[int]], window: int) -> None:
    archive: dict[int, int] = {}
    cursor: tuple[int, set[str]] = (0, set())
    seen: list[str] = []
    for hours in polls:
        newest = max(archive.values(), default=0)
        for hour in hours:  # as late as the overlap allows, never later
            archive[len(archive)] = max(hour * _HOUR, newest - 6 * _HOUR)
        new, cursor = _poll(archive, cursor, window)
        seen += new
    assert sorted(seen) == sorted(map(str, archive))
