# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger's URL taken apart, without a word when it is none."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


def host_and_steps(url: str) -> tuple[str, list[str]]:
    """Return the host in lower case and the decoded steps of the path; ``("", [])`` for no URL."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "", []
    return host, [unquote(step) for step in parts.path.split("/") if step]
