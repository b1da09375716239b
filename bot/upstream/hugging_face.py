# SPDX-License-Identifier: GPL-3.0-or-later
"""What Hugging Face states of a model: licence, base models, data, files and their hashes.

The model's own page at a revision, ``/api/models/OWNER/NAME/revision/REVISION?blobs=true``, has
the card's metadata and each file with its size and, for a large one, the SHA-256 that its LFS
pointer names (https://huggingface.co/docs/hub/api).  Where that page leaves sizes out, the tree,
``/api/models/OWNER/NAME/tree/REVISION?recursive=true``, has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from bot.guix.package import PackageOrigin
from bot.upstream import json_fields as fields
from bot.upstream.asking import Asker, Question
from bot.upstream.facts import BaseModelFacts, Fact, OriginFacts
from bot.upstream.hub_answers import distil_base, distil_model, distil_tree
from bot.upstream.hub_place import HubPlace, is_repository
from bot.upstream.licenses import known_license
from bot.upstream.revision import is_commit
from bot.upstream.weights_files import formats_of, safe_alternative

_API = "https://huggingface.co/api/models"
_BASES = 3
_DEPTH = 3


def hugging_face_facts(ask: Asker, origin: PackageOrigin, place: HubPlace) -> OriginFacts | None:
    """Return what the hub states; None where it says nothing of that model and revision."""
    immutable = is_commit(place.revision)
    model = ask.ask(_model_question(place, immutable)).cited(_page(place))
    if model.value is None:
        return _repository_unknown(origin, model, immutable)
    files = _files(ask, place, model.value, immutable)
    facts = _with_license(_described(model, place, files), model)
    own = facts.size
    chosen = files.get(place.path) if place.path else None
    if chosen:
        size, sha256 = chosen
        own = Fact(size, model.source, model.learnt_at, "" if size is not None else "not stated")
        facts = replace(facts, sha256=Fact(sha256, model.source, model.learnt_at))
    elif place.path:
        reason = "the publisher lists no such file"
        own = Fact(None, model.source, model.learnt_at, reason)
    chain, complete = _chain(ask, facts.base_models)
    return replace(
        facts,
        size=own,
        base_chain=chain,
        base_chain_complete=complete,
        immutable=immutable,
        safe_alternative=safe_alternative(_paths_of(origin, place), files),
    )


def _repository_unknown(
    origin: PackageOrigin, model: Fact[Any], immutable: bool
) -> OriginFacts | None:
    """Why nothing is known of a repository; of a single file its own address may still tell."""
    if not (origin.method or "").startswith("git"):
        return None
    return OriginFacts(
        size=Fact(None, model.source, model.learnt_at, model.reason),
        license=Fact(None, model.source, model.learnt_at, model.reason),
        immutable=immutable,
    )


def _paths_of(origin: PackageOrigin, place: HubPlace) -> tuple[str, ...]:
    return (place.path,) if place.path else tuple(name for name in (origin.file_name,) if name)


def _page(place: HubPlace) -> str:
    """The repository at that revision, for people."""
    return f"https://huggingface.co/{place.repository}/tree/{quote(place.revision, safe='')}"


def _model_question(place: HubPlace, immutable: bool) -> Question:
    url = f"{_API}/{quote(place.repository)}/revision/{quote(place.revision, safe='')}?blobs=true"
    return Question(url, distil_model, immutable, accept="application/json")


def _files(
    ask: Asker, place: HubPlace, model: Mapping[str, Any], immutable: bool
) -> dict[str, tuple[int | None, str | None]]:
    """Size and hash by path, out of the model's page or, where that has no sizes, the tree."""
    listed = model.get("files") or []
    if not any(size is not None for _path, size, _sha in listed):
        revision = quote(place.revision, safe="")
        url = f"{_API}/{quote(place.repository)}/tree/{revision}?recursive=true"
        tree = ask.ask(Question(url, distil_tree, immutable, accept="application/json"))
        listed = tree.value or listed
    return {path: (size, sha256) for path, size, sha256 in listed}


def _described(
    model: Fact[Any], place: HubPlace, files: Mapping[str, tuple[int | None, str | None]]
) -> OriginFacts:
    """The facts about the repository as a whole; its size is that of all its files."""
    sizes = [size for size, _sha in files.values()]
    total = None if not sizes or None in sizes else sum(size or 0 for size in sizes)
    value = fields.table(model.value)
    commit = fields.text(value.get("commit")) or ""
    return OriginFacts(
        size=Fact(total, model.source, model.learnt_at, "" if total is not None else "not stated"),
        base_models=tuple(value.get("base_models") or ()),
        datasets=tuple(value.get("datasets") or ()),
        gated=value.get("gated"),
        file_formats=formats_of(files),
        uses_lfs=any(sha is not None for _size, sha in files.values()),
        license_link=value.get("license_link"),
        revision=commit if is_commit(commit) else None,
        publisher=place.repository.partition("/")[0] if "/" in place.repository else None,
        notes=(f"revision {place.revision} of {place.repository}",),
    )


def _with_license(facts: OriginFacts, model: Fact[Any]) -> OriginFacts:
    value = fields.table(model.value)
    identifiers = value.get("license") or []
    if not identifiers:
        reason = "the publisher states none"
        return replace(facts, license=Fact(None, model.source, model.learnt_at, reason))
    identifier = identifiers[0]
    own_name = value.get("license_name")
    if identifier == "other" and own_name:
        identifier = own_name
    known = known_license(identifier)
    return replace(
        facts,
        license=Fact(identifier, model.source, model.learnt_at),
        license_spdx=known.spdx if known else None,
        license_verdict=known.verdict if known else "unclear",
    )


def _chain(ask: Asker, bases: tuple[str, ...]) -> tuple[tuple[BaseModelFacts, ...], bool]:
    """Follow base models breadth first; False where the chain goes on beyond the bounds."""
    found: dict[str, BaseModelFacts] = {}
    level, complete = list(bases), True
    for _depth in range(_DEPTH):
        following: list[str] = []
        for name in level[:_BASES]:
            if name not in found and is_repository(name):
                found[name], more = _base(ask, name)
                following += more
                complete = complete and found[name].license.learnt_at is not None
        complete = complete and len(level) <= _BASES
        level = [name for name in dict.fromkeys(following) if name not in found]
        if not level:
            return tuple(found.values()), complete
    return tuple(found.values()), False


def _base(ask: Asker, name: str) -> tuple[BaseModelFacts, list[str]]:
    question = Question(f"{_API}/{quote(name)}", distil_base, accept="application/json")
    model = ask.ask(question).cited(f"https://huggingface.co/{name}")
    if model.value is None:
        unknown: Fact[str] = Fact(None, model.source, model.learnt_at, model.reason)
        return BaseModelFacts(name, unknown), []
    stated = _with_license(OriginFacts(Fact(None, model.source, None)), model)
    license_fact = stated.license or Fact(None, model.source, model.learnt_at)
    facts = BaseModelFacts(name, license_fact, stated.license_spdx, stated.license_verdict)
    return facts, list(model.value.get("base_models") or [])
