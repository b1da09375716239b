# SPDX-License-Identifier: GPL-3.0-or-later
"""Several mails that make one patch series at one revision."""

from __future__ import annotations

from dataclasses import dataclass

from bot.mail.message import Address, Message


@dataclass(frozen=True, slots=True)
class Series:
    """A patch series: its cover letter, its patches in order, and what of it has not come."""

    key: str
    """Stable over restarts and orders of arrival; the same for all members."""
    thread_key: str
    """The same for all revisions of one change."""
    subject: str
    """The cover letter's title, else the first patch's, else (of several) the one they share."""
    author: Address
    issues: tuple[int, ...]
    """The tracker's numbers, lowest first: one series may have opened several."""
    revision: int
    total: int
    """How many patches the subjects declare."""
    cover: Message | None
    patches: tuple[Message, ...]
    """Ordered by index; several patches inside one mail count as that one member."""
    missing: tuple[int, ...]
    """Indices from 1 that were declared and have not come; the cover letter is never among them."""
    base_commit: str | None = None
    prefixes: tuple[str, ...] = ()
    """What else the subjects' brackets say; another repository's name, for instance."""
    aliases: tuple[str, ...] = ()
    """Every key that the series may have had while only some of its members had come, ``key``
    included: a stored series under any of them is this one."""
    thread_aliases: tuple[str, ...] = ()
    """The same for ``thread_key``."""

    @property
    def issue(self) -> int | None:
        """The lowest tracker number, or None."""
        return self.issues[0] if self.issues else None

    @property
    def members(self) -> tuple[Message, ...]:
        """The cover letter, if there is one, and the patches."""
        return (self.cover, *self.patches) if self.cover else self.patches
