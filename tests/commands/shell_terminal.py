# SPDX-License-Identifier: GPL-3.0-or-later
"""A real shell at a real terminal (a pseudo-terminal), with a person who types."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import end, wait_until

_READY = "READY-TO-TYPE"


class ShellTerminal:
    """One running shell; it must write the line being typed into ``line`` when Ctrl-O is typed."""

    def __init__(self, terminal: int, line: Path) -> None:
        self._terminal = terminal
        self._line = line
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Read what the shell shows until ``text`` is in it."""
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.shown!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                self.shown += os.read(self._terminal, 65_536).decode("utf-8", "replace")

    def prepare(self, *commands: str) -> None:
        """Run commands, and wait until they are done."""
        # The quotes keep the line as it is echoed from looking like what it prints.
        self.type("\n".join((*commands, f"echo {_READY[:5]}''{_READY[5:]}", "")))
        self.wait_for(f"\n{_READY}")

    def completed(self, text: str) -> str:
        """Type ``text`` and the completion key; return the line that the shell makes of it."""
        self._line.unlink(missing_ok=True)
        self.type("\x15" + text + "\t\x0f")
        assert wait_until(lambda: self._drained() and self._line.exists()), self.shown
        time.sleep(0.05)
        return self._line.read_text("utf-8")

    def _drained(self) -> bool:
        """Read what there is to read, so that the shell need not wait for its terminal."""
        while select.select([self._terminal], [], [], 0)[0]:
            self.shown += os.read(self._terminal, 65_536).decode("utf-8", "replace")
        return True


@contextmanager
def shell_terminal(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], line: Path
) -> Iterator[ShellTerminal]:
    """Run a shell in ``directory`` at a terminal of its own until the block ends."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=directory,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield ShellTerminal(ours, line)
    finally:
        end(process)
        os.close(ours)
