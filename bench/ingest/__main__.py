# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures reading: archives are made, polled, and their mails given to other parsers.

    python -m bench.ingest --mails 50000

Prints, for an archive of so many mails and for one of a tenth: mails per second of the whole
pipeline with its database, beside those of parsers alone; where the pipeline's time goes; the peak
memory; and what a poll costs that finds 0, 1 and 100 new mails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.ingest.archive import Archive
from bench.ingest.list_mail import list_mails
from bench.ingest.memory import watched
from bench.ingest.parsers import PARSERS, rate

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_NEW = (0, 1, 100)
_YARDSTICK = "mail-parser alone"


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one archive took."""

    mails: int
    first: dict[str, Any]
    """What ``bench.ingest.poll`` says of the poll that read it."""
    later: tuple[float, ...]
    """Seconds of the polls that found ``_NEW`` mails."""
    yardstick: float
    """Mails per second of mail-parser alone, just before that poll and just after: a machine that
    others use, too, is not equally fast from minute to minute."""

    @property
    def per_second(self) -> float:
        return self.mails / float(self.first["seconds"])

    @property
    def per_second_without_clone(self) -> float:
        return self.mails / float(self.first["seconds"] - self.first["git_seconds"])

    @property
    def is_whole(self) -> bool:
        """Whether the pipeline read what there was."""
        return self.first["messages"] == self.mails and not self.first["failures"]


def main() -> int:
    """Run and print; 1 where the pipeline read other mails than there are."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.ingest", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--mails", type=int, default=50_000, help="size of the larger archive")
    largest = parser.parse_args().mails
    measured = [_measure(size) for size in (max(1, largest // 10), largest)]
    mails = list(islice(list_mails(largest, _NOW), 5_000))
    alone = {name: rate(parse, mails[:enough]) for name, (parse, enough) in PARSERS.items()}
    _print("", measured, lambda one: f"{one.mails} mails")
    _print_rates(measured)
    _print_others(measured, alone)
    _print_seconds(measured)
    return 0 if all(one.is_whole for one in measured) else 1


def _measure(size: int) -> _Measured:
    with tempfile.TemporaryDirectory(prefix="weighbridge-ingest-") as directory:
        archive = Archive(Path(directory) / "archive")
        archive.add(list_mails(size, _NOW))
        data = Path(directory) / "data"
        mails = list(islice(list_mails(size, _NOW), 2_000))
        with archive.serving() as url:
            before = _yardstick(mails)
            first = _poll(data, url)
            after = _yardstick(mails)
            later = tuple(_poll_again(archive, data, url, size, new) for new in _NEW)
    return _Measured(size, first, later, 2 / (1 / before + 1 / after))


def _yardstick(mails: list[bytes]) -> float:
    parse, enough = PARSERS[_YARDSTICK]
    return rate(parse, mails[:enough])


def _poll_again(archive: Archive, data: Path, url: str, size: int, new: int) -> float:
    if new:
        archive.add(list_mails(new, _NOW, first=size + sum(_NEW[: _NEW.index(new)])))
    result = _poll(data, url)
    if result["messages"] != new:
        raise SystemExit(f"{result['messages']} mails were found instead of {new}")
    return float(result["poll_seconds"])


def _poll(directory: Path, url: str) -> dict[str, Any]:
    directory.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bench.ingest.poll", str(directory), url, _NOW.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process, watched(process) as memory:
        answer, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the poll ended with status {process.returncode}")
    result: dict[str, Any] = json.loads(answer)
    return {**result, "all_megabytes": memory.peak_megabytes}


def _print_rates(measured: Iterable[_Measured]) -> None:
    def row(name: str, rate: Callable[[_Measured], float]) -> None:
        _print(name, measured, lambda one: _told(rate(one), one.yardstick))

    row("whole pipeline with its database", lambda one: one.per_second)
    row("  without git's clone", lambda one: one.per_second_without_clone)
    row(f"{_YARDSTICK}, before and after", lambda one: one.yardstick)


def _print_others(measured: Iterable[_Measured], alone: dict[str, float]) -> None:
    """The parsers side by side; they know nothing of archives, so the columns are the same."""
    for name, number in alone.items():
        told = _told(number, alone[_YARDSTICK])
        _print(name, measured, lambda _, told=told: told)  # type: ignore[misc]


def _told(rate: float, yardstick: float) -> str:
    return f"{rate:.0f}/s {rate / yardstick:5.2f}×"


def _print_seconds(measured: Iterable[_Measured]) -> None:
    def row(name: str, told: Callable[[dict[str, Any]], str]) -> None:
        _print(name, measured, lambda one: told(one.first))

    row("the pipeline took", lambda first: f"{first['seconds']:.1f} s")
    row("  git's clone", lambda first: f"{first['git_seconds']:.1f} s")
    reading = "  reading and storing"
    row(reading, lambda first: f"{first['poll_seconds'] - first['git_seconds']:.1f} s")
    row("  triage", lambda first: f"{first['seconds'] - first['poll_seconds']:.1f} s")
    row("series triaged, answers", lambda first: f"{first['series']}, {first['replies']}")
    row("mails that cannot be read", lambda first: f"{first['unreadable']}")
    row("peak memory of the process", lambda first: f"{first['peak_megabytes']:.0f} MB")
    row("  with those that it starts", lambda first: f"{first['all_megabytes']:.0f} MB")
    for place, new in enumerate(_NEW):
        name = f"a poll that finds {new:3}"
        _print(name, measured, lambda one, place=place: f"{1000 * one.later[place]:.0f} ms")  # type: ignore[misc]


def _print(name: str, measured: Iterable[_Measured], told: Callable[[_Measured], str]) -> None:
    columns = "".join(f"{told(one):>18}" for one in measured)
    sys.stdout.write(f"{name:36}{columns}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
