# SPDX-License-Identifier: GPL-3.0-or-later
"""Does an origin name something that its publisher can still change.

The hash of an origin makes a change fail the build; it does not keep the file available.  On
Hugging Face only a revision of 40 hexadecimal digits is immutable, a branch or a tag is not
(https://huggingface.co/docs/hub/repositories-getting-started).
"""

from __future__ import annotations

import re

from bot.guix.package import PackageOrigin
from bot.upstream.urls import host_and_steps

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCHES = frozenset(
    ("main", "master", "head", "trunk", "develop", "devel", "dev", "latest", "nightly", "tip")
)
_MOVING = frozenset(("latest", "nightly"))
_FORGE_VERBS = frozenset(("raw", "blob", "archive", "media"))
HUGGING_FACE_HOSTS = frozenset(("huggingface.co", "www.huggingface.co", "hf.co"))


def is_commit(revision: str) -> bool:
    """Tell whether a revision is a whole commit id (SHA-1 or SHA-256), not a name."""
    return _COMMIT.fullmatch(revision) is not None


def is_pinned(origin: PackageOrigin) -> bool | None:
    """Tell whether the origin names something immutable; None where the question does not arise.

    It arises for revisions of a repository and for URLs that name a moving target; a file under a
    versioned name is neither.
    """
    if origin.commit is not None:
        return _commit_is_pinned(origin)
    answers = {url_is_pinned(uri) for uri in origin.uris}
    if False in answers:
        return False
    return True if True in answers else None


def _commit_is_pinned(origin: PackageOrigin) -> bool | None:
    revision = origin.commit or ""
    if is_commit(revision):
        return True
    on_hub = any(host_and_steps(uri)[0] in HUGGING_FACE_HOSTS for uri in origin.uris)
    if on_hub or revision.lower().removeprefix("origin/") in _BRANCHES:
        return False
    return None  # a tag: Guix's usual way to name a release


def url_is_pinned(url: str) -> bool | None:
    """The same for one URL: ``…/resolve/main/…`` no, ``…/resolve/<40 hex>/…`` yes."""
    host, steps = host_and_steps(url)
    if host in HUGGING_FACE_HOSTS:
        revision = _revision_after(steps, ("resolve", "raw", "blob"))
        return is_commit(revision) if revision else None
    revision = _forge_revision(host, steps)
    if revision is not None and is_commit(_without_ending(revision)):
        return True
    moving = revision is not None and _without_ending(revision).lower() in _BRANCHES
    return False if moving or any(step.lower() in _MOVING for step in steps) else None


def _forge_revision(host: str, steps: list[str]) -> str | None:
    """The revision in a forge's URL of a file or an archive; a branch for ``refs/heads/…``."""
    if host == "raw.githubusercontent.com":
        return _named(steps[2:])
    for place, step in enumerate(steps[2:-1], 2):
        if step in _FORGE_VERBS:
            return _named(steps[place + 1 :])
    return None


def _named(steps: list[str]) -> str | None:
    if steps[:2] == ["refs", "heads"]:
        return "main"
    if steps[:2] == ["refs", "tags"]:
        return steps[2] if len(steps) > 2 else None
    return steps[0] if steps else None


def _without_ending(revision: str) -> str:
    for ending in (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip"):
        revision = revision.removesuffix(ending)
    return revision


def _revision_after(steps: list[str], words: tuple[str, ...]) -> str | None:
    for place, step in enumerate(steps[:-1]):
        if step in words:
            return steps[place + 1]
    return None
