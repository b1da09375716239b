# SPDX-License-Identifier: GPL-3.0-or-later
"""A public-inbox epoch on disk, and the plain HTTP server that git and the manifest need."""

from __future__ import annotations

import gzip
import json
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Archive:
    """One inbox ``list`` below a directory, with one epoch."""

    def __init__(self, directory: Path) -> None:
        """Make an empty archive."""
        self.directory = directory
        self.epoch = directory / "list" / "git" / "0.git"
        self.epoch.mkdir(parents=True)
        self._git("init", "-q", "--bare", "-b", "master")
        self._empty = True
        self._time = 1_700_000_000  # a later commit has a later time, as receipt has

    def add(self, mails: Iterable[bytes]) -> None:
        """Commit each mail as the blob ``m``, as public-inbox does."""
        command = ["git", "--git-dir", str(self.epoch), "fast-import", "--quiet"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as importer:
            assert importer.stdin is not None  # noqa: S101 - it is a pipe
            # Within one import a commit follows the one before by itself.
            start = b"" if self._empty else b"from refs/heads/master^0\n"
            for mail in mails:
                self._time += 5
                importer.stdin.write(
                    b"commit refs/heads/master\ncommitter a <a@localhost> %d +0000\n"
                    b"data 0\n%bM 100644 inline m\ndata %d\n%b\n"
                    % (self._time, start, len(mail), mail)
                )
                start, self._empty = b"", False
        self._git("update-server-info")
        self._write_manifest()

    def _write_manifest(self) -> None:
        head = self._git("rev-parse", "master").strip()
        entry = {"/list/git/0.git": {"fingerprint": head, "modified": 4_000_000_000}}
        content = gzip.compress(json.dumps(entry).encode())
        (self.directory / "list" / "manifest.js.gz").write_bytes(content)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve the directory on loopback; yield the inbox's address."""
        handler = partial(_Silent, directory=str(self.directory))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/list"
            server.shutdown()

    def _git(self, *arguments: str) -> str:
        command = ["git", "--git-dir", str(self.epoch), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as inherited
        """Say nothing."""
