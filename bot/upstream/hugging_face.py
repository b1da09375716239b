# SPDX-License-Identifier: GPL-3.0-or-later
"""What Hugging Face states of a model: licence, base models, data, files and their hashes.

The model's own page at a revision, ``/api/models/OWNER/NAME/revision/REVISION?blobs=true``, has
the card's metadata and each file with its size and, for a large one, the SHA-256 that its LFS
pointer names (https://huggingface.co/docs/hub/api).  Where that page leaves sizes out, the tree,
``/api/models/OWNER/NAME/tree/REVISION?recursive=true``, has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bot.guix.package import PackageOrigin
from bot.upstream import json_fields as fields
from bot.upstream.asking import Asker, Question
from bot.upstream.client import Answer
from bot.upstream.facts import BaseModelFacts, Fact, OriginFacts
from bot.upstream.licenses import known_license
from bot.upstream.revision import HUGGING_FACE_HOSTS, is_commit
from bot.upstream.urls import host_and_steps
from bot.upstream.weights_files import formats_of, safe_alternative

_API = "https://huggingface.co/api/models"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE_VERBS = frozenset(("resolve", "raw", "blob"))
_OTHER_KINDS = frozenset(("datasets", "spaces", "api", "docs", "papers", "collections", "blog"))
_FILES_KEPT = 2_000
_BASES = 3
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class HubPlace:
    """A model repository on the hub, its revision, and a file in it (or all of it)."""

    repository: str
    """``OWNER/NAME``, or ``NAME`` alone for the oldest models."""
    revision: str
    path: str | None


def hub_place(origin: PackageOrigin) -> HubPlace | None:
    """Return where on the hub an origin points; None where it points elsewhere."""
    for url in origin.uris[:5]:
        place = _place(url, origin.commit)
        if place is not None:
            return place
    return None


def _place(url: str, commit: str | None) -> HubPlace | None:
    host, steps = host_and_steps(url)
    if host not in HUGGING_FACE_HOSTS or not steps or steps[0] in _OTHER_KINDS:
        return None
    verb = next((place for place, step in enumerate(steps[:3]) if step in _FILE_VERBS), None)
    names = steps[:verb] if verb else steps[:2]
    if not 1 <= len(names) <= 2 or not all(_NAME.fullmatch(name) for name in names):
        return None
    if verb and len(steps) > verb + 2:
        repository, revision = "/".join(names), steps[verb + 1]
        return HubPlace(repository, revision, "/".join(steps[verb + 2 :]))
    if commit and not verb:
        return HubPlace("/".join([*names[:-1], names[-1].removesuffix(".git")]), commit, None)
    return None


def hugging_face_facts(ask: Asker, origin: PackageOrigin, place: HubPlace) -> OriginFacts | None:
    """Return what the hub states; None where it says nothing of that model and revision."""
    immutable = is_commit(place.revision)
    model = ask.ask(_model_question(place, immutable)).cited(_page(place))
    if model.value is None:
        return None
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


def _paths_of(origin: PackageOrigin, place: HubPlace) -> tuple[str, ...]:
    return (place.path,) if place.path else tuple(name for name in (origin.file_name,) if name)


def _page(place: HubPlace) -> str:
    """The repository at that revision, for people."""
    return f"https://huggingface.co/{place.repository}/tree/{quote(place.revision, safe='')}"


def _model_question(place: HubPlace, immutable: bool) -> Question:
    url = f"{_API}/{quote(place.repository)}/revision/{quote(place.revision, safe='')}?blobs=true"
    return Question(url, _distil_model, immutable, accept="application/json")


def _distil_model(answer: Answer) -> dict[str, Any]:
    """Keep the few fields that are used; raises ``ValueError`` where it is no model."""
    model = fields.table(fields.parsed(answer.body))
    if not model:
        raise ValueError("no model")
    return {**_distil_card(model), "files": _distil_siblings(model.get("siblings"))}


def _distil_card(model: Mapping[str, Any]) -> dict[str, Any]:
    card = fields.table(model.get("cardData"))
    tags = fields.texts(model.get("tags"), limit=200)
    return {
        "license": fields.texts(card.get("license"), 5) or _tagged(tags, "license:"),
        "license_name": fields.text(card.get("license_name")),
        "license_link": fields.text(card.get("license_link")),
        "base_models": fields.texts(card.get("base_model")) or _tagged_bases(tags),
        "datasets": fields.texts(card.get("datasets")) or _tagged(tags, "dataset:"),
        "library": fields.text(model.get("library_name")),
        "gated": _is_gated(model.get("gated")),
        "commit": fields.text(model.get("sha")),
    }


def _is_gated(value: object) -> bool | None:
    """``false``, or ``"auto"`` or ``"manual"`` for who lets people in."""
    return value if isinstance(value, bool) else True if fields.text(value) else None


def _tagged(tags: list[str], lead: str) -> list[str]:
    return [tag.removeprefix(lead) for tag in tags if tag.startswith(lead)][:20]


def _tagged_bases(tags: list[str]) -> list[str]:
    """``base_model:OWNER/NAME``, also as ``base_model:finetune:OWNER/NAME``."""
    named = (tag.rsplit(":", 1)[-1] for tag in tags if tag.startswith("base_model:"))
    return list(dict.fromkeys(named))[:20]


def _distil_siblings(value: object) -> list[list[Any]]:
    found = []
    for sibling in fields.tables(value):
        path = fields.text(sibling.get("rfilename"))
        large = fields.table(sibling.get("lfs"))
        if path:
            size = fields.number(large.get("size"))
            size = fields.number(sibling.get("size")) if size is None else size
            found.append([path, size, _sha256(large.get("sha256") or large.get("oid"))])
    return found[:_FILES_KEPT]


def _sha256(value: object) -> str | None:
    digest = (fields.text(value) or "").lower().removeprefix("sha256:")
    return digest if _SHA256.fullmatch(digest) else None


def _files(
    ask: Asker, place: HubPlace, model: Mapping[str, Any], immutable: bool
) -> dict[str, tuple[int | None, str | None]]:
    """Size and hash by path, out of the model's page or, where that has no sizes, the tree."""
    listed = model.get("files") or []
    if not any(size is not None for _path, size, _sha in listed):
        revision = quote(place.revision, safe="")
        url = f"{_API}/{quote(place.repository)}/tree/{revision}?recursive=true"
        tree = ask.ask(Question(url, _distil_tree, immutable, accept="application/json"))
        listed = tree.value or listed
    return {path: (size, sha256) for path, size, sha256 in listed}


