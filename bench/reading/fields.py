# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a definition with what Guile evaluated, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from bot.guix.package import PackageDefinition, PackageOrigin

RIGHT, WRONG, UNKNOWN, SKIP = "right", "wrong", "unknown", "not judged"
Row = dict[str, Any]
Verdict = tuple[str, str]
"""Verdict and what is said about it."""


def _reason(definition: PackageDefinition, *fields: str) -> str | None:
    for unknown in definition.unknown:
        if unknown.field in fields:
            return unknown.reason
    return None


def _judge(stated: object, expected: object, reason: str | None) -> Verdict:
    if reason is not None:
        return UNKNOWN, reason
    if stated == expected:
        return RIGHT, ""
    return WRONG, f"{stated!r} and not {expected!r}"


def name_and_version(definition: PackageDefinition, row: Row) -> Verdict:
    reason = _reason(definition, "name", "version")
    return _judge((definition.name, definition.version), (row["name"], row["version"]), reason)


def licenses(definition: PackageDefinition, row: Row) -> Verdict:
    stated = [one.name for one in definition.licenses]
    return _judge(stated, row["license"], _reason(definition, "license"))


def build_system(definition: PackageDefinition, row: Row) -> Verdict:
    return _judge(definition.build_system, row["build-system"], _reason(definition, "build-system"))


def _source(definition: PackageDefinition) -> PackageOrigin | None:
    return next((one for one in definition.origins if one.role == "source"), None)


def _of_source(
    field: str, stated: Callable[[PackageOrigin], object], expected: Callable[[Row], object]
) -> Callable[[PackageDefinition, Row], Verdict]:
    def judge(definition: PackageDefinition, row: Row) -> Verdict:
        source = row["source"]
        if isinstance(source, str):
            return SKIP, ""
        reason = _reason(definition, "source")
        if reason is not None:
            return UNKNOWN, reason
        origin = _source(definition)
        if source is None or origin is None:
            return _judge(origin, source, None)
        wanted = expected(source)
        if wanted is SKIP:
            return SKIP, ""
        reason = _reason(definition, f"source.{field}")
        if reason is None and field == "uri" and _is_registry(origin, wanted):
            return RIGHT, ""
        return _judge(stated(origin), wanted, reason)

    return judge


def _is_registry(origin: PackageOrigin, wanted: object) -> bool:
    """Tell whether a package URL names what the registry's URL is for."""
    match = re.fullmatch(r"pkg:[a-z]+/([^@]+)@([^?]+)(?:\?.*)?", "".join(origin.uris))
    url = wanted[0][0] if isinstance(wanted, tuple) else ""
    return match is not None and unquote(match[1]) in url and unquote(match[2]) in url


def _hash(text: str | None) -> str | None:
    """Return a hash as Guix prints it: the first digit of 256 bits in base32 has one bit."""
    digits = "0123456789abcdfghijklmnpqrsvwxyz"
    if text is None or len(text) != 52:
        return text
    return digits[digits.index(text[0]) & 1] + text[1:]


def _expected_uri(source: Row) -> object:
    uri = source["uri"]
    if uri is None or (isinstance(uri, str) and uri.startswith("#<promise")):
        return SKIP
    if isinstance(uri, dict):
        return (uri["url"],), uri["commit"], uri["recursive"]
    if isinstance(uri, list):
        return tuple(uri), None, False
    if uri.startswith("#<"):
        return _printed_reference(uri)
    return (uri,), None, False


def _printed_reference(text: str) -> object:
    url = re.search(r'(?:url|root-directory): "([^"]*)"', text)
    revision = re.search(r'(?:revision|changeset|commit): (?:"([^"]*)"|([0-9]+))', text)
    recursive = re.search(r"recursive\?: #t", text)
    if url is None or revision is None:
        return SKIP
    return (url[1],), revision[1] or revision[2], bool(recursive)


def _stated_uri(origin: PackageOrigin) -> object:
    return origin.uris, origin.commit, origin.recursive


def substitutable(definition: PackageDefinition, row: Row) -> Verdict:
    if definition.substitutable == "unknown":
        return UNKNOWN, _reason(definition, "arguments") or "its value"
    stated = "substitutable?" in definition.argument_keywords
    return _judge(stated, "substitutable?" in row["argument-keywords"], None)


FIELDS: Final[dict[str, Callable[[PackageDefinition, Row], Verdict]]] = {
    "name+version": name_and_version,
    "license": licenses,
    "build-system": build_system,
    "source-method": _of_source(
        "method", lambda origin: origin.method, lambda row: row["method"].rstrip("*")
    ),
    "source-uri": _of_source("uri", _stated_uri, _expected_uri),
    "source-hash": _of_source("hash", lambda origin: _hash(origin.hash), lambda row: row["hash"]),
    "substitutable": substitutable,
}
