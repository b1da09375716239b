# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a public-inbox: which Git epochs it has, and whether they changed.

``manifest.js.gz`` is grokmirror's format: a gzipped JSON object from repository path to, among
others, ``fingerprint`` (changes with the repository) and ``modified`` (seconds since the epoch).
A v2 inbox keeps its mail in ``NAME/git/0.git``, ``1.git`` …, a new one when the last is full
(public-inbox-v2-format(5)).
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass

import requests

from bot import __version__
from bot.sources.gzip_stream import expanded
from bot.sources.interface import SourceError

_TIMEOUT = (10, 60)
_LARGEST = 5_000_000  # bytes, expanded
_EPOCH = re.compile(r"(?:.*/)?git/(\d{1,4})\.git")


@dataclass(frozen=True, slots=True)
class RemoteEpoch:
    """One epoch as the archive describes it."""

    number: int
    url: str
    fingerprint: str
    modified: int
    """When it last changed, in seconds since the epoch; 0 where it is not said."""


def fetch_manifest(url: str) -> list[RemoteEpoch]:
    """Return the epochs of the inbox at ``url``, in their order.  Raises ``SourceError``."""
    address = f"{url.rstrip('/')}/manifest.js.gz"
    headers = {"User-Agent": f"weighbridge/{__version__}"}
    try:
        with requests.get(address, timeout=_TIMEOUT, stream=True, headers=headers) as answer:
            if answer.status_code != requests.codes.ok:
                raise SourceError(f"{address}: the archive answered {answer.status_code}")
            content = _bounded(answer)
    except requests.RequestException as error:
        raise SourceError(f"{address}: the archive cannot be reached") from error
    except (zlib.error, EOFError) as error:
        raise SourceError(f"{address}: the manifest is damaged or cut") from error
    return read_manifest(content, url)


def _bounded(answer: requests.Response) -> bytes:
    content = b""
    for piece in expanded(answer.iter_content(65_536)):
        content += piece
        if len(content) > _LARGEST:
            raise SourceError(f"{answer.url}: the manifest is longer than {_LARGEST} bytes")
    return content


def read_manifest(content: bytes, url: str) -> list[RemoteEpoch]:
    """Read the JSON of a manifest of the inbox at ``url``.  Raises ``SourceError``."""
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{url}: the manifest is no JSON") from error
    epochs: list[RemoteEpoch] = []
    for path, entry in entries.items() if isinstance(entries, dict) else ():
        found = _EPOCH.fullmatch(path)
        if found and isinstance(entry, dict):
            epochs.append(_epoch(int(found[1]), url, entry))
    if not epochs and entries != {}:  # a new archive has none yet
        raise SourceError(f"{url}: the archive has no Git epochs; read it over HTTP instead")
    return sorted(epochs, key=lambda epoch: epoch.number)


def _epoch(number: int, url: str, entry: dict[str, object]) -> RemoteEpoch:
    modified = entry.get("modified")
    return RemoteEpoch(
        number=number,
        url=f"{url.rstrip('/')}/git/{number}.git",
        fingerprint=str(entry.get("fingerprint", ""))[:100],
        modified=modified if isinstance(modified, int) else 0,
    )
