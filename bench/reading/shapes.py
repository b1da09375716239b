# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the reader with Guile's ``read`` over a whole tree."""

from __future__ import annotations

from bench.reading.git_tree import GitTree


def compare_shapes(files: GitTree) -> None:
    raise NotImplementedError
