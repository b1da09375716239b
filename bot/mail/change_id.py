# SPDX-License-Identifier: GPL-3.0-or-later
"""``Change-Id`` trailers: what tells a patch across its revisions (Gerrit's format)."""

from __future__ import annotations

from bot.mail.line_start import LineStart

_CHANGE_ID = LineStart(r"Change-Id: (I[0-9a-f]{40})[ \t]*$")
_PREAMBLE = 20_000  # characters: trailers stand in front of the diff


def change_ids(diff: str) -> list[str]:
    """Return the identifiers of the patches in a text that holds diffs, in their order."""
    return [found[1] for found in _CHANGE_ID.every(diff[:_PREAMBLE])]
