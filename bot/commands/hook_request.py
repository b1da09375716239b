# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person has asked of ``weighbridge install-hook``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HookRequest:
    """The options of one call."""

    kind: str
    """A key of ``bot.hooks.kinds.KINDS``."""
    policy_name: str
    guix_repo: Path | None
    online: bool
    strict: bool
    repository: Path | None
    """None: the current folder."""
    force: bool
    dry_run: bool
