# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a process and all that it starts take together (Linux).

What is of files (programs, libraries, packs of git) counts once, as much as the process with the
most of it has: proc(5), statm.  That is told in microseconds, so that looking disturbs nothing.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE = 0.1
"""Seconds between two looks."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Memory:
    """The most that was seen."""

    peak_megabytes = 0.0


@contextmanager
def watched(process: subprocess.Popen[bytes]) -> Iterator[Memory]:
    """Yield what grows to be the peak while the block runs."""
    memory, ended = Memory(), threading.Event()

    def watch() -> None:
        while not ended.wait(_PAUSE):
            memory.peak_megabytes = max(memory.peak_megabytes, _megabytes(process.pid))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def _megabytes(pid: int) -> float:
    pages = [_pages(one) for one in _with_children(pid)]
    own = sum(resident - of_files for resident, of_files in pages)
    return (own + max(of_files for _, of_files in pages)) * _PAGE / (1 << 20)


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _with_children(int(child))


def _pages(pid: int) -> tuple[int, int]:
    """Return how many pages a process has in memory, and how many of these are of files."""
    with suppress(OSError, ValueError):
        _, resident, of_files, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
        return resident, of_files
    return 0, 0
