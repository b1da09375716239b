# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of Hugging Face's answers: a few names and numbers.

A model's page has ``cardData`` (the metadata of its card), ``tags``, ``gated``, ``sha`` and
``siblings`` (its files); a tree is a list of entries.  Any of it may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.upstream import json_fields as fields
from bot.upstream.client import Answer

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILES_KEPT = 2_000


def distil_model(answer: Answer) -> dict[str, Any]:
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


def distil_tree(answer: Answer) -> list[list[Any]]:
    """Keep path, size and SHA-256 of each file."""
    found = []
    for entry in fields.tables(fields.parsed(answer.body)):
        path = fields.text(entry.get("path"))
        large = fields.table(entry.get("lfs"))
        if path and entry.get("type") == "file":
            size = fields.number(large.get("size"))
            size = fields.number(entry.get("size")) if size is None else size
            found.append([path, size, _sha256(large.get("oid"))])
    return found[:_FILES_KEPT]


def distil_base(answer: Answer) -> dict[str, Any]:
    """Keep the card alone."""
    model = fields.table(fields.parsed(answer.body))
    if not model:
        raise ValueError("no model")
    return _distil_card(model)
