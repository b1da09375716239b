# SPDX-License-Identifier: GPL-3.0-or-later
"""Does an origin name something that its publisher can still change.

The hash of an origin makes a change fail the build; it does not keep the file available.  On
Hugging Face only a revision of 40 hexadecimal digits is immutable, a branch or a tag is not
(https://huggingface.co/docs/hub/repositories-getting-started).
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from bot.guix.package import PackageOrigin

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCHES = frozenset(
    ("main", "master", "head", "trunk", "develop", "devel", "dev", "latest", "nightly", "tip")
)
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
    on_hub = any((urlsplit(uri).hostname or "") in HUGGING_FACE_HOSTS for uri in origin.uris)
    if on_hub or revision.lower().removeprefix("origin/") in _BRANCHES:
        return False
    return None  # a tag: Guix's usual way to name a release


def url_is_pinned(url: str) -> bool | None:
    """The same for one URL: ``…/resolve/main/…`` no, ``…/resolve/<40 hex>/…`` yes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if (parts.hostname or "") in HUGGING_FACE_HOSTS:
        revision = _revision_after(steps, ("resolve", "raw", "blob"))
        return is_commit(revision) if revision else None
    if any(is_commit(step.split(".", 1)[0]) for step in steps):
        return True
    moving = any(step.lower() in _BRANCHES for step in steps) or "/refs/heads/" in parts.path
    return False if moving else None


def _revision_after(steps: list[str], words: tuple[str, ...]) -> str | None:
    for place, step in enumerate(steps[:-1]):
        if step in words:
            return steps[place + 1]
    return None
