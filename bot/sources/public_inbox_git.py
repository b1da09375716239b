# SPDX-License-Identifier: GPL-3.0-or-later
"""A public-inbox archive over Git: the way to read it that loses nothing and costs least.

The epochs are mirrored below a directory and fetched only when the archive's manifest says that
they changed.  The cursor is an epoch and a commit of it.  Where the commit is no longer part of
the history (a purge rewrites it), the epoch is read from the beginning, and the Message-IDs tell
downstream what is known already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.batches import BatchBuilder
from bot.sources.cursor import read_cursor, whole_number, write_cursor
from bot.sources.git_epoch import GitEpoch, GitMail
from bot.sources.interface import Batch, RawMessage, SourceError
from bot.sources.manifest import RemoteEpoch, fetch_manifest

_KIND = "public-inbox-git"
_STATE = "fetched.json"


class PublicInboxGitSource:
    """Mirrors one inbox and reads its mails in the order in which the archive got them."""

    def __init__(
        self,
        name: str,
        url: str,
        mirror: Path,
        since: datetime | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Read the inbox at ``url`` by way of ``mirror``, a directory of this source alone.

        Without a cursor, what the archive received before ``since`` is left out.
        """
        if not url.startswith(("http://", "https://")):
            raise SourceError(f"{url}: the address of an archive begins with http:// or https://")
        self._name = name
        self._url = url.rstrip("/")
        self._mirror = mirror
        self._since = max(0, int(since.timestamp())) if since else 0
        self._limits = limits

    @property
    def name(self) -> str:
        """The name that the configuration gives this source."""
        return self._name

    def fetch(self, cursor: str | None) -> Iterator[Batch]:
        """Yield the mails that came after ``cursor``, oldest first.  Raises ``SourceError``."""
        try:
            yield from self._epochs(cursor)
        except OSError as error:
            raise SourceError(f"{self._mirror}: {error.strerror or error}") from error

    def _epochs(self, cursor: str | None) -> Iterator[Batch]:
        first, commit = _position(cursor)
        epochs = [epoch for epoch in fetch_manifest(self._url) if epoch.number >= first]
        for remote in epochs:
            if cursor is None and remote.modified and remote.modified < self._since:
                continue
            epoch = self._updated(remote)
            yield from self._read(remote.number, epoch, commit if remote.number == first else None)

    def _updated(self, remote: RemoteEpoch) -> GitEpoch:
        """Bring the mirror of one epoch up to date, where it is not so already."""
        epoch = GitEpoch(self._mirror / f"{remote.number}.git")
        state = self._state()
        known = remote.fingerprint and state.get(str(remote.number)) == remote.fingerprint
        if not (known and epoch.exists):
            epoch.update(remote.url)
            self._remember(state | {str(remote.number): remote.fingerprint})
        return epoch

    def _read(self, number: int, epoch: GitEpoch, after: str | None) -> Iterator[Batch]:
        if epoch.head() in (None, after):
            return
        known = after if after and epoch.contains(after) else None
        builder = BatchBuilder()
        last = told = known
        for mail in epoch.mails(known, self._since, self._limits):
            self._take(number, mail, builder)
            last = mail.commit
            if builder.full:
                yield builder.take(_cursor(number, last))
                told = last
        if last and last != told:
            yield builder.take(_cursor(number, last))

    def _take(self, number: int, mail: GitMail, builder: BatchBuilder) -> None:
        location = f"{self._url}/git/{number}.git {mail.commit[:12]}"
        if mail.content is not None:
            builder.add(RawMessage(mail.content, location))
        elif mail.too_long:
            builder.skip(location, f"longer than {self._limits.message_bytes} bytes")

    def _state(self) -> dict[str, str]:
        """Return the fingerprints that were fetched.  Lost, they cost one needless fetch."""
        with suppress(OSError, ValueError):
            state = json.loads((self._mirror / _STATE).read_text(encoding="utf-8"))
            if isinstance(state, dict):
                return {str(key): str(value) for key, value in state.items()}
        return {}

    def _remember(self, state: dict[str, str]) -> None:
        fresh = self._mirror / f"{_STATE}.new"
        fresh.write_text(json.dumps(state), encoding="utf-8")
        fresh.replace(self._mirror / _STATE)


def _position(cursor: str | None) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    values = read_cursor(_KIND, cursor)
    return whole_number(values.get("epoch")), str(values.get("commit"))


def _cursor(epoch: int, commit: str) -> str:
    return write_cursor(_KIND, {"epoch": epoch, "commit": commit})
