# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks, and in which circumstances: what every command is carried out with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.policy.model import Policy
from bot.reply.decide import Manners
from bot.steering.command import Command


class Result(StrEnum):
    """How a command ended, for the audit log."""

    DONE = "done"
    """Something was changed."""
    TOLD = "told"
    """A question was answered."""
    REFUSED = "refused"
    """The sender may not do this, or has not proven enough."""
    MISTAKEN = "mistaken"
    """It cannot be done: the issue is not known, the mail is not held."""
    IGNORED = "ignored"
    """Nobody was answered."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A proven sender."""

    address: str
    """Where the answer goes, in lower case."""
    maintainer: str
    """The maintainer's name; empty for everybody else."""

    @property
    def name(self) -> str:
        """What others are shown: a name where one is known to the configuration."""
        return self.maintainer or self.address


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the bot stands at the time of a command."""

    now: datetime
    """In UTC."""
    mode: str
    policy: Policy
    manners: Manners
    message_id_prefix: str
    """How the Message-IDs of the bot's mails begin, which short IDs of held mails leave out."""
    bot_name: str
    bot_address: str
    problems: tuple[str, ...] = ()
    """What is wrong with the service, for ``status``."""
    no_room: str = ""
    """Why only maintainers are answered now: limits on mail; empty where all are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one command."""

    command: Command
    result: Result
    text: str
    """For the asker: lines of at most some 60 columns, LF line ends."""
