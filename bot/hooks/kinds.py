# SPDX-License-Identifier: GPL-3.0-or-later
"""The hooks that Weighbridge can serve as.

Source: githooks(5).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HookKind:
    """One of git's hooks."""

    name: str
    """Its file's name."""
    purpose: str
    """What it judges, as the end of a sentence."""
    once_without: str
    """The command that does the same once without it."""


SEND_EMAIL = HookKind(
    "sendemail-validate", "what 'git send-email' is about to send", "git send-email"
)
PRE_COMMIT = HookKind("pre-commit", "what is staged before 'git commit' takes it", "git commit")
KINDS = {kind.name: kind for kind in (SEND_EMAIL, PRE_COMMIT)}
SKIP_VARIABLE = "WEIGHBRIDGE_SKIP"
"""An environment variable: set, and not to 0, hooks let everything pass."""
STATUS_STOP = 65
"""Exit status of ``weighbridge run-hook`` where git is to stop: not 1, with which Python ends when
it cannot even load the program.  EX_DATAERR of sysexits.h: the input was incorrect."""
