# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory that a site is written into, and the promise to touch nothing else in it.

A manifest says which files are the site's.  What is about to be written is noted in a journal
first, so that after a crash a half-written site is still known to be one.  Each file is put in
place whole, by renaming (POSIX.1-2017, ``rename``); a web server never sees half a page.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.site.manifest import (
    MANIFEST,
    KeptFile,
    Manifest,
    is_path_of_site,
    manifest_from_bytes,
    manifest_to_bytes,
)
from bot.site.settings import SiteError

JOURNAL = ".weighbridge-site.journal"
_TEMPORARY = ".weighbridge-site.tmp"
_OWN = frozenset({MANIFEST, JOURNAL, _TEMPORARY})
_FILE_MODE, _DIRECTORY_MODE = 0o644, 0o755
"""Whatever the umask: another account, the web server's, has to read it."""


class SiteDirectory:
    """One directory, locked; made by ``open_directory``."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Take a directory that is this program's."""
        self.path = path
        self.manifest = manifest
        self.written = 0
        self.removed = 0

    def is_whole(self, path: str) -> bool:
        """Say whether a file is there as it was written, as far as its size tells."""
        kept = self.manifest.files.get(path)
        if kept is None:
            return False
        try:
            status = (self.path / path).lstat()
        except OSError:
            return False
        return status.st_size == kept.size

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Write those files whose content is not what is there already.

        Raises ``SiteError`` where a file is in the way that this program did not write.
        """
        new = {path: KeptFile(len(text), _digest(text)) for path, text in contents.items()}
        differing = [
            path
            for path, kept in new.items()
            if self.manifest.files.get(path) != kept or not self.is_whole(path)
        ]
        if not differing:
            return
        self._claim(differing)
        for path in differing:
            self._write(path, contents[path])
            self.manifest.files[path] = new[path]
            self.written += 1

    def finish(self, keep: Collection[str]) -> None:
        """Remove the site's files that are not among ``keep``, and write the manifest."""
        for path in sorted(set(self.manifest.files) - set(keep)):
            self._check_parent((self.path / path).parent)
            with suppress(FileNotFoundError):
                (self.path / path).unlink()
                self.removed += 1
            del self.manifest.files[path]
            self._remove_if_empty((self.path / path).parent)
        self.save()

    def save(self) -> None:
        """Write the manifest, if it says anything new, and end the journal."""
        content = manifest_to_bytes(self.manifest)
        place = self.path / MANIFEST
        if not place.exists() or place.read_bytes() != content:
            self._write(MANIFEST, content, durable=True)
        (self.path / JOURNAL).unlink(missing_ok=True)

    def _claim(self, paths: Collection[str]) -> None:
        """Note which files are about to be this program's, before they are."""
        for path in paths:
            place = self.path / path
            self._check_parent(place.parent)
            if path not in self.manifest.files and (place.exists() or place.is_symlink()):
                raise SiteError(
                    f"{place} is in the way, and was not written by weighbridge: move it elsewhere"
                )
        with (self.path / JOURNAL).open("ab") as journal:
            journal.write(json.dumps(list(paths)).encode() + b"\n")
            journal.flush()
            os.fsync(journal.fileno())
        for path in paths:
            self.manifest.files[path] = None

    def _check_parent(self, parent: Path) -> None:
        if parent != self.path and parent.is_symlink():
            raise SiteError(f"{parent} is a link to elsewhere: remove it")

    def _write(self, path: str, content: bytes, *, durable: bool = False) -> None:
        place, temporary = self.path / path, self.path / _TEMPORARY
        if not place.parent.exists():
            place.parent.mkdir()
            place.parent.chmod(_DIRECTORY_MODE)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(temporary, flags, _FILE_MODE), "wb") as file:
            os.fchmod(file.fileno(), _FILE_MODE)
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(place)

    def _remove_if_empty(self, directory: Path) -> None:
        if directory != self.path:
            with suppress(OSError):
                directory.rmdir()


@contextmanager
def open_directory(path: Path) -> Iterator[SiteDirectory]:
    """Yield the directory for writing, made if it is not there.

    Raises ``SiteError`` where it holds anything that this program did not write there, or where
    another process writes to it; ``OSError`` where it cannot be written.
    """
    if path.exists() and not path.is_dir():
        raise SiteError(f"{path} is no directory")
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(_DIRECTORY_MODE)
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SiteError(f"{path}: another process writes the site: try again later") from error
        yield SiteDirectory(path, _manifest(path))
    finally:
        os.close(lock)


def _manifest(path: Path) -> Manifest:
    place = path / MANIFEST
    if not place.exists():
        _check_empty(path)
        # So that a first writing that is cut off leaves a directory that is known as a site's.
        place.write_bytes(manifest_to_bytes(Manifest()))
        place.chmod(_FILE_MODE)
    manifest = manifest_from_bytes(place.read_bytes())
    journal = path / JOURNAL
    for line in journal.read_bytes().splitlines() if journal.exists() else ():
        with suppress(
            ValueError, TypeError
        ):  # the last line may have been cut off, and then nothing written
            manifest.files.update(dict.fromkeys(filter(is_path_of_site, json.loads(line))))
    return manifest


def _check_empty(path: Path) -> None:
    found = sorted(entry.name for entry in path.iterdir() if entry.name not in _OWN)
    if found:
        shown = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
        raise SiteError(
            f"{path} is not empty ({shown}) and was not written by weighbridge: name a new or an "
            "empty directory, so that nothing of yours is overwritten"
        )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
