# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Outcome of one finding; ``NONE`` is the verdict of a series without a model."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NONE = "none"


_WORST_FIRST = (Status.FAIL, Status.WARN, Status.UNKNOWN, Status.PASS)


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst status in the order fail, warn, unknown, pass; a note changes nothing.

    Nothing at all (or notes alone) is a pass.
    """
    present = set(statuses)
    return next((status for status in _WORST_FIRST if status in present), Status.PASS)


def severity(status: Status) -> int:
    """Return the place of a status among all, the worst first; a note comes last."""
    return _WORST_FIRST.index(status) if status in _WORST_FIRST else len(_WORST_FIRST)


@dataclass(frozen=True, slots=True)
class Waived:
    """A maintainer accepts a finding: it is shown, and no longer counts."""

    by: str
    """Name of the maintainer."""
    reason: str
    at: datetime
    """In UTC."""
    status: Status
    """What the finding would count as."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one package under one rule."""

    check: str
    """``license``, ``size``, ``substitutable`` …"""
    code: str
    """Stable identifier of the finding: ``license-missing``."""
    status: Status
    message: str
    """One or two plain sentences: what is the case."""
    hint: str = ""
    """What to do, or empty."""
    scheme: str = ""
    """Lines of Scheme to write, indented as ``guix style`` would; may be empty."""
    line: int | None = None
    """Line of the file after the patch that it speaks of."""
    rule: str = ""
    """Id of the policy's rule that spoke."""
    source: str = ""
    """URL of the rule's source."""
    learnt_from: str = ""
    """Where and when a fact of the outside world was learnt: a URL and a day, or empty."""
    waived: Waived | None = None
    """Set where a maintainer accepts it; ``status`` is then a note."""
