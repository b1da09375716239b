# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches of bounded size, whatever the source."""

from __future__ import annotations

from bot.sources.interface import Batch, RawMessage

BATCH_MESSAGES = 500
BATCH_BYTES = 16_000_000


class BatchBuilder:
    """Gathers messages until there are enough for a batch."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._messages: list[RawMessage] = []
        self._skipped: list[tuple[str, str]] = []
        self._bytes = 0

    def add(self, message: RawMessage) -> None:
        """Take one message into the batch."""
        self._messages.append(message)
        self._bytes += len(message.content)

    def skip(self, location: str, reason: str) -> None:
        """Note what could not be read, and why."""
        self._skipped.append((location, reason))

    @property
    def full(self) -> bool:
        """Whether the batch should go out before more is read."""
        many = len(self._messages) + len(self._skipped) >= BATCH_MESSAGES
        return many or self._bytes >= BATCH_BYTES

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hand out."""
        return not self._messages and not self._skipped

    def take(self, cursor: str) -> Batch:
        """Return what was gathered as a batch with ``cursor`` and begin anew."""
        batch = Batch(tuple(self._messages), cursor, tuple(self._skipped))
        self._messages, self._skipped, self._bytes = [], [], 0
        return batch
