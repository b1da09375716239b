# SPDX-License-Identifier: GPL-3.0-or-later
"""Procedures of Guile without effects: predicates, numbers, and the names of all of them.

Semantics after the Guile Reference Manual 3.0, chapters "Simple Data Types" and "Compound Data
Types", and SRFI 1 and 13.  A procedure here raises ``TypeError`` or ``ValueError`` for arguments
that it does not take; the evaluator turns that into an unknown value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.scheme.listprocs import LIST_PROCEDURES, TOLERANT_LIST_PROCEDURES
from bot.scheme.stringprocs import STRING_PROCEDURES
from bot.scheme.values import (
    PROMISE,
    Builtin,
    Char,
    Choice,
    Kw,
    Pair,
    Procedure,
    Sym,
    Unknown,
    Value,
    same,
)

if TYPE_CHECKING:
    from bot.scheme.evaluator import Evaluator

Number = int | float | Fraction
_BITS: Final = 4096


def _number(value: Value) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise TypeError("not a number")
    return value


def _plain(value: Number) -> Number:
    if isinstance(value, int) and value.bit_length() > _BITS:
        raise ValueError("a number too large")
    if isinstance(value, Fraction) and value.denominator.bit_length() > _BITS:
        raise ValueError("a fraction too fine")
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def _add(_: Evaluator, *values: Value) -> Value:
    total: Number = 0
    for value in values:
        total = _plain(total + _number(value))
    return total


def _subtract(_: Evaluator, first: Value, *rest: Value) -> Value:
    if not rest:
        return -_number(first)
    left = _number(first)
    for value in rest:
        left = _plain(left - _number(value))
    return left


def _multiply(_: Evaluator, *values: Value) -> Value:
    product: Number = 1
    for value in values:
        product = _plain(product * _number(value))
    return product


def _divide(_: Evaluator, first: Value, second: Value) -> Value:
    one, other = _number(first), _number(second)
    if isinstance(one, float) or isinstance(other, float):
        return one / other
    return _plain(Fraction(one) / Fraction(other))


def _quotient(_: Evaluator, first: Value, second: Value) -> Value:
    one, other = _integer(first), _integer(second)
    return abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)


def _integer(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not an integer")
    return value


def _remainder(evaluator: Evaluator, first: Value, second: Value) -> Value:
    quotient = _quotient(evaluator, first, second)
    assert isinstance(quotient, int)  # noqa: S101
    return _integer(first) - quotient * _integer(second)


def _modulo(_: Evaluator, first: Value, second: Value) -> Value:
    return _integer(first) % _integer(second)


def _ordered(test: Callable[[Number, Number], bool]) -> Callable[..., Value]:
    def compare(_: Evaluator, *values: Value) -> Value:
        numbers = list(map(_number, values))
        return all(test(one, other) for one, other in pairwise(numbers))

    return compare


def _max(_: Evaluator, *values: Value) -> Value:
    return max(map(_number, values))


def _min(_: Evaluator, *values: Value) -> Value:
    return min(map(_number, values))


def _not(_: Evaluator, value: Value) -> Value:
    return value is False


def _equal(evaluator: Evaluator, one: Value, other: Value) -> Value:
    equal = same(one, other, evaluator.charge)
    if isinstance(one, tuple) and isinstance(other, tuple) and not equal:
        for value in (*one, *other):
            if not isinstance(value, str | bool | int | float | Sym | Kw | Char):
                raise TypeError("lists whose elements are not all known")
    return equal


def _is(*kinds: type) -> Callable[..., Value]:
    def test(_: Evaluator, value: Value) -> Value:
        return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))

    return test


def _is_pair(_: Evaluator, value: Value) -> Value:
    return (isinstance(value, tuple) and bool(value)) or isinstance(value, Pair)


def _is_null(_: Evaluator, value: Value) -> Value:
    return value == ()


def _number_to_string(evaluator: Evaluator, value: Value, radix: Value = 10) -> Value:
    number = _number(value)
    if isinstance(number, int) and radix in {2, 8, 10, 16}:
        form = {2: "b", 8: "o", 10: "d", 16: "x"}[_integer(radix)]
        return evaluator.string(format(number, form))
    if radix == 10 and isinstance(number, Fraction):
        return f"{number.numerator}/{number.denominator}"
    raise TypeError("a number whose printed form is not folded")


def _apply(evaluator: Evaluator, operator: Value, *arguments: Value) -> Value:
    if isinstance(operator, Unknown | Choice):
        return Unknown(operator.reason)
    *first, last = arguments
    if not isinstance(last, tuple):
        return last if isinstance(last, Unknown) else Unknown("apply to what is not a list")
    return evaluator.apply(operator, [*first, *last])


def _force(evaluator: Evaluator, promise: Value) -> Value:
    return evaluator.call(promise, []) if isinstance(promise, Procedure) else promise


def _identity(_: Evaluator, value: Value) -> Value:
    return value


_STRICT: Final[dict[str, Callable[..., Value]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "quotient": _quotient,
    "remainder": _remainder,
    "modulo": _modulo,
    "zero?": lambda _, value: _number(value) == 0,
    "even?": lambda _, value: _integer(value) % 2 == 0,
    "odd?": lambda _, value: _integer(value) % 2 == 1,
    "1+": lambda e, value: _add(e, value, 1),
    "1-": lambda e, value: _subtract(e, value, 1),
    "=": _ordered(lambda one, other: one == other),
    "<": _ordered(lambda one, other: one < other),
    ">": _ordered(lambda one, other: one > other),
    "<=": _ordered(lambda one, other: one <= other),
    ">=": _ordered(lambda one, other: one >= other),
    "max": _max,
    "min": _min,
    "not": _not,
    "eq?": _equal,
    "eqv?": _equal,
    "equal?": _equal,
    "string?": _is(str),
    "symbol?": _is(Sym),
    "keyword?": _is(Kw),
    "number?": _is(int, float, Fraction),
    "integer?": _is(int),
    "boolean?": _is(bool),
    "list?": _is(tuple),
    "pair?": _is_pair,
    "null?": _is_null,
    "number->string": _number_to_string,
    "force": _force,
    "promise?": lambda _, value: isinstance(value, Procedure) and value.name == PROMISE,
}
_TOLERANT: Final[dict[str, Callable[..., Value]]] = {"apply": _apply, "identity": _identity}

BUILTINS: Final[dict[str, Builtin]] = {
    **{
        name: Builtin(name, function)
        for name, function in {**_STRICT, **STRING_PROCEDURES, **LIST_PROCEDURES}.items()
    },
    **{
        name: Builtin(name, function, strict=False)
        for name, function in {**_TOLERANT, **TOLERANT_LIST_PROCEDURES}.items()
    },
}
"""Every procedure by its name."""
