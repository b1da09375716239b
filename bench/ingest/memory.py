# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a process and all that it starts take together (Linux).

What several of them share counts once: the kernel tells each one's part (proc(5), Pss).
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE = 0.25
"""Seconds between two looks; each takes some milliseconds of the processor."""


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
    return sum(map(_own_megabytes, _with_children(pid)))


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _with_children(int(child))


def _own_megabytes(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
