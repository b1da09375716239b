# SPDX-License-Identifier: GPL-3.0-or-later
"""The two sides of a hunk: their text, and which of their lines the patch changes."""

from __future__ import annotations

from unidiff.patch import Hunk

from bot.patch.change import Region


class _Side:
    """One side of a hunk while its lines come in."""

    def __init__(self, start: int, length: int) -> None:
        # "-5,0" is the empty run behind line 5: in front of line 6.
        self.start = start if length else start + 1
        self.line = self.start
        self.text: list[str] = []
        self.changed: list[int] = []
        self.touched: list[int] = []
        self.in_block = False

    def add(self, value: str, changed: bool) -> None:
        self.text.append(value)
        if changed:
            self.changed.append(self.line)
            self.in_block = True
        self.line += 1

    def region(self, heading: str) -> Region:
        return Region(
            self.start, "".join(self.text), heading, tuple(self.changed), tuple(self.touched)
        )


def hunk_regions(hunk: Hunk, heading: str) -> tuple[Region, Region]:
    """Return the text of a parsed hunk before and after; ``heading`` is what git wrote above."""
    before = _Side(hunk.source_start, hunk.source_length)
    after = _Side(hunk.target_start, hunk.target_length)
    for line in hunk:
        if line.is_removed:
            before.add(line.value, changed=True)
        elif line.is_added:
            after.add(line.value, changed=True)
        elif line.is_context:
            _close_block(before, after)
            before.add(line.value, changed=False)
            after.add(line.value, changed=False)
    _close_block(before, after)
    return before.region(heading), after.region(heading)


def _close_block(before: _Side, after: _Side) -> None:
    """End a run of changed lines; where one side has none of it, note where it sits."""
    if after.in_block and not before.in_block:
        before.touched.append(before.line)
    if before.in_block and not after.in_block:
        after.touched.append(after.line)
    before.in_block = after.in_block = False
