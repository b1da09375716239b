# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers questions about an origin: the host modules in turn, through one guarded client."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Self

from bot.guix.package import PackageOrigin
from bot.upstream.asking import Asker
from bot.upstream.cache import FactCache, MemoryFactCache
from bot.upstream.client import GuardedClient, utc_now
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.origin import facts_about_origin
from bot.upstream.settings import UpstreamSettings, default_upstream_settings

_LOG = logging.getLogger(__name__)


class OfflineFactFinder:
    """Asks nobody, and says so; what the cache knows it tells."""

    def __init__(self, cache: FactCache | None = None) -> None:
        """``cache`` None: nothing is known."""
        self._asker = Asker(cache or MemoryFactCache(), UpstreamSettings(), utc_now)

    def for_one_mail(self) -> Self:
        """Return a finder whose budget is that of one series; nothing is spent here."""
        return self

    def facts_about(self, origin: PackageOrigin) -> OriginFacts:
        """Return what the cache knows; for the rest, that nobody was asked."""
        return _facts(self._asker, origin)


class GuardedFactFinder:
    """Asks the hosts that may be asked, within bounds, and keeps what they answer."""

    def __init__(
        self,
        settings: UpstreamSettings | None = None,
        cache: FactCache | None = None,
        now: Callable[[], datetime] = utc_now,
        client: GuardedClient | None = None,
    ) -> None:
        """Settings are those of ``config/upstream.toml`` unless others are given."""
        self._settings = settings or default_upstream_settings()
        self._cache = cache if cache is not None else MemoryFactCache()
        self._now = now
        self._client = client or GuardedClient(self._settings, now)
        self._asker = Asker(self._cache, self._settings, now, self._client)

    def for_one_mail(self) -> GuardedFactFinder:
        """Return a finder with the same client and cache, and a fresh budget for one series."""
        return GuardedFactFinder(self._settings, self._cache, self._now, self._client)

    def facts_about(self, origin: PackageOrigin) -> OriginFacts:
        """Return what the publisher states; what is not known carries the reason."""
        return _facts(self._asker, origin)


def _facts(asker: Asker, origin: PackageOrigin) -> OriginFacts:
    """Whatever a host's answer does to its module, the report goes on."""
    try:
        return facts_about_origin(asker, origin)
    except Exception:  # noqa: BLE001  (a mistake here must not stop the report)
        _LOG.exception("the facts about %.200s could not be found out", origin.uris[:1])
        source = origin.uris[0] if origin.uris else ""
        return OriginFacts(size=Fact(None, source, None, "the answer was not understood"))
