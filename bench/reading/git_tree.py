# SPDX-License-Identifier: GPL-3.0-or-later
"""The Scheme files of one commit of a Git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path


class GitTree:
    """Files of a commit, read through one ``git cat-file --batch``."""

    def __init__(self, repository: Path, commit: str = "HEAD") -> None:
        self._blobs = dict(_listing(repository, commit))
        self._texts: dict[str, str | None] = {}
        self._process = subprocess.Popen(
            ["git", "-C", str(repository), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def paths(self, prefix: str = "") -> list[str]:
        """Return the paths of Scheme files under a prefix."""
        return [path for path in self._blobs if path.startswith(prefix) and path.endswith(".scm")]

    def text(self, path: str) -> str | None:
        """Return a file's text, None where the commit or the repository does not have it."""
        if path not in self._texts:
            blob = self._blobs.get(path)
            self._texts[path] = self._read(blob) if blob else None
        return self._texts[path]

    def _read(self, blob: str) -> str | None:
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            return None
        pipe_in.write(blob.encode() + b"\n")
        pipe_in.flush()
        header = pipe_out.readline().split()
        if header[-1] == b"missing":
            return None
        content = pipe_out.read(int(header[2]))
        pipe_out.read(1)
        return content.decode("utf-8", errors="replace")

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def _listing(repository: Path, commit: str) -> list[tuple[str, str]]:
    output = subprocess.run(
        ["git", "-C", str(repository), "ls-tree", "-r", "-z", commit],
        check=True,
        capture_output=True,
    ).stdout.decode("utf-8", errors="replace")
    entries = []
    for line in filter(None, output.split("\0")):
        mode_and_blob, _, path = line.partition("\t")
        mode, kind, blob = mode_and_blob.split()
        if kind == "blob" and mode != "120000":
            entries.append((path, blob))
    return entries
