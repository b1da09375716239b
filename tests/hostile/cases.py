# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection of hostile and huge patches, by name.

Each grows with one number, so that a test can ask whether the work grows with it as it should; at
``full`` size it is as large as the bounds of ``bot/limits.py`` let a mail be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.hostile import large_definitions, large_files, large_series


@dataclass(frozen=True, slots=True)
class Case:
    """One patch series, growing with a number."""

    make: Callable[[int], list[bytes]]
    """Returns the mails of the series."""
    full: int
    """The number at which one mail, or one series, is as large as it may be."""
    enough: int = 60
    """A number from which on it grows as it does when it is large."""

    @property
    def small(self) -> int:
        """A number at which it is read in no time, and twice of which is within the bounds too."""
        return max(min(self.enough, self.full // 3), 2)


CASES: Mapping[str, Case] = {
    **{name: Case(*case) for name, case in large_files.CASES.items()},
    **{name: Case(*case) for name, case in large_definitions.CASES.items()},
    **{name: Case(*case) for name, case in large_series.CASES.items()},
}
