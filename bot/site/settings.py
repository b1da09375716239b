# SPDX-License-Identifier: GPL-3.0-or-later
"""What a site is written with, and how it says that it cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from bot.policy.model import Policy


class SiteError(RuntimeError):
    """The site cannot be written; the message says what to do."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What an operator decides about the site, with all defaults filled in."""

    title: str
    policy: Policy
    mode: str
    """``dry-run``, ``moderated`` or ``live``: whether what is shown as an answer was sent."""
    list_address: str
    """Of the list that is watched; also what makes the ids of the feed this site's own."""
    base_url: str = ""
    """Where the site will be seen, ending in a slash; empty where that is not known."""
    archive_url: str = ""
    """Of one mail in the list's archive, with ``{message_id}``; empty: no links."""
    issue_url: str = ""
    """Of one issue in the tracker, with ``{issue}``; empty: no links."""
    notice: str = ""
    """Said at the top of each page, where something has to be: that it is a demonstration."""
