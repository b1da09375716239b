# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of files: an issue's number or a hash, never a stranger's text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_LIST = "index"
"""The name of the list of rules, which none of them may take."""
_MOST_DIGITS = 12


def hashed(text: str, length: int = 16) -> str:
    """Return a short name for any text, the same each time."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]


def thread_names(threads: Iterable[tuple[str, int | None]]) -> Mapping[str, str]:
    """Return the name of each thread's files; ``threads`` are (key, issue), the oldest first.

    The first thread of an issue has its number, so that the page can be found by hand.
    """
    taken: set[str] = set()
    names: dict[str, str] = {}
    for key, issue in threads:
        name = str(issue) if issue is not None and 0 < issue < 10**_MOST_DIGITS else ""
        if not name or name in taken:
            name = f"{name}-{hashed(key, 8)}" if name else f"t-{hashed(key)}"
        taken.add(name)
        names[key] = name
    return names


def rule_name(code: str) -> str:
    """Return the name of a rule's files; empty where the code is none that a file may have."""
    return code if _CODE.fullmatch(code) and code != _LIST else ""
