# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the bot is, and which list it serves: ``[bot]`` and ``[list]``."""

from __future__ import annotations

from bot.config.values import EmailAddress, Frozen, Line, ReplyTemplate


class ListSettings(Frozen):
    """The list whose patches are triaged, and where answers to it go."""

    address: EmailAddress = "guix-patches@gnu.org"
    """Never answered when ``reply_to`` names a tracker."""
    list_id: Line | None = None
    """The List-Id header; derived from ``address`` if not said."""
    reply_to: ReplyTemplate = "{issue}@debbugs.gnu.org"
    """Where an answer goes; ``{issue}`` is the tracker's number of the thread."""
    other_repositories: tuple[Line, ...] = ()
    """Words in ``[PATCH word]`` that name a repository which is not this one."""
    branches: tuple[Line, ...] = ()
    """Words in ``[PATCH word]`` that name a branch of this repository."""

    @property
    def identifier(self) -> str:
        """The List-Id of the list: ``guix-patches.gnu.org``."""
        return self.list_id or self.address.replace("@", ".")

    @property
    def needs_issue(self) -> bool:
        """Whether an answer can only be addressed once the tracker's number is known."""
        return "{issue}" in self.reply_to

    @property
    def tracker_domain(self) -> str:
        """The domain that answers go to: ``debbugs.gnu.org``."""
        return self.reply_to.rpartition("@")[2].lower()


class BotSettings(Frozen):
    """Who the bot is, and who looks after it."""

    name: Line = "Weighbridge"
    address: EmailAddress | None = None
    """From address; needed to send."""
    other_addresses: tuple[EmailAddress, ...] = ()
    """Earlier addresses of the bot: their mail is its own, too."""
    operator: EmailAddress | None = None
    """Is told when something needs a person; needed to send."""
    bounces: EmailAddress | None = None
    """Envelope sender, where bounces go; the null return path if not said."""
    homepage: Line | None = None
    """URL that tells people what this is; printed at the end of each mail."""
