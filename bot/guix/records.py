# SPDX-License-Identifier: GPL-3.0-or-later
"""Guix's records: ``package``, ``origin``, references, and how their fields are found.

A record's fields are expressions until somebody asks for one.  As in Guix (module
``(guix records)``), a field's expression sees the fields written before it, and one that is
inherited is evaluated with ``this-package`` bound to the heir.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bot.guix.constants import Hash
from bot.scheme.evaluator import Evaluator, Form
from bot.scheme.nodes import List, Node, String, Symbol
from bot.scheme.values import Choice, Delayed, Record, Scope, Sym, Unknown, Value

_ANCESTORS: Final = 60
TOO_MANY_ANCESTORS: Final = "it inherits from too many packages"
_LINEAGE: Final = ("", 0)
"""Stands for a field and an heir in a record's cache."""
UNSET: Final = Sym("%unset")
"""The value of a field that neither the record nor any that it inherits from sets."""

_DEFAULTS: Final[dict[tuple[str, str], Value]] = {
    ("package", "arguments"): (),
    ("package", "inputs"): (),
    ("package", "native-inputs"): (),
    ("package", "propagated-inputs"): (),
    ("package", "properties"): (),
    ("package", "outputs"): ("out",),
    ("package", "replacement"): False,
    ("package", "native-search-paths"): (),
    ("package", "search-paths"): (),
    ("origin", "file-name"): False,
    ("origin", "patches"): (),
    ("origin", "snippet"): False,
    ("git-reference", "recursive?"): False,
}
THUNKED: Final = frozenset(
    {"arguments", "inputs", "native-inputs", "propagated-inputs", "replacement"}
)
"""Fields of ``package`` whose name stands for the inherited value in their own expression."""
_THIS: Final = {"package": "this-package", "origin": "this-origin"}

RECORD_KINDS: Final = (
    "package",
    "origin",
    "git-reference",
    "svn-reference",
    "svn-multi-reference",
    "hg-reference",
    "bzr-reference",
    "cvs-reference",
    "android-repo-reference",
    "go-git-reference",
)
PACKAGE_FIELDS: Final = frozenset(
    {
        "name", "version", "source", "build-system", "arguments", "inputs", "native-inputs",
        "propagated-inputs", "outputs", "native-search-paths", "search-paths", "replacement",
        "synopsis", "description", "license", "home-page", "supported-systems", "properties",
        "location", "definition-location",
    }
)  # fmt: skip
"""Fields of ``package``, module (guix packages)."""


def record_form(kind: str, skip: int = 1) -> Form:
    """Return the form that makes a record of a kind; its fields begin at item ``skip``."""

    def form(evaluator: Evaluator, node: List, scope: Scope) -> Value:
        evaluator.charge(3 * len(node.items))
        return make_record(kind, node, node.items[skip:], scope)

    return form


def make_record(kind: str, node: List, items: list[Node], scope: Scope) -> Record:
    """Return a record whose fields are ``items``."""
    fields: dict[str, tuple[Node, Scope]] = {}
    places: dict[str, List] = {}
    parent: Value = None
    current = scope
    for item in items:
        if not isinstance(item, List) or item.head is None or len(item.items) < 2:
            continue
        places.setdefault(item.head, item)
        if item.head == "inherit":
            parent = Delayed(item.items[1], scope)
            continue
        fields[item.head] = (item.items[-1], current)
        current = current.inner({item.head: Delayed(item.items[-1], current)})
    return Record(kind, fields, node, scope, parent, places=places)


