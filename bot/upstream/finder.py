# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers questions about an origin."""

from __future__ import annotations

from bot.guix.package import PackageOrigin
from bot.upstream.facts import Fact, OriginFacts

OFFLINE = "not asked (offline)"


class OfflineFactFinder:
    """Asks nobody, and says so."""

    def facts_about(self, origin: PackageOrigin) -> OriginFacts:
        """Return no fact at all, with the reason that nobody was asked."""
        source = origin.uris[0] if origin.uris else ""
        return OriginFacts(size=Fact(None, source, None, OFFLINE))
