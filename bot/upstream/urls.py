# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger's URL taken apart, without a word when it is none."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote, urlsplit


def host_and_steps(url: str) -> tuple[str, list[str]]:
    """Return the host in lower case and the decoded steps of the path; ``("", [])`` for no URL."""
    host, steps = _parts(url)
    return host, list(steps)


@lru_cache(maxsize=1_024)  # every check asks for the same few
def _parts(url: str) -> tuple[str, tuple[str, ...]]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "", ()
    return host, tuple(unquote(step) for step in parts.path.split("/") if step)
