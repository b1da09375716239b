# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether files have changed, told by what the file system says of them, without reading them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.limits import Limits

Stamp = tuple[str, int, int, int]
"""Path, inode number, time of the last change of content (ns since the epoch), size in bytes."""


def file_stamps(paths: Iterable[str], limits: Limits) -> frozenset[Stamp]:
    """Return a stamp for each file that ``paths`` name or, as folders, hold.

    Folders are walked as ``read_paths`` reads them: names with a dot in front and links to folders
    are passed over.  Past ``limits.watched_files`` nothing more is looked at.
    """
    return frozenset(islice(_stamps(paths), limits.watched_files))


def _stamps(paths: Iterable[str]) -> Iterator[Stamp]:
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        try:
            state = os.stat(path)  # noqa: PTH116  (a Path for each would be most of the cost)
        except OSError:
            continue  # gone; it comes back with a stamp
        yield path, state.st_ino, state.st_mtime_ns, state.st_size
        waiting += _entries(path)


def _entries(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and not (entry.is_symlink() and entry.is_dir()):
                    yield entry.path
    except OSError:  # a file, or a folder that may not be read
        return
