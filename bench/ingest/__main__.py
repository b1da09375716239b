# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures reading: an archive is made, polled, and its mails given to other parsers.

    python -m bench.ingest --mails 50000
    python -m bench.ingest --mails 5000

Prints mails per second of the whole pipeline with its database beside those of parsers alone, the
peak memory, and what a poll costs that finds 0, 1 and 100 new mails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.ingest.archive import Archive
from bench.ingest.list_mail import list_mails
from bench.ingest.memory import watched
from bench.ingest.parsers import PARSERS, rate

_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def main() -> int:
    """Run and print; 1 where the pipeline read other mails than there are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=50_000)
    count = parser.parse_args().mails
    with tempfile.TemporaryDirectory(prefix="weighbridge-ingest-") as directory:
        archive = Archive(Path(directory) / "archive")
        archive.add(list_mails(count, _NOW))
        with archive.serving() as url:
            first = _poll(Path(directory) / "data", url)
            _print_rates(first, count)
            _print_polls(archive, Path(directory) / "data", url, count)
    return 0 if first["messages"] == count and not first["failures"] else 1


def _poll(directory: Path, url: str) -> dict[str, Any]:
    directory.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bench.ingest.poll", str(directory), url, _NOW.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process, watched(process) as memory:
        answer, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the poll ended with status {process.returncode}")
    result: dict[str, Any] = json.loads(answer)
    return {**result, "all_megabytes": memory.peak_megabytes}


def _print_rates(first: dict[str, Any], count: int) -> None:
    rows = {
        "whole pipeline with its database": count / first["seconds"],
        "the same without git's clone": count / (first["seconds"] - first["git_seconds"]),
    }
    mails = list(islice(list_mails(count, _NOW), 5_000))
    for name, (parse, enough) in PARSERS.items():
        rows[name] = rate(parse, mails[:enough])
    alone = rows["mail-parser alone"]
    _lines(f"{name:36}{value:10.0f}/s {value / alone:8.2f}×" for name, value in rows.items())
    _lines(
        (
            f"mails {first['messages']}, unreadable {first['unreadable']}",
            f"series {first['series']}, replies {first['replies']}, failures {first['failures']}",
            f"of the pipeline's {first['seconds']:.1f} s:",
            f"  git's clone {first['git_seconds']:.1f}",
            f"  reading and storing {first['poll_seconds'] - first['git_seconds']:.1f}",
            f"  triage {first['seconds'] - first['poll_seconds']:.1f}",
            f"peak memory of the polling process {first['peak_megabytes']:.0f} MB",
            f"peak memory with the processes that it starts {first['all_megabytes']:.0f} MB",
        )
    )


def _print_polls(archive: Archive, data: Path, url: str, count: int) -> None:
    for new in (0, 1, 100):
        if new:
            archive.add(list_mails(new, _NOW, first=count))
            count += new
        result = _poll(data, url)
        _lines([f"a poll that finds {new:3}: {1000 * result['poll_seconds']:6.0f} ms"])


def _lines(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
