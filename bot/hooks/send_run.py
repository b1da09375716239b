# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files one run of ``git send-email`` sends: its hook is called for each of them alone.

git 2.41 and later tell the hook how many files there are and which one it is given, so that all
of them can be judged together at the last call; nothing is sent before that.  Earlier ones tell
nothing, and the patches of the same series in the same folder have to do.

Source: githooks(5), "sendemail-validate".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.patch_files import files_of_series

_COUNTER, _TOTAL = "GIT_SENDEMAIL_FILE_COUNTER", "GIT_SENDEMAIL_FILE_TOTAL"


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be judged at one call of the hook."""

    files: tuple[Path, ...]
    """Empty where the next call judges more."""
    is_last: bool
    """Whether to tell now what does not stop the mail; it would be told at each call else."""


def sending(
    file: Path, memory: Path, environment: Mapping[str, str], limits: Limits = DEFAULT_LIMITS
) -> Sending:
    """Return what to judge now that git has named ``file``.

    ``memory`` is a file that keeps the names from one call to the next.
    """
    counter, total = _number(environment, _COUNTER), _number(environment, _TOTAL)
    if not 0 < counter <= total <= limits.series_members:
        return _series_alone(file, limits)
    try:
        files = _remembered(file, memory, counter)
        if counter < total:
            memory.write_bytes(b"\0".join(bytes(path) for path in files))
            return Sending((), is_last=False)
        memory.unlink(missing_ok=True)
    except OSError:  # a repository that may only be read
        return _series_alone(file, limits)
    # Another run in the same repository may have come in between.
    return Sending(files, is_last=True) if len(files) == total else _series_alone(file, limits)


def _remembered(file: Path, memory: Path, counter: int) -> tuple[Path, ...]:
    earlier: list[Path] = []
    if counter > 1 and memory.exists():
        earlier = [
            Path(name.decode("utf-8", "surrogateescape"))
            for name in memory.read_bytes().split(b"\0")
        ]
    return (*earlier, file)


def _series_alone(file: Path, limits: Limits) -> Sending:
    files = files_of_series(file, limits)
    return Sending(files, is_last=file == files[-1])


def _number(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
