# SPDX-License-Identifier: GPL-3.0-or-later
"""Where on Hugging Face an origin points.

A file is ``/OWNER/NAME/resolve/REVISION/PATH`` (also ``raw`` and ``blob``), a repository
``/OWNER/NAME``; the oldest models have no owner.  Data sets and spaces are other things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.guix.package import PackageOrigin
from bot.upstream.revision import HUGGING_FACE_HOSTS
from bot.upstream.urls import host_and_steps

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_FILE_VERBS = frozenset(("resolve", "raw", "blob"))
_OTHER_KINDS = frozenset(("datasets", "spaces", "api", "docs", "papers", "collections", "blog"))


@dataclass(frozen=True, slots=True)
class HubPlace:
    """A model repository on the hub, its revision, and a file in it (or all of it)."""

    repository: str
    """``OWNER/NAME``, or ``NAME`` alone for the oldest models."""
    revision: str
    path: str | None


def hub_place(origin: PackageOrigin) -> HubPlace | None:
    """Return where on the hub an origin points; None where it points elsewhere."""
    for url in origin.uris[:5]:
        place = _place(url, origin.commit)
        if place is not None:
            return place
    return None


def _place(url: str, commit: str | None) -> HubPlace | None:
    host, steps = host_and_steps(url)
    if host not in HUGGING_FACE_HOSTS or not steps or steps[0] in _OTHER_KINDS:
        return None
    verb = next((place for place, step in enumerate(steps[:3]) if step in _FILE_VERBS), None)
    names = steps[:verb] if verb else steps[:2]
    if not 1 <= len(names) <= 2 or not all(_NAME.fullmatch(name) for name in names):
        return None
    if verb and len(steps) > verb + 2:
        repository, revision = "/".join(names), steps[verb + 1]
        return HubPlace(repository, revision, "/".join(steps[verb + 2 :]))
    if commit and not verb:
        return HubPlace("/".join([*names[:-1], names[-1].removesuffix(".git")]), commit, None)
    return None


def is_repository(name: str) -> bool:
    """Tell whether a name is ``OWNER/NAME`` or ``NAME``."""
    parts = name.split("/")
    return 1 <= len(parts) <= 2 and all(_NAME.fullmatch(part) for part in parts)
