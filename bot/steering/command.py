# SPDX-License-Identifier: GPL-3.0-or-later
"""A command by mail, understood; and what was written instead of one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its arguments; those that it does not take are empty."""

    name: str
    """As the table of forms has it (``bot/steering/forms.py``)."""
    written: str
    """As it stood in the mail, on one line, for the audit log and the answer."""
    named: bool
    """Whether the line began with the bot's name: ``@weighbridge …``."""
    issue: int | None = None
    other_issue: int | None = None
    revision: int | None = None
    code: str = ""
    package: str = ""
    which: str = ""
    """Which list."""
    mail_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that was meant as a command, as far as one can tell, and is none."""

    written: str
    suggestion: str
    """What to write instead, or what is missing: a sentence."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail asks for."""

    commands: tuple[Command, ...] = ()
    """At most as many as one mail may hold, in the order of the mail."""
    mistakes: tuple[Mistake, ...] = ()
    left_out: int = 0
    """Further commands, past that number."""
