# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the reader with Guile's ``read`` over a whole tree."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.reading.git_tree import GitTree
from bot.scheme.reader import ReadError, read_all
from tests.scheme.guile_oracle import dumped, guile_readings

_BATCH = 50


def compare_shapes(files: GitTree) -> None:
    """Print how many files both read alike, datum by datum, with the places of all lists."""
    texts = {path: text for path in files.paths() if (text := files.text(path)) is not None}
    paths = list(texts)
    alike = forms = 0
    for start in range(0, len(paths), _BATCH):
        batch = paths[start : start + _BATCH]
        with tempfile.TemporaryDirectory() as directory:
            expected = guile_readings([texts[path] for path in batch], Path(directory))
        for path, lines in zip(batch, expected, strict=True):
            found, count = _read(texts[path])
            forms += count
            if found == lines or _without_places(found) == _without_places(lines):
                alike += 1
            else:
                print(f"{path}: {_first_difference(found, lines)}")
    print(f"{alike} of {len(paths)} files are read as Guile reads them, {forms} top-level forms")


def _read(text: str) -> tuple[list[str], int]:
    try:
        reading = read_all(text)
    except ReadError as error:
        return [f"error {error}"], 0
    return dumped(reading.forms, reading.positions), len(reading.forms)


def _without_places(lines: list[str]) -> list[str]:
    """Leave out columns: Guile counts a tab as more than one."""
    return [line.partition(":")[0] if line[:1] == "(" else line for line in lines]


def _first_difference(found: list[str], expected: list[str]) -> str:
    for index, (one, other) in enumerate(zip(found, expected, strict=False)):
        if one != other:
            return f"datum {index}: {one[:80]!r} and not {other[:80]!r}"
    return f"{len(found)} and not {len(expected)} data"
