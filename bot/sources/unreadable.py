# SPDX-License-Identifier: GPL-3.0-or-later
"""Input that a person named and that could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sources.interface import RawMessage


@dataclass(frozen=True, slots=True)
class UnreadableInput:
    """Something that was handed in and could not be read."""

    location: str
    """The path, or what else tells a person where it is."""
    reason: str
    """Begins in lower case and reads on after ``location: ``."""


Found = RawMessage | UnreadableInput
