# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the installed command ``weighbridge`` as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import end

WEIGHBRIDGE = str(Path(sys.executable).with_name("weighbridge"))


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which nothing of the account's own settings is seen."""
    kept = {key: value for key, value in os.environ.items() if not _is_own(key)}
    return {**kept, "HOME": str(home), "COLUMNS": "100", **(more or {})}


def _is_own(key: str) -> bool:
    return key.startswith(("WEIGHBRIDGE_", "XDG_")) or key in {"NO_COLOR", "FORCE_COLOR"}


def weighbridge(
    *arguments: str | Path, home: Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; standard output and error are kept apart."""
    done = subprocess.run(
        [WEIGHBRIDGE, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=home,
        env=environment(home),
        timeout=300,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@contextmanager
def service(
    arguments: Sequence[str], home: Path, log: Path, more: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command in the background, its output in ``log``; SIGTERM ends it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [WEIGHBRIDGE, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=home,
            env=environment(home, more),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)
