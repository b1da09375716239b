# SPDX-License-Identifier: GPL-3.0-or-later
"""The next batch of a source is fetched while the one before is still being stored."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bot.sources.interface import Batch


@contextmanager
def read_ahead(batches: Iterator[Batch]) -> Iterator[Iterator[Batch]]:
    """Yield an iterator over ``batches`` that is one batch ahead, in a thread of its own.

    What ``batches`` raises is raised where its batch would come.  At the end of the block the
    batch that is just being fetched is waited for and forgotten, and ``batches`` closed.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as thread:
        try:
            yield _in_turn(batches, thread)
        finally:
            thread.shutdown(wait=True)
            if isinstance(batches, Generator):
                batches.close()


def _in_turn(batches: Iterator[Batch], thread: ThreadPoolExecutor) -> Iterator[Batch]:
    following = thread.submit(next, batches, None)
    while (batch := following.result()) is not None:
        following = thread.submit(next, batches, None)
        yield batch
