# SPDX-License-Identifier: GPL-3.0-or-later
"""The next batches are read by another process while the one before is being stored.

That is for an archive of years.  Where mail comes by the dozen no process is started: that would
cost more than reading it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from bot.service.reading import Reader, Reading
from bot.service.reading_process import ReadingProcess, ReadingProcessError
from bot.sources.interface import Batch, RawMessage

_log = logging.getLogger("weighbridge.poll")
MANY = 300
"""Mails in a batch from which on another process is worth its start."""
_AHEAD = 2
"""Batches that wait behind the one that is stored: the other process reads one and has the next."""
_MOST_BYTES = 4_000_000
"""Of a batch that is given away: it is held twice then."""


@contextmanager
def reading_ahead(
    batches: Iterator[Batch],
    reader: Reader,
    since: datetime | None,
    clock: Callable[[], datetime],
) -> Iterator[Iterator[tuple[Batch, list[Reading]]]]:
    """Yield an iterator over ``batches`` and what ``reader`` makes of their mails.

    Which process reads makes no difference; where the other one fails this one reads.
    """
    helper = _Helper(reader, since, clock)
    try:
        yield _in_turn(batches, helper)
    finally:
        helper.stop()


def _in_turn(batches: Iterator[Batch], helper: _Helper) -> Iterator[tuple[Batch, list[Reading]]]:
    waiting: deque[tuple[Batch, Future[list[Reading]] | None]] = deque()
    for batch in batches:
        future = helper.begin(batch)
        waiting.append((batch, future))
        while len(waiting) > (_AHEAD if future else 0):
            first, begun = waiting.popleft()
            yield first, helper.finish(first, begun)
    for batch, begun in waiting:
        yield batch, helper.finish(batch, begun)


def _cores() -> int:
    """Return on how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Threads:
    """One that asks and one that waits for answers: the next question is there when one comes."""

    def __init__(self) -> None:
        self.asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading-asks")
        self.waiting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading-waits")

    def shutdown(self) -> None:
        """Wait for what runs, and forget what does not yet."""
        self.asking.shutdown(wait=True, cancel_futures=True)
        self.waiting.shutdown(wait=True, cancel_futures=True)


class _Helper:
    """The other process, where there is one, behind the threads that talk to it."""

    def __init__(
        self, reader: Reader, since: datetime | None, clock: Callable[[], datetime]
    ) -> None:
        self._reader = reader
        self._since = since
        self._clock = clock
        self._threads: _Threads | None = None
        self._process: ReadingProcess | None = None
        self._ready: Future[None] | None = None
        self._usable = _cores() > 1 and bool(sys.executable)

    def begin(self, batch: Batch) -> Future[list[Reading]] | None:
        """Have ``batch`` read elsewhere; None where it is read here when it is its turn."""
        if not self._usable or len(batch.messages) < MANY:
            return None
        if self._ready is None:
            self._start()
        process, threads = self._process, self._threads
        if process is None or threads is None or not self._is_ready():
            return None
        if sum(len(mail.content) for mail in batch.messages) > _MOST_BYTES:
            return None
        mails = batch.messages
        asked = threads.asking.submit(process.ask, mails, self._since, self._clock())
        return threads.waiting.submit(_answer, process, mails, asked)

    def finish(self, batch: Batch, begun: Future[list[Reading]] | None) -> list[Reading]:
        """Return the readings of ``batch``."""
        if begun is not None:
            try:
                return begun.result()
            except ReadingProcessError as error:
                self._give_up(error)
            except CancelledError:  # the process has failed at a batch before
                pass
        return self._reader.read(batch.messages, self._since, self._clock())

    def stop(self) -> None:
        """End the other process; what it was asked and nobody waits for is forgotten."""
        self._usable = False
        if self._process is not None and self._threads is not None:
            self._process.kill()  # so that the threads wait for nothing
            self._threads.shutdown()
            self._process.close()
            self._process = self._threads = None

    def _is_ready(self) -> bool:
        if self._ready is None or not self._ready.done():
            return False
        error = self._ready.exception()
        if isinstance(error, ReadingProcessError):
            self._give_up(error)
        return error is None

    def _start(self) -> None:
        try:
            self._process = ReadingProcess()
        except ReadingProcessError as error:
            self._give_up(error)
            return
        self._threads = _Threads()
        self._ready = self._threads.waiting.submit(self._process.prepare, self._reader.rules)

    def _give_up(self, error: ReadingProcessError) -> None:
        if self._usable:
            _log.warning("reading goes on without a second process", extra={"reason": str(error)})
        self.stop()


def _answer(
    process: ReadingProcess, mails: Sequence[RawMessage], asked: Future[None]
) -> list[Reading]:
    """Return the answer to a question, once it is asked."""
    asked.result()
    return process.answer(mails)
