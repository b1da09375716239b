# SPDX-License-Identifier: GPL-3.0-or-later
"""Which host module answers for an origin."""

from __future__ import annotations

from bot.guix.package import PackageOrigin
from bot.upstream.asking import Asker
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.plain_http import size_of_url
from bot.upstream.revision import is_pinned

_URLS_TRIED = 3


def facts_about_origin(ask: Asker, origin: PackageOrigin) -> OriginFacts:
    """Return what is known of an origin; never raises for what a patch or a host says."""
    if not origin.uris:
        reason = "the patch does not show where it comes from"
        return OriginFacts(size=Fact(None, "", None, reason))
    return _plain(ask, origin)


def _plain(ask: Asker, origin: PackageOrigin) -> OriginFacts:
    """The first mirror that states a size; where none does, what the first one said."""
    if (origin.method or "").startswith(("git", "hg", "svn")):
        reason = "a repository states no size"
        return OriginFacts(Fact(None, origin.uris[0], None, reason), immutable=is_pinned(origin))
    answers = []
    for url in origin.uris[:_URLS_TRIED]:
        size = size_of_url(ask, url, immutable=is_pinned(origin) is True)
        if size.value is not None:
            return OriginFacts(size, immutable=is_pinned(origin))
        answers.append(size)
    return OriginFacts(answers[0], immutable=is_pinned(origin))
