# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the reader is."""

from __future__ import annotations

import time

from bench.reading.git_tree import GitTree
from bot.scheme.reader import ReadError, read_all


def print_speed(files: GitTree) -> None:
    """Read every Scheme file of a tree and print the rate."""
    texts = [text for path in files.paths() if (text := files.text(path)) is not None]
    forms = failed = 0
    started = time.perf_counter()
    for text in texts:
        try:
            forms += len(read_all(text).forms)
        except ReadError:
            failed += 1
    seconds = time.perf_counter() - started
    size = sum(map(len, texts))
    print(
        f"reader: {len(texts)} files, {forms} top-level forms,"
        f" {size / 1e6:.1f} MB in {seconds:.1f} s:"
        f" {size / seconds / 1e6:.1f} MB/s; {failed} files not read"
    )
