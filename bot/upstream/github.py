# SPDX-License-Identifier: GPL-3.0-or-later
"""What GitHub states: a release's assets with size and digest, and the repository's licence.

``/repos/OWNER/NAME/releases/tags/TAG`` and ``/repos/OWNER/NAME`` of
https://docs.github.com/en/rest.  The licence is that of the repository: GitHub reads it out of a
file there, and says nothing of what is attached to a release.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bot.guix.package import PackageOrigin
from bot.upstream import json_fields as fields
from bot.upstream.asking import Asker, Question
from bot.upstream.client import Answer
from bot.upstream.facts import Fact, OriginFacts
from bot.upstream.licenses import known_license
from bot.upstream.plain_http import size_of_url
from bot.upstream.revision import is_pinned
from bot.upstream.urls import host_and_steps
from bot.upstream.weights_files import formats_of

_API = "https://api.github.com/repos"
_JSON = "application/vnd.github+json"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class GitHubPlace:
    """A repository, and an asset of one of its releases (or something else of it)."""

    repository: str
    tag: str | None
    asset: str | None
    url: str


def github_place(origin: PackageOrigin) -> GitHubPlace | None:
    """Return where on GitHub an origin points; None where it points elsewhere."""
    for url in origin.uris[:5]:
        host, steps = host_and_steps(url)
        if host in ("github.com", "raw.githubusercontent.com"):
            place = _place(url, steps)
            if place is not None:
                return place
    return None


def _place(url: str, steps: list[str]) -> GitHubPlace | None:
    if len(steps) < 2 or not all(_NAME.fullmatch(step) for step in steps[:2]):
        return None
    repository = f"{steps[0]}/{steps[1].removesuffix('.git')}"
    if steps[2:4] == ["releases", "download"] and len(steps) == 6:
        return GitHubPlace(repository, steps[4], steps[5], url)
    return GitHubPlace(repository, None, None, url)


def github_facts(ask: Asker, origin: PackageOrigin, place: GitHubPlace) -> OriginFacts:
    """Return an asset's size and digest, and the licence of its repository."""
    if place.asset:
        facts = _asset(ask, place)
    elif (origin.method or "").startswith("git"):
        facts = _tree(ask, origin, place)
    else:
        pinned = is_pinned(origin)
        facts = OriginFacts(size_of_url(ask, place.url, immutable=pinned is True), immutable=pinned)
    question = Question(f"{_API}/{quote(place.repository)}", _distil_repository, accept=_JSON)
    repository = ask.ask(question).cited(f"https://github.com/{place.repository}")
    if repository.value is None:
        reason = repository.reason
        return replace(facts, license=Fact(None, repository.source, repository.learnt_at, reason))
    identifier = repository.value.get("license")
    if not identifier:
        reason = "the repository states none"
        return replace(facts, license=Fact(None, repository.source, repository.learnt_at, reason))
    known = known_license(identifier)
    return replace(
        facts,
        license=Fact(identifier, repository.source, repository.learnt_at),
        license_spdx=known.spdx if known else None,
        license_verdict=known.verdict if known else "unclear",
        license_of="the repository",
    )


def _asset(ask: Asker, place: GitHubPlace) -> OriginFacts:
    url = f"{_API}/{quote(place.repository)}/releases/tags/{quote(place.tag or '', safe='')}"
    page = f"https://github.com/{place.repository}/releases/tag/{quote(place.tag or '', safe='')}"
    release = ask.ask(Question(url, _distil_release, accept=_JSON)).cited(page)
    size, sha256 = (release.value or {}).get(place.asset, (None, None))
    if size is None:
        return OriginFacts(size=size_of_url(ask, place.url))
    return OriginFacts(
        size=Fact(size, release.source, release.learnt_at),
        sha256=Fact(sha256, release.source, release.learnt_at) if sha256 else None,
    )


def _tree(ask: Asker, origin: PackageOrigin, place: GitHubPlace) -> OriginFacts:
    """The size of a checkout: that of all files of the tree (``/git/trees/REVISION``)."""
    pinned = is_pinned(origin)
    revision = quote(origin.commit or "HEAD", safe="")
    page = f"https://github.com/{place.repository}/tree/{revision}"
    url = f"{_API}/{quote(place.repository)}/git/trees/{revision}?recursive=1"
    tree = ask.ask(Question(url, _distil_tree, pinned is True, accept=_JSON)).cited(page)
    value = tree.value or {}
    size: Fact[int] = Fact(value.get("size"), page, tree.learnt_at, tree.reason)
    return OriginFacts(size, immutable=pinned, file_formats=tuple(value.get("formats") or ()))


def _distil_tree(answer: Answer) -> dict[str, Any]:
    """Raises ``ValueError`` where the answer leaves files out."""
    tree = fields.table(fields.parsed(answer.body))
    entries = tree.get("tree")
    if not isinstance(entries, list) or tree.get("truncated") is not False:
        raise ValueError("not the whole tree")
    blobs = [entry for entry in map(fields.table, entries) if entry.get("type") == "blob"]
    sizes = [fields.number(blob.get("size")) for blob in blobs]
    if not sizes or None in sizes:
        raise ValueError("a file without a size")
    names = (fields.text(blob.get("path")) or "" for blob in blobs)
    return {"size": sum(size or 0 for size in sizes), "formats": list(formats_of(names))}


def _distil_release(answer: Answer) -> dict[str, list[Any]]:
    release = fields.table(fields.parsed(answer.body))
    found = {}
    for asset in fields.tables(release.get("assets")):
        name = fields.text(asset.get("name"))
        digest = _SHA256.fullmatch(fields.text(asset.get("digest")) or "")
        if name:
            found[name] = [fields.number(asset.get("size")), digest[1] if digest else None]
    return found


def _distil_repository(answer: Answer) -> dict[str, Any]:
    repository = fields.table(fields.parsed(answer.body))
    if not repository:
        raise ValueError("no repository")
    stated = fields.table(repository.get("license"))
    spdx = fields.text(stated.get("spdx_id"))
    if spdx == "NOASSERTION":  # there is a file, and GitHub does not recognize it
        return {"license": "other"}
    return {"license": spdx or fields.text(stated.get("key"))}
