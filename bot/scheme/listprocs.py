# SPDX-License-Identifier: GPL-3.0-or-later
"""Guile's list procedures (Reference Manual 6.6.9 and SRFI 1) on lists known in part.

The tolerant ones take unknown elements along; the others need every element, or give an unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.scheme.values import Choice, Pair, Splice, Unknown, Value, same

if TYPE_CHECKING:
    from bot.scheme.evaluator import Evaluator


class _PartlyKnownError(TypeError):
    """A list has elements that are not known."""


def _known(value: Value) -> tuple[Value, ...]:
    """Return a list whose length is known."""
    if not isinstance(value, tuple):
        raise TypeError("not a list")
    if any(isinstance(item, Splice) for item in value):
        raise _PartlyKnownError("a list that is known in part")
    return value


def _count(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("not a count")
    return value


def _element(path: str) -> Callable[..., Value]:
    """Return ``car``, ``cdr``, ``cadr`` … by the letters between c and r."""

    def procedure(_: Evaluator, value: Value) -> Value:
        for letter in reversed(path):
            if isinstance(value, Pair):
                value = value.car if letter == "a" else value.cdr
                continue
            if not isinstance(value, tuple) or not value or isinstance(value[0], Splice):
                raise TypeError("not a pair")
            value = value[0] if letter == "a" else value[1:]
        return value

    return procedure


def _nth(index: int) -> Callable[..., Value]:
    def procedure(_: Evaluator, items: Value) -> Value:
        if not isinstance(items, tuple) or any(isinstance(i, Splice) for i in items[: index + 1]):
            raise TypeError("not a list")
        return items[index]

    return procedure


def _list_ref(evaluator: Evaluator, items: Value, index: Value) -> Value:
    return _nth(_count(index))(evaluator, items)


def _last(_: Evaluator, items: Value) -> Value:
    return _known(items)[-1]


def _length(_: Evaluator, items: Value) -> Value:
    return len(_known(items))


def _reverse(_: Evaluator, items: Value) -> Value:
    return tuple(reversed(_known(items)))


def _take(_: Evaluator, items: Value, count: Value) -> Value:
    if _count(count) > len(_known(items)):
        raise ValueError("too short a list")
    return _known(items)[: _count(count)]


def _drop(_: Evaluator, items: Value, count: Value) -> Value:
    if _count(count) > len(_known(items)):
        raise ValueError("too short a list")
    return _known(items)[_count(count) :]


def _take_right(_: Evaluator, items: Value, count: Value) -> Value:
    known = _known(items)
    return known[len(known) - _count(count) :]


def _drop_right(_: Evaluator, items: Value, count: Value) -> Value:
    known = _known(items)
    return known[: len(known) - _count(count)]


def _member(evaluator: Evaluator, sought: Value, items: Value) -> Value:
    known = _known(items)
    evaluator.charge(len(known) >> 2)
    for index, item in enumerate(known):
        if isinstance(item, Unknown | Choice):
            raise _PartlyKnownError("a list that is known in part")
        if same(item, sought, evaluator.charge):
            return known[index:]
    return False


def _assoc(evaluator: Evaluator, key: Value, items: Value) -> Value:
    for item in _known(items):
        if isinstance(item, tuple) and item and not isinstance(item[0], Unknown | Choice | Splice):
            if same(item[0], key, evaluator.charge):
                return item
        elif isinstance(item, Pair) and not isinstance(item.car, Unknown | Choice):
            if same(item.car, key, evaluator.charge):
                return item
        else:
            raise _PartlyKnownError("a list that is known in part")
    return False


def _assoc_ref(evaluator: Evaluator, items: Value, key: Value) -> Value:
    item = _assoc(evaluator, key, items)
    if isinstance(item, Pair):
        return item.cdr
    return item[1:] if isinstance(item, tuple) else False


def _delete(evaluator: Evaluator, unwanted: Value, items: Value) -> Value:
    evaluator.charge(len(_known(items)) >> 3)
    return tuple(item for item in _known(items) if not same(item, unwanted, evaluator.charge))


def _delete_duplicates(evaluator: Evaluator, items: Value) -> Value:
    unique: list[Value] = []
    for item in _known(items)[:1000]:
        evaluator.charge(len(unique) >> 2)
        if not any(same(item, other, evaluator.charge) for other in unique):
            unique.append(item)
    return tuple(unique)


def _alist_delete(evaluator: Evaluator, key: Value, items: Value) -> Value:
    kept = []
    for item in _known(items):
        first = item[0] if isinstance(item, tuple) and item else None
        first = item.car if isinstance(item, Pair) else first
        if not same(first, key, evaluator.charge):
            kept.append(item)
    return tuple(kept)


def _iota(evaluator: Evaluator, count: Value, start: Value = 0, step: Value = 1) -> Value:
    if _count(count) > 10_000 or not isinstance(start, int) or not isinstance(step, int):
        raise ValueError("a list too long")
    return evaluator.items(tuple(start + step * i for i in range(_count(count))))


def _truth(value: Value) -> bool:
    if isinstance(value, Unknown | Choice):
        raise _PartlyKnownError("a predicate's answer is not known")
    return value is not False


def _filter(evaluator: Evaluator, test: Value, items: Value) -> Value:
    return tuple(item for item in _known(items) if _truth(evaluator.call(test, [item])))


def _remove(evaluator: Evaluator, test: Value, items: Value) -> Value:
    return tuple(item for item in _known(items) if not _truth(evaluator.call(test, [item])))


def _find(evaluator: Evaluator, test: Value, items: Value) -> Value:
    return next((i for i in _known(items) if _truth(evaluator.call(test, [i]))), False)


def _any(evaluator: Evaluator, test: Value, items: Value) -> Value:
    for item in _known(items):
        value = evaluator.call(test, [item])
        if _truth(value):
            return value
    return False


def _every(evaluator: Evaluator, test: Value, items: Value) -> Value:
    value: Value = True
    for item in _known(items):
        value = evaluator.call(test, [item])
        if not _truth(value):
            return False
    return value


def _fold(evaluator: Evaluator, procedure: Value, start: Value, items: Value) -> Value:
    for item in _known(items):
        start = evaluator.call(procedure, [item, start])
    return start


def _fold_right(evaluator: Evaluator, procedure: Value, start: Value, items: Value) -> Value:
    for item in reversed(_known(items)):
        start = evaluator.call(procedure, [item, start])
    return start


def _filter_map(evaluator: Evaluator, procedure: Value, items: Value) -> Value:
    values = [evaluator.call(procedure, [item]) for item in _known(items)]
    return tuple(value for value in values if _truth(value))


# -- tolerant: unknown elements are taken along ------------------------------------------------


def _list(evaluator: Evaluator, *items: Value) -> Value:
    return evaluator.items(tuple(items))


def _cons(evaluator: Evaluator, first: Value, rest: Value) -> Value:
    return _cons_star(evaluator, first, rest)


def _cons_star(evaluator: Evaluator, *values: Value) -> Value:
    *items, tail = values
    if isinstance(tail, tuple):
        return evaluator.items((*items, *tail))
    if isinstance(tail, Unknown | Choice):
        return (*items, Splice(tail))
    for item in reversed(items):
        tail = Pair(item, tail)
    return tail


def _append(evaluator: Evaluator, *lists: Value) -> Value:
    items: list[Value] = []
    for one in lists:
        if isinstance(one, tuple):
            items.extend(one)
        elif isinstance(one, Unknown | Choice):
            items.append(Splice(one))
        else:
            return Unknown("append of what is not a list")
    return evaluator.items(tuple(items))


def _map(evaluator: Evaluator, procedure: Value, *lists: Value) -> Value:
    if isinstance(procedure, Unknown | Choice):
        return Unknown(procedure.reason)
    for one in lists:
        if not isinstance(one, tuple):
            reason = one.reason if isinstance(one, Unknown | Choice) else "map over no list"
            return Unknown(reason)
    tuples = [one for one in lists if isinstance(one, tuple)]
    results: list[Value] = []
    for arguments in zip(*tuples, strict=False):
        splice = next((item for item in arguments if isinstance(item, Splice)), None)
        if splice is not None:
            results.append(Splice(Unknown(splice.value.reason)))
        else:
            results.append(evaluator.call(procedure, arguments))
    return evaluator.items(tuple(results))


def _append_map(evaluator: Evaluator, procedure: Value, *lists: Value) -> Value:
    mapped = _map(evaluator, procedure, *lists)
    return _concatenate(evaluator, mapped)


def _concatenate(evaluator: Evaluator, lists: Value) -> Value:
    if not isinstance(lists, tuple):
        return lists if isinstance(lists, Unknown) else Unknown("not a list")
    return _append(evaluator, *(one.value if isinstance(one, Splice) else one for one in lists))


LIST_PROCEDURES: Final[dict[str, Callable[..., Value]]] = {
    **{
        f"c{path}r": _element(path)
        for path in ["a", "d", "aa", "ad", "da", "dd", "add", "ddd", "addd"]
    },
    "first": _nth(0),
    "second": _nth(1),
    "third": _nth(2),
    "fourth": _nth(3),
    "fifth": _nth(4),
    "list-ref": _list_ref,
    "last": _last,
    "length": _length,
    "reverse": _reverse,
    "take": _take,
    "list-head": _take,
    "drop": _drop,
    "list-tail": _drop,
    "take-right": _take_right,
    "drop-right": _drop_right,
    "member": _member,
    "memq": _member,
    "memv": _member,
    "assoc": _assoc,
    "assq": _assoc,
    "assv": _assoc,
    "assoc-ref": _assoc_ref,
    "assq-ref": _assoc_ref,
    "delete": _delete,
    "delete-duplicates": _delete_duplicates,
    "alist-delete": _alist_delete,
    "iota": _iota,
    "filter": _filter,
    "remove": _remove,
    "find": _find,
    "any": _any,
    "every": _every,
    "fold": _fold,
    "fold-right": _fold_right,
    "filter-map": _filter_map,
}
"""Procedures that need their lists known, by their names."""

TOLERANT_LIST_PROCEDURES: Final[dict[str, Callable[..., Value]]] = {
    "list": _list,
    "cons": _cons,
    "cons*": _cons_star,
    "append": _append,
    "append-reverse": lambda e, one, other: _append(e, tuple(reversed(_known(one))), other),
    "map": _map,
    "append-map": _append_map,
    "concatenate": _concatenate,
}
"""Procedures that take unknown elements along, by their names."""