def inheriting(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(package/inherit parent field …)``."""
    evaluator.charge(3 * len(node.items))
    record = make_record("package", node, node.items[2:], scope)
    record.parent = Delayed(node.items[1], scope)
    return record


def derived(parent: Value, node: Node | None = None, **overrides: Value) -> Value:
    """Return a package that differs from its parent in some fields that a rule sets."""
    if not isinstance(parent, Record):
        return parent if isinstance(parent, Unknown) else Unknown("not a package")
    fields = {name.replace("_", "-"): value for name, value in overrides.items()}
    return Record("package", {}, node or parent.node, parent.scope, parent, fields)


def made(kind: str, **values: Value) -> Record:
    """Return a record that a rule makes and no text."""
    fields = {name.replace("_", "-"): value for name, value in values.items()}
    return Record(kind, {}, List([], -1, -1), _NOWHERE, None, fields)


class _Nowhere:
    """Where records stand that no text makes."""

    def lookup(self, name: str, evaluator: Evaluator) -> Value:
        """Nothing is defined here."""
        del evaluator
        return Unknown(f"{name} is not defined")


_NOWHERE: Final = Scope({}, None, _Nowhere())


def parent_of(evaluator: Evaluator, record: Record) -> Value:
    """Return the record that a record inherits from, None where there is none."""
    parent = record.parent
    if isinstance(parent, Delayed):
        parent = evaluator.force(parent)
        if isinstance(parent, Choice):
            parent = Unknown(parent.reason)
        elif not isinstance(parent, Record | Unknown) or parent is record:
            parent = Unknown("what it inherits from is not a record")
        record.parent = parent
    return parent


def lineage(evaluator: Evaluator, record: Record) -> tuple[Value, ...]:
    """Return the records that a record inherits from, nearest first; an Unknown ends it."""
    kept = record.cache.get(_LINEAGE)
    if kept is None:
        kept = record, tuple(_ancestors(evaluator, record))
        record.cache[_LINEAGE] = kept
    assert isinstance(kept[1], tuple)  # noqa: S101
    return kept[1]


def _ancestors(evaluator: Evaluator, record: Record) -> Iterator[Value]:
    parent = parent_of(evaluator, record)
    count = 0
    while parent is not None:
        count += 1
        if count > _ANCESTORS:
            yield Unknown(TOO_MANY_ANCESTORS)
            return
        yield parent
        if not isinstance(parent, Record) or parent is record:
            return
        parent = parent_of(evaluator, parent)


def field(evaluator: Evaluator, record: Record, name: str, self: Record | None = None) -> Value:
    """Return a field's value, inherited or default; ``UNSET`` where nothing sets it."""
    self = self or record
    for owner in (record, *lineage(evaluator, record)):
        if not isinstance(owner, Record):
            return Unknown(owner.reason if isinstance(owner, Unknown) else "not a record")
        if name in owner.overrides:
            value = owner.overrides[name]
            return value(evaluator, owner, self) if callable(value) else value
        if name in owner.fields:
            return _own_field(evaluator, owner, name, self)
    return _DEFAULTS.get((record.kind, name), UNSET)


def _own_field(evaluator: Evaluator, owner: Record, name: str, self: Record) -> Value:
    # The heir is kept with the value: an id alone could be another record's by now.
    key = (name, id(self))
    if key not in owner.cache:
        node, scope = owner.fields[name]
        this = _THIS.get(owner.kind)
        if name in THUNKED and owner.parent is not None:
            scope = scope.inner({name: Delayed(None, None, _inherited(owner, name, self))})
        owner.cache[key] = (self, Unknown("its definition refers to itself"))
        try:
            scope = scope.inner({this: self}) if this else scope
            owner.cache[key] = (self, evaluator.evaluate(node, scope))
        except BaseException:
            del owner.cache[key]
            raise
    return owner.cache[key][1]


def _inherited(owner: Record, name: str, self: Record) -> Callable[[Evaluator], Value]:
    """Return what finds the value that a field would have without being set here."""

    def find(evaluator: Evaluator) -> Value:
        parent = parent_of(evaluator, owner)
        if isinstance(parent, Record):
            return field(evaluator, parent, name, self)
        return parent if isinstance(parent, Unknown) else Unknown("nothing is inherited")

    return find


def owner_of(evaluator: Evaluator, record: Record, name: str) -> Record | None:
    """Return the record of the lineage that sets a field, None where that is not known."""
    for owner in (record, *lineage(evaluator, record)):
        if not isinstance(owner, Record):
            return None
        if name in owner.fields:
            return owner
    return None


def accessor(kind: str, name: str) -> Callable[..., Value]:
    """Return the procedure that gives a record's field: ``package-version`` …"""

    def procedure(evaluator: Evaluator, record: Value) -> Value:
        if not isinstance(record, Record) or record.kind != kind:
            return Unknown(f"{kind}-{name} of what is not known to be one")
        value = field(evaluator, record, name)
        return Unknown(f"{kind} without {name}") if value is UNSET else value

    return procedure


def is_record(kind: str) -> Callable[..., Value]:
    """Return the predicate of a kind: ``package?`` …"""

    def procedure(_: Evaluator, value: Value) -> Value:
        return isinstance(value, Record) and value.kind == kind

    return procedure


def hash_form(encoding: str) -> Form:
    """``(base32 "…")`` and its like."""

    def form(evaluator: Evaluator, node: List, scope: Scope) -> Value:
        value = evaluator.evaluate(node.items[1], scope)
        if isinstance(value, str):
            return Hash(value, encoding)
        return Unknown(
            value.reason if isinstance(value, Unknown) else "a hash that is not a string"
        )

    return form


def content_hash(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(content-hash "…" sha256)``: the algorithm is SHA-256 where it is not said."""
    algorithm = node.items[2] if len(node.items) > 2 else None
    name = algorithm.name if isinstance(algorithm, Symbol) else "sha256"
    if isinstance(node.items[1], String):
        return Hash(node.items[1].value, "base32", name)
    value = evaluator.evaluate(node.items[1], scope)
    return Hash(value.text, value.encoding, name) if isinstance(value, Hash) else value


RECORD_FORMS: Final[dict[str, Form]] = {
    **{kind: record_form(kind) for kind in RECORD_KINDS},
    "package/inherit": inheriting,
    "base32": hash_form("base32"),
    "base64": hash_form("base64"),
    "base16": hash_form("base16"),
    "content-hash": content_hash,
}
