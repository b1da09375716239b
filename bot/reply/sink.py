# SPDX-License-Identifier: GPL-3.0-or-later
"""What every place that takes finished mail offers, and how an attempt can end."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Ending(StrEnum):
    """How an attempt to hand a mail over ended."""

    ACCEPTED = "accepted"
    """For at least one recipient."""
    LATER = "later"
    """Refused for now (4xx): try again."""
    REFUSED = "refused"
    """Refused for good (5xx)."""
    UNKNOWN = "unknown"
    """The line broke after the mail was handed over: it may or may not have been taken."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt."""

    ending: Ending
    reason: str
    """What the server said, for the operator."""
    later: tuple[str, ...] = ()
    """Of an accepted mail: recipients that were refused for now."""
    refused: tuple[str, ...] = ()
    """Of an accepted mail: recipients that were refused for good."""


class SinkUnavailableError(RuntimeError):
    """The sink as a whole cannot be used now; no mail is at fault."""


class Session(Protocol):
    """An open sink."""

    async def hand_over(
        self, message_id: str, sender: str, recipients: tuple[str, ...], content: bytes
    ) -> Attempt:
        """Hand one mail over.  Raises ``SinkUnavailableError`` where it surely was not taken
        and the session cannot go on."""


class Sink(Protocol):
    """A place that takes finished mail."""

    @property
    def is_idempotent(self) -> bool:
        """Whether handing the same mail over twice leaves one copy."""

    def session(self) -> AbstractAsyncContextManager[Session]:
        """Open the sink.  Raises ``SinkUnavailableError``."""
