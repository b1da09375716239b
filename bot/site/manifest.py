# SPDX-License-Identifier: GPL-3.0-or-later
"""What a directory holds of this program: its files, and what each thread was when it was shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.site.settings import SiteError
from bot.site.summary import Summary, summary_from_json, summary_to_json

MANIFEST = ".weighbridge-site.json"
_FORMAT = 1
_PATH = re.compile(r"(?:[a-z]{1,20}/)?[a-z0-9](?:[a-z0-9-]|\.(?!\.)){0,100}")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was written."""

    size: int
    digest: str
    """SHA-256, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class KeptThread:
    """A thread as it was shown."""

    digest: str
    """As ``thread_digests`` gave it."""
    name: str
    summary: Summary


@dataclass(slots=True)
class Manifest:
    """What was written; changed as the writing goes on."""

    shared: str = ""
    """Digest of what all pages depend on: the program, its settings, the policy."""
    rest: str = ""
    """Digest of what the pages about all threads depend on beside these."""
    files: dict[str, KeptFile | None] = field(default_factory=dict)
    """By path; None for one whose writing may have been cut off."""
    threads: dict[str, KeptThread] = field(default_factory=dict)
    """By the hash of the thread's key, which may hold an address."""


def is_path_of_site(path: object) -> bool:
    """Whether a path may be one that this program wrote: it leads nowhere out of the directory.

    Whoever can write there could put another one into the manifest, to have it removed.
    """
    return isinstance(path, str) and _PATH.fullmatch(path) is not None


def manifest_to_bytes(manifest: Manifest) -> bytes:
    """Return the form that is kept in the directory."""
    form = {
        "format": _FORMAT,
        "shared": manifest.shared,
        "rest": manifest.rest,
        "files": {
            path: [kept.size, kept.digest] if kept else None
            for path, kept in sorted(manifest.files.items())
        },
        "threads": {
            key: {
                "digest": kept.digest,
                "name": kept.name,
                "summary": summary_to_json(kept.summary),
            }
            for key, kept in sorted(manifest.threads.items())
        },
    }
    return json.dumps(form, separators=(",", ":")).encode() + b"\n"


def manifest_from_bytes(content: bytes) -> Manifest:
    """Return what ``manifest_to_bytes`` gave; raises ``SiteError`` for anything else.

    Of another version of this program the files are known, and the threads are read anew.
    """
    try:
        form = json.loads(content)
        files = {
            path: KeptFile(int(kept[0]), str(kept[1])) if kept else None
            for path, kept in form["files"].items()
            if is_path_of_site(path)
        }
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise SiteError(
            f"{MANIFEST} cannot be read, so it is not known which files are the site's: remove the "
            "directory, and it is written anew"
        ) from error
    try:
        threads = {str(key): _thread(kept) for key, kept in form["threads"].items()}
    except (TypeError, KeyError, ValueError, AttributeError):
        return Manifest(files=files)
    return Manifest(str(form.get("shared", "")), str(form.get("rest", "")), files, threads)


def _thread(kept: Mapping[str, Any]) -> KeptThread:
    return KeptThread(str(kept["digest"]), str(kept["name"]), summary_from_json(kept["summary"]))