def _distil_tree(answer: Answer) -> list[list[Any]]:
    found = []
    for entry in fields.tables(fields.parsed(answer.body)):
        path = fields.text(entry.get("path"))
        large = fields.table(entry.get("lfs"))
        if path and entry.get("type") == "file":
            size = fields.number(large.get("size"))
            size = fields.number(entry.get("size")) if size is None else size
            found.append([path, size, _sha256(large.get("oid"))])
    return found[:_FILES_KEPT]


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
            if name not in found and _is_repository(name):
                found[name], more = _base(ask, name)
                following += more
                complete = complete and found[name].license.learnt_at is not None
        complete = complete and len(level) <= _BASES
        level = [name for name in dict.fromkeys(following) if name not in found]
        if not level:
            return tuple(found.values()), complete
    return tuple(found.values()), False


def _is_repository(name: str) -> bool:
    parts = name.split("/")
    return 1 <= len(parts) <= 2 and all(_NAME.fullmatch(part) for part in parts)


def _base(ask: Asker, name: str) -> tuple[BaseModelFacts, list[str]]:
    question = Question(f"{_API}/{quote(name)}", _distil_base, accept="application/json")
    model = ask.ask(question).cited(f"https://huggingface.co/{name}")
    if model.value is None:
        unknown: Fact[str] = Fact(None, model.source, model.learnt_at, model.reason)
        return BaseModelFacts(name, unknown), []
    stated = _with_license(OriginFacts(Fact(None, model.source, None)), model)
    license_fact = stated.license or Fact(None, model.source, model.learnt_at)
    facts = BaseModelFacts(name, license_fact, stated.license_spdx, stated.license_verdict)
    return facts, list(model.value.get("base_models") or [])


def _distil_base(answer: Answer) -> dict[str, Any]:
    model = fields.table(fields.parsed(answer.body))
    if not model:
        raise ValueError("no model")
    return _distil_card(model)
