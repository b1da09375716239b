# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication-Results read strictly (RFC 8601 section 2.2): one that is in doubt says nothing.

authres, the reader on PyPI, has had no release since 2019 and takes more than the grammar allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.limits import Limits

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"();=]+)|(=))')
_METHOD = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?)(?:/(\d{1,3}))?")
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?")
_PROPERTY = re.compile(r"[A-Za-z0-9-]{1,60}\.[A-Za-z0-9_-]{1,60}")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[;(]|[^";()\\]+')
_IN_COMMENT = re.compile(r"[()]|(?:[^()\\]|\\.)+")
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What one method found."""

    method: str
    """``dkim``, ``dmarc`` …, in lower case."""
    result: str
    """``pass``, ``fail`` …, in lower case."""
    properties: Mapping[str, str]
    """``header.d`` and the like, in lower case, to their values as written."""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """What one server found."""

    authserv_id: str
    """In lower case."""
    results: tuple[Result, ...]


class _GrammarError(ValueError):
    """The field is none of RFC 8601."""


def read_authserv_id(value: str) -> str:
    """Return the id that a field begins with, in lower case; "" where it cannot be told.

    The rest may be broken: a field that claims an id is the topmost of that id all the same.
    """
    try:
        first = next(_clauses(value), "")
        tokens = list(_tokens(first))
    except _GrammarError:
        tokens = [found[1] or found[2]] if (found := _TOKEN.match(value)) else []
    return (tokens[0] or "").lower() if tokens else ""


def read_results(value: str, limits: Limits) -> AuthenticationResults | None:
    """Return what a field's unfolded value says; None for one that is not in order.

    A version other than 1 is none that is known here (section 2.5).
    """
    try:
        clauses = [list(_tokens(clause)) for clause in _clauses(value)]
        if len(clauses) > limits.results_clauses:
            return None
        authserv_id = _head(clauses[0])
        return AuthenticationResults(authserv_id, tuple(_results(clauses[1:])))
    except _GrammarError:
        return None


def _clauses(value: str) -> Iterator[str]:
    """Split at semicolons, comments (which may nest) taken out, quoted strings kept."""
    kept: list[str] = []
    depth = position = 0
    while position < len(value):
        found = (_IN_COMMENT if depth else _PIECE).match(value, position)
        if found is None or depth > _DEEPEST:
            raise _GrammarError(value)
        position = found.end()
        if depth or found[0] == "(":
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            kept.append(" ")
        elif found[0] == ";":
            yield "".join(kept)
            kept = []
        else:
            kept.append(found[0])
    if depth:
        raise _GrammarError(value)
    yield "".join(kept)


def _tokens(clause: str) -> Iterator[str | None]:
    """Yield words and contents of quoted strings, and None for ``=`` (which may be quoted, too)."""
    position, end = 0, len(clause.rstrip())
    while position < end:
        found = _TOKEN.match(clause, position, end)
        if found is None:
            raise _GrammarError(clause)
        position = found.end()
        if found[1] is not None:
            yield re.sub(r"\\(.)", r"\1", found[1])
        else:
            yield found[2]


def _head(tokens: list[str | None]) -> str:
    if not tokens or tokens[0] is None or tokens[1:] not in ([], ["1"]):
        raise _GrammarError(str(tokens))
    return tokens[0].lower()


def _results(clauses: list[list[str | None]]) -> Iterator[Result]:
    if not clauses:
        raise _GrammarError("no result, and not even none")
    if clauses == [["none"]]:
        return
    for tokens in clauses:
        if tokens:  # many servers end with a semicolon
            yield _result(tokens)


def _result(tokens: list[str | None]) -> Result:
    pairs = list(_pairs(tokens))
    method, result = pairs[0]
    named = _METHOD.fullmatch(method)
    if named is None or named[2] not in (None, "1") or not _WORD.fullmatch(result):
        raise _GrammarError(method)
    properties: dict[str, str] = {}
    for name, value in pairs[1:]:
        key = name.lower()
        if key in properties or not (key == "reason" or _PROPERTY.fullmatch(key)):
            raise _GrammarError(name)
        properties[key] = value
    return Result(named[1].lower(), result.lower(), properties)


def _pairs(tokens: list[str | None]) -> Iterator[tuple[str, str]]:
    if len(tokens) % 3:
        raise _GrammarError(str(tokens))
    for at in range(0, len(tokens), 3):
        name, equals, value = tokens[at : at + 3]
        if equals is not None or name is None or value is None:
            raise _GrammarError(str(tokens))
        yield name, value
