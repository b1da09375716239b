# SPDX-License-Identifier: GPL-3.0-or-later
"""Which host module answers for an origin."""

from __future__ import annotations

from bot.guix.package import PackageOrigin
from bot.upstream.asking import Asker
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.github import github_facts, github_place
from bot.upstream.hub_place import hub_place
from bot.upstream.hugging_face import hugging_face_facts
from bot.upstream.plain_http import size_of_url
from bot.upstream.revision import is_pinned
from bot.upstream.vosk import vosk_facts, vosk_model_name
from bot.upstream.zenodo import zenodo_facts, zenodo_file
from bot.upstream.zip_index import zip_index

_URLS_TRIED = 3


def facts_about_origin(ask: Asker, origin: PackageOrigin) -> OriginFacts:
    """Return what is known of an origin; never raises for what a patch or a host says."""
    if not origin.uris:
        reason = "the patch does not show where it comes from"
        return OriginFacts(size=Fact(None, "", None, reason))
    return _host_facts(ask, origin) or _plain(ask, origin)


def _host_facts(ask: Asker, origin: PackageOrigin) -> OriginFacts | None:
    """What a host with a page for it states; None where no module knows the host."""
    hub = hub_place(origin)
    if hub is not None:
        return hugging_face_facts(ask, origin, hub)
    vosk = vosk_model_name(origin)
    if vosk is not None:
        return vosk_facts(ask, origin, vosk)
    zenodo = zenodo_file(origin)
    if zenodo is not None:
        return zenodo_facts(ask, zenodo)
    github = github_place(origin)
    return github_facts(ask, origin, github) if github is not None else None


def _plain(ask: Asker, origin: PackageOrigin) -> OriginFacts:
    """The first mirror that states a size; where none does, what the first one said."""
    if (origin.method or "").startswith(("git", "hg", "svn")):
        reason = "a repository states no size"
        return OriginFacts(Fact(None, origin.uris[0], None, reason), immutable=is_pinned(origin))
    answers = []
    for url in origin.uris[:_URLS_TRIED]:
        size = size_of_url(ask, url, immutable=is_pinned(origin) is True)
        if size.value is not None:
            return _plain_file(ask, origin, url, size)
        answers.append(size)
    return OriginFacts(answers[0], immutable=is_pinned(origin))


def _plain_file(ask: Asker, origin: PackageOrigin, url: str, size: Fact[int]) -> OriginFacts:
    pinned = is_pinned(origin)
    if not url.split("?", 1)[0].lower().endswith(".zip"):
        return OriginFacts(size, immutable=pinned)
    index = zip_index(ask, url, immutable=pinned is True)
    return OriginFacts(
        size, unpacked_size=index.unpacked_size, file_formats=index.formats, immutable=pinned
    )
