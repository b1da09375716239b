# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge check --watch``, as a process that lasts."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bot.samples
from tests.commands.author import FILE, MISSING, AuthorsClone
from tests.servers.process import end, wait_until

SAMPLES = Path(bot.samples.__file__).parent
PASSES = SAMPLES / "03-vosk-model" / "01.eml"
FAILS = SAMPLES / "07-non-commercial-weights" / "01.eml"
SUMMARY = "(policy guix)"


class Watching:
    """A running ``weighbridge check --watch`` whose output goes to a file."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self._output = output

    def text(self) -> str:
        return self._output.read_text("utf-8", "replace")

    def has_judged(self, times: int) -> bool:
        """Wait until so many judgements are printed; tell whether there are just so many."""
        wait_until(lambda: self.text().count(SUMMARY) >= times or self.process.poll() is not None)
        return self.text().count(SUMMARY) == times

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@contextmanager
def watching(output: Path, *arguments: str | Path, cwd: Path) -> Iterator[Watching]:
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "check", "--offline", "--watch", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=cwd,
        )
    try:
        yield Watching(process, output)
    finally:
        end(process)


def _put(source: Path, target: Path) -> None:
    """Write a file at once, as an editor does, so that no half of it is seen."""
    whole = target.with_name(".new")
    whole.write_bytes(source.read_bytes())
    whole.rename(target)


def test_a_folder_is_judged_again_whenever_it_changes(tmp_path: Path) -> None:
    folder = tmp_path / "outgoing"
    folder.mkdir()
    _put(PASSES, folder / "0001.patch")
    with watching(tmp_path / "output", "outgoing", cwd=tmp_path) as watched:
        assert watched.has_judged(1)
        assert "Verdict: fail" not in watched.text()
        _put(FAILS, folder / "0001.patch")
        assert watched.has_judged(2)
        assert "Verdict: fail" in watched.text()
        further = tmp_path / "further"
        further.mkdir()
        _put(PASSES, further / "0002.patch")
        further.rename(folder / "further")
        assert watched.has_judged(3)
        assert watched.text().splitlines()[-1].startswith("2 series, 2 packages")
        assert watched.interrupt() == 130
    assert watched.text().endswith("weighbridge: interrupted\n")
    assert "\x1b" not in watched.text(), "nothing is cleared where there is no terminal"


def test_a_file_that_goes_and_comes_back(tmp_path: Path) -> None:
    mail = tmp_path / "0001.patch"
    _put(PASSES, mail)
    with watching(tmp_path / "output", "0001.patch", cwd=tmp_path) as watched:
        assert watched.has_judged(1)
        mail.unlink()
        assert watched.has_judged(2)
        assert wait_until(lambda: "there is no such file" in watched.text())
        _put(PASSES, mail)
        assert watched.has_judged(3)


def test_a_range_is_judged_again_when_a_name_of_it_moves(tmp_path: Path) -> None:
    clone = AuthorsClone(tmp_path / "clone")
    clone.add("plover-a")
    output = tmp_path / "output"
    with watching(output, "--range", "upstream..", cwd=clone.path) as watched:
        assert watched.has_judged(1)
        clone.add("plover-b", MISSING)
        assert watched.has_judged(2)
        assert "plover-b 2.0" in watched.text()
        clone.git("branch", "-f", "upstream", "main")
        assert watched.has_judged(3)
        assert wait_until(lambda: "it holds no commit" in watched.text())
        clone.git("branch", "-D", "upstream")
        assert watched.has_judged(4)
        assert wait_until(lambda: "has no commit 'upstream'" in watched.text())
        clone.git("branch", "upstream", "main~2")
        assert watched.has_judged(5)
        assert watched.interrupt() == 130


def test_the_working_tree_is_judged_again_when_it_changes(tmp_path: Path) -> None:
    clone = AuthorsClone(tmp_path / "clone")
    output = tmp_path / "output"
    with watching(output, "--worktree", cwd=clone.path) as watched:
        assert watched.has_judged(1)
        clone.write("plover-a")
        assert watched.has_judged(2)
        clone.write("plover-b", MISSING, "gnu/packages/new-models.scm")
        assert watched.has_judged(3)
        assert "plover-b 2.0" in watched.text()
        (clone.path / "notes.txt").write_text("No Scheme file.\n")
        clone.git("add", FILE)
        assert not wait_until(lambda: watched.text().count(SUMMARY) > 3, seconds=2.5)


def test_a_wrong_name_ends_it_before_it_begins(tmp_path: Path) -> None:
    clone = AuthorsClone(tmp_path / "clone")
    with watching(tmp_path / "output", "--range", "nonesuch..", cwd=clone.path) as watched:
        assert watched.process.wait(60) == 2
    assert watched.text().count("\n") == 1


def test_a_terminal_shows_the_last_judgement_alone(tmp_path: Path) -> None:
    mail = tmp_path / "0001.patch"
    _put(PASSES, mail)
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "check", "--offline", "--watch", str(mail)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(terminal)
    try:
        shown = b""
        while b"Ctrl-C ends it" not in shown:
            shown += os.read(main, 65_536)
        assert shown.count(b"\x1b[2J") == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    finally:
        end(process)
        os.close(main)
