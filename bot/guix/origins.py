# SPDX-License-Identifier: GPL-3.0-or-later
"""Origins: what a record says about where a file or a repository comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.guix.constants import Hash, Method
from bot.guix.package import OriginRole, PackageOrigin, UnknownField
from bot.guix.records import UNSET, field
from bot.scheme.evaluator import Evaluator
from bot.scheme.values import Choice, Record, Splice, Unknown, Value

_STEPS = 100
"""What reading an origin counts as, beside its expressions: all that is later asked of it."""
_URL_FIELD = {"cvs-reference": "root-directory"}
_REVISION_FIELDS = ("commit", "changeset", "revision")


@dataclass(frozen=True, slots=True)
class Placed:
    """How an origin is called, and where and with which comments it stands."""

    label: str | None = None
    line: int | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOrigin:
    """An origin, and what about it is not known."""

    origin: PackageOrigin
    unknown: tuple[UnknownField, ...]
    cut_short: tuple[str, ...]
    """Bounds that were reached in reading it."""


@dataclass(frozen=True, slots=True)
class _Place:
    uris: tuple[str, ...] = ()
    commit: str | None = None
    recursive: bool = False
    problem: str = ""


def read_origin(
    evaluator: Evaluator, record: Record, role: OriginRole, placed: Placed
) -> ReadOrigin:
    """Return an origin record as packages carry it.

    What is longer than anything that names a file is not known.
    """
    evaluator.charge(_STEPS)
    unknown: list[UnknownField] = []
    cut_short: list[str] = []

    def note(name: str, reason: str) -> None:
        unknown.append(UnknownField(f"{role}.{name}", reason))

    def within(name: str, text: str | None, bound: int) -> str | None:
        if text is None or len(text) <= bound:
            return text
        note(name, f"it is longer than {bound} characters")
        cut_short.append(f"the {name} of an origin is longer than {bound} characters")
        return None

    limits = evaluator.limits
    method = field(evaluator, record, "method")
    if not isinstance(method, Method):
        note("method", _why(method, "it is not one that Guix defines"))
    place = _place(evaluator, field(evaluator, record, "uri"))
    if place.problem:
        note("uri", place.problem)
    if len(place.uris) > limits.origin_urls:
        reason = f"of {len(place.uris)} URLs the first {limits.origin_urls} are looked at"
        note("uri", reason)
        cut_short.append(reason)
    uris = [within("uri", uri, limits.url_characters) for uri in place.uris[: limits.origin_urls]]
    hashed = _hash(evaluator, record, note)
    file_name = field(evaluator, record, "file-name")
    origin = PackageOrigin(
        role=role,
        method=method.name if isinstance(method, Method) else None,
        uris=tuple(uri for uri in uris if uri is not None),
        commit=within("commit", place.commit, limits.name_characters),
        recursive=place.recursive,
        hash_algorithm=hashed.algorithm if hashed else None,
        hash=within("hash", hashed.text, limits.name_characters) if hashed else None,
        file_name=within("file-name", file_name, limits.name_characters)
        if isinstance(file_name, str)
        else None,
        label=placed.label,
        line=placed.line,
        comments=placed.comments,
    )
    return ReadOrigin(origin, tuple(unknown), tuple(cut_short))


def _why(value: Value, otherwise: str) -> str:
    if isinstance(value, Unknown | Choice):
        return value.reason
    return "it is not said" if value is UNSET else otherwise


def _hash(evaluator: Evaluator, record: Record, note: Callable[[str, str], None]) -> Hash | None:
    """Return the nearest of the fields ``sha256`` and ``hash``; None where there is none."""
    value: Value = UNSET
    algorithm = "sha256"
    for name in ("sha256", "hash"):
        if name in record.fields or name in record.overrides:
            value = field(evaluator, record, name)
            break
    else:
        value = field(evaluator, record, "sha256")
        value = field(evaluator, record, "hash") if value is UNSET else value
    if isinstance(value, Hash):
        return Hash(value.text, value.encoding, value.algorithm or algorithm)
    if isinstance(value, str):
        return Hash(value, "base32", algorithm)  # Guix takes a plain string for base32 as well
    if value is not False:
        note("hash", _why(value, "it is not a hash"))
    return None


def _place(evaluator: Evaluator, value: Value) -> _Place:
    if isinstance(value, str):
        return _Place((value,))
    if isinstance(value, tuple):
        return _mirrors(value)
    if isinstance(value, Record):
        return _reference(evaluator, value)
    return _Place(problem=_why(value, "it is not a URL"))


def _mirrors(values: tuple[Value, ...]) -> _Place:
    uris = tuple(value for value in values if isinstance(value, str))
    problem = ""
    for value in values:
        inner = value.value if isinstance(value, Splice) else value
        if not isinstance(inner, str):
            problem = problem or _why(inner, "it is not a URL")
    return _Place(uris, problem=problem)


def _reference(evaluator: Evaluator, record: Record) -> _Place:
    url = field(evaluator, record, _URL_FIELD.get(record.kind, "url"))
    problem = "" if isinstance(url, str) else _why(url, "it is not a URL")
    commit: str | None = None
    for name in _REVISION_FIELDS:
        value = field(evaluator, record, name)
        if value is UNSET:
            continue
        if isinstance(value, str | int) and not isinstance(value, bool):
            commit = str(value)
        else:
            problem = problem or _why(value, "its revision is not a string")
    recursive = field(evaluator, record, "recursive?")
    return _Place((url,) if isinstance(url, str) else (), commit, recursive is True, problem)
