# SPDX-License-Identifier: GPL-3.0-or-later
"""One Git epoch of a public-inbox: a mirror kept up to date, and the mails of its commits.

Each commit holds one mail as the blob ``m``; a commit that removed a mail has ``d`` instead
(public-inbox-v2-format(5)).
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from bot.limits import Limits
from bot.sources.interface import SourceError

_CLONE_SECONDS = 3_600
_QUICK_SECONDS = 600
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_PIECE = 1_000_000
_PIPE = 1 << 20
_QUESTION = "%T:m %H"
"""What ``git log`` prints of a commit: the mail in its tree, which is found faster than by the
commit, and the commit."""
_ANSWER = "--batch=%(objectname) %(objecttype) %(objectsize) %(rest)"
# Nothing outside the mirror decides what git does, and nothing but HTTP is spoken.
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "http:https",
    "LC_ALL": "C",
}
# What git keeps of a pack in memory, which is gigabytes otherwise; mails are read once.
_SMALL = (
    *("-c", "core.packedGitWindowSize=1m"),
    *("-c", "core.packedGitLimit=4m"),
    *("-c", "core.deltaBaseCacheLimit=4m"),
)
_SLOW = ("-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60", "-c", "gc.auto=0")


@dataclass(frozen=True, slots=True)
class GitMail:
    """The mail of one commit."""

    commit: str
    content: bytes | None
    """None where the commit has none, or one that is too long to be read."""
    too_long: bool = False


class GitEpoch:
    """A bare repository below the mirror's directory."""

    def __init__(self, path: Path) -> None:
        """Use the repository at ``path``, which need not exist yet."""
        self._path = path

    @property
    def exists(self) -> bool:
        """Whether the mirror of this epoch was made."""
        return (self._path / "HEAD").is_file()

    def update(self, url: str) -> None:
        """Bring the mirror up to what ``url`` has.  Raises ``SourceError``.

        A clone that was cut off leaves nothing behind that looks like a mirror.
        """
        if self.exists:
            self._git("fetch", "-q", "--prune", "--", url, "+refs/*:refs/*")
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".new-{os.getpid()}")
        command = ("clone", "-q", "--mirror", "--", url, str(fresh))
        _run(("git", *_SMALL, *_SLOW, *command), url, _CLONE_SECONDS)
        fresh.rename(self._path)

    def head(self) -> str | None:
        """Return the newest commit, None in an empty epoch."""
        found = self._git("for-each-ref", "--format=%(objectname)", "refs/heads/master")
        return found.strip() or None

    def contains(self, commit: str) -> bool:
        """Say whether ``commit`` still leads to the newest: a purge rewrites history."""
        if not _COMMIT.fullmatch(commit):
            return False
        command = ("git", "--git-dir", str(self._path), "merge-base", "--is-ancestor")
        ended = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            (*command, commit, "refs/heads/master"),
            env={**os.environ, **_ENVIRONMENT},
            capture_output=True,
            check=False,
            timeout=_QUICK_SECONDS,
        )
        return ended.returncode == 0

    def mails(self, after: str | None, since: int, limits: Limits) -> Iterator[GitMail]:
        """Yield the mails of the commits behind ``after``, or from ``since`` on, oldest first.

        ``since`` is in seconds since the epoch; public-inbox commits with the time of receipt.
        All go through one ``git cat-file --batch``, which is asked for everything at once, so that
        it reads ahead as far as the pipe holds.
        """
        command = ("git", "--git-dir", str(self._path), *_SMALL, "cat-file", _ANSWER, "--buffer")
        environment = {**os.environ, **_ENVIRONMENT}
        with NamedTemporaryFile(prefix="commits-", dir=self._path) as listed:
            self._list_blobs(after, since, listed.file)
            with (
                Path(listed.name).open("rb") as questions,
                subprocess.Popen(  # noqa: S603
                    command, stdin=questions, stdout=subprocess.PIPE, bufsize=_PIPE, env=environment
                ) as process,
            ):
                try:
                    _widen(process)
                    for line in listed.file:
                        yield _read_mail(process, line.split()[1].decode(), limits)
                finally:
                    process.kill()

    def _list_blobs(self, after: str | None, since: int, target: IO[bytes]) -> None:
        """Write what ``git cat-file`` is asked for into ``target``, a line for each commit."""
        span = f"{after}..refs/heads/master" if after else "refs/heads/master"
        bound = () if after or not since else (f"--max-age={since}",)
        options = ("--first-parent", "--reverse", f"--format={_QUESTION}", *bound)
        self._git("log", *options, span, "--", stdout=target)
        target.seek(0)

    def _git(self, *arguments: str, stdout: IO[bytes] | None = None) -> str:
        command = ("git", "--git-dir", str(self._path), *_SMALL, *_SLOW, *arguments)
        return _run(command, str(self._path), _QUICK_SECONDS, stdout)


def _run(
    command: tuple[str, ...], about: str, seconds: int, stdout: IO[bytes] | None = None
) -> str:
    """Run git; return what it wrote, "" where that went into ``stdout``."""
    try:
        ended = subprocess.run(  # noqa: S603
            command,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.PIPE,
            check=True,
            timeout=seconds,
        )
    except FileNotFoundError as error:
        raise SourceError("git is not installed, and this kind of source needs it") from error
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"{about}: git did not end within {seconds} s") from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        said = "".join(filter(str.isprintable, "".join(last)))[:300]
        raise SourceError(f"{about}: {said or 'git failed'}") from error
    return ended.stdout.decode("ascii", "replace") if ended.stdout else ""


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let git's pipe hold more than the usual 64 kB, where the system allows it (Linux)."""
    if process.stdout is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)


def _read_mail(process: subprocess.Popen[bytes], commit: str, limits: Limits) -> GitMail:
    """Read the mail of ``commit``, which was asked for."""
    if process.stdout is None:
        raise SourceError(f"git cat-file failed at {commit}")
    header = process.stdout.readline(1_000)
    if header.endswith(b" missing\n"):
        return GitMail(commit, None)
    fields = header.split()
    if len(fields) != 4 or fields[1] != b"blob" or fields[3] != commit.encode():
        raise SourceError(f"git cat-file failed at {commit}")
    size = int(fields[2])
    if size > limits.message_bytes:
        _skip(process, size + 1)
        return GitMail(commit, None, too_long=True)
    content = process.stdout.read(size + 1)
    if len(content) != size + 1:
        raise SourceError(f"git cat-file ended at {commit}")
    return GitMail(commit, content[:-1])


def _skip(process: subprocess.Popen[bytes], size: int) -> None:
    while size > 0 and process.stdout and (piece := process.stdout.read(min(size, _PIECE))):
        size -= len(piece)
