# SPDX-License-Identifier: GPL-3.0-or-later
"""File formats of trained parameters, by the ends of file names.

Some are Python pickles, or may be: loading one runs whatever code it names
(https://docs.python.org/3/library/pickle.html).
"""

from __future__ import annotations

from collections.abc import Iterable

PICKLE_SUFFIXES = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".joblib")
"""Formats that are pickles, or that commonly hold one (PyTorch's ``.bin``)."""
SAFE_SUFFIXES = (".safetensors", ".gguf", ".onnx", ".ggml", ".tflite")
"""Formats that hold numbers and no code; the first is the one to prefer."""
_OTHER_SUFFIXES = (
    ".pb",
    ".pb.gz",
    ".nnue",
    ".traineddata",
    ".h5",
    ".keras",
    ".mlmodel",
    ".npz",
    ".npy",
    ".caffemodel",
    ".weights",
    ".arpa",
    ".spm",
)
_ALL = tuple(sorted((*PICKLE_SUFFIXES, *SAFE_SUFFIXES, *_OTHER_SUFFIXES), key=len, reverse=True))


def format_of(name: str) -> str | None:
    """Return the suffix of a weights file, longest first; None for another file."""
    lowered = name.lower().split("?", 1)[0]
    if not lowered.endswith(_ALL):
        return None
    return next(suffix for suffix in _ALL if lowered.endswith(suffix))


def formats_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the formats among some file names, sorted."""
    return tuple(sorted({found for name in names if (found := format_of(name))}))


def runs_code(name: str) -> bool:
    """Tell whether loading a file of that name may run code out of it."""
    return format_of(name) in PICKLE_SUFFIXES


def safe_alternative(chosen: Iterable[str], offered: Iterable[str]) -> str | None:
    """Return a file of a safe format that is offered beside one that runs code."""
    risky = [name for name in chosen if runs_code(name)]
    if not risky:
        return None
    folder = risky[0].rpartition("/")[0]
    safe = [name for name in offered if format_of(name) in SAFE_SUFFIXES]
    safe.sort(
        key=lambda name: (
            name.rpartition("/")[0] != folder,
            SAFE_SUFFIXES.index(format_of(name) or ""),
            name,
        )
    )
    return safe[0] if safe else None
