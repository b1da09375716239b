# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person has asked of ``weighbridge check``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The options of one call; they do not contradict each other."""

    paths: tuple[str, ...]
    """Empty where a range or what is not committed is meant."""
    revisions: str | None
    worktree: bool
    staged: bool
    repository: Path | None
    """None: the current folder."""
    watch: bool
    form: str
    """A key of ``bot.commands.check_forms.FORMS``."""
    offline: bool
    guix_repo: Path | None
    guix_branch: str | None
    """None: HEAD of ``guix_repo``; of the author's own repository, what the patch is made for."""
    policy_name: str
    all_packages: bool
