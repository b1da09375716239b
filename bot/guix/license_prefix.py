# SPDX-License-Identifier: GPL-3.0-or-later
"""How a file names the licences of Guix, so that advice can be pasted into it.

Most files import ``(guix licenses)`` with ``#:prefix license:``, some with another prefix, some
with none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.guix.licenses import known_licenses

USUAL: Final = "license:"
_HEAD: Final = 20_000
"""Characters of a file that are looked at: the module's imports stand at its top."""
_IMPORT: Final = re.compile(
    r"\(\(guix\s{1,20}licenses\)\s{1,80}#:prefix\s{1,20}([^\s()\"';]{1,40})\)"
)
_FIELD: Final = re.compile(r"\(license\s{1,80}(?:\(list\s{1,80})?([^\s()\"';]{1,80})")


def license_prefix(definition: str, file: str) -> str:
    """Return what stands before ``asl2.0`` and the like; ``license:`` where nothing tells.

    ``definition`` is the text of the package, ``file`` as much of its file's as is known.
    """
    written = _written_prefix(definition)
    if written is not None:
        return written
    return _prefix_of_file(file[:_HEAD])


@lru_cache(maxsize=16)
def _prefix_of_file(head: str) -> str:
    imported = _IMPORT.search(head)
    if imported is not None:
        return imported[1]
    elsewhere = _written_prefix(head)
    return USUAL if elsewhere is None else elsewhere


def _written_prefix(text: str) -> str | None:
    for match in _FIELD.finditer(text):
        before, colon, name = match[1].rpartition(":")
        if name in known_licenses():
            return before + colon
    return None
