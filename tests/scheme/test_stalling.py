# SPDX-License-Identifier: GPL-3.0-or-later
"""Short definitions that would keep an evaluator busy: work is counted, whoever does it."""

from __future__ import annotations

import pytest

from bot.guix.changes import package_changes
from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.patch.reading import read_diff
from bot.scheme import tokens
from bot.scheme.builtins import BUILTINS
from bot.scheme.evaluator import Evaluator, StepCount
from bot.scheme.forms import FORMS
from bot.scheme.reader import ReadError, read_all
from bot.scheme.values import Pair, Scope, Unknown, Value, same

_LIST = "(iota 9000)"
_TEXT = '(string-pad-right "a b c" 9000)'
_LOOPS = [
    f"(let ((l {_LIST})) (let loop ((i 0)) (if ({call}) 1 (loop (+ i 1)))))"
    for call in (
        "= 1 (length l)",
        "member 'x l",
        "equal? 1 (delete 'x l)",
        "equal? 1 (reverse l)",
        "equal? 1 (delete-duplicates l)",
        "assoc 1 (list l)",
    )
] + [
    f"(let ((s {_TEXT})) (let loop ((i 0)) (if ({call}) 1 (loop (+ i 1)))))"
    for call in (
        "equal? 1 (string-split s #\\a)",
        "equal? 1 (string-capitalize s)",
        "equal? 1 (string-tokenize s)",
        "equal? 1 (string-delete #\\a s)",
    )
]


class _Guile:
    def lookup(self, name: str, evaluator: Evaluator) -> Value:
        del evaluator
        return BUILTINS.get(name, Unknown(f"no {name}"))


def _evaluator(together: StepCount | None = None) -> Evaluator:
    return Evaluator(FORMS, DEFAULT_LIMITS, together)


def _value(text: str, evaluator: Evaluator | None = None) -> Value:
    return (evaluator or _evaluator()).call_body(
        list(read_all(text).forms), Scope({}, None, _Guile())
    )


class _Counting(Evaluator):
    applied = 0

    def apply(self, operator: Value, arguments: list[Value]) -> Value:
        self.applied += 1
        return super().apply(operator, arguments)


@pytest.mark.parametrize("text", _LOOPS)
def test_going_through_much_counts_as_many_steps(text: str) -> None:
    counting = _Counting(FORMS)
    with pytest.raises(LimitExceededError):
        counting.call_body(list(read_all(text).forms), Scope({}, None, _Guile()))
    assert counting.applied < 5_000  # of 200,000 that single steps would allow


def test_a_symbol_does_not_grow_without_bound() -> None:
    with pytest.raises(LimitExceededError):
        _value("(let loop ((s 'aaaaaaaa)) (loop (symbol-append s s)))")


def test_a_fraction_does_not_grow_without_bound() -> None:
    grown = _value("(let loop ((a 1/3) (i 0)) (if (= i 30) a (loop (* a a) (+ i 1))))")
    assert isinstance(grown, Unknown)


def test_shared_parts_are_compared_once() -> None:
    one: Value = (1, 2)
    other: Value = (1, 2)
    pairs: tuple[Value, Value] = (Pair(1, 2), Pair(1, 2))
    for _ in range(200):
        one, other = (one, one), (other, other)
        pairs = Pair(pairs[0], pairs[0]), Pair(pairs[1], pairs[1])
    assert same(one, other)
    assert not same(one, (other, 1))
    assert same(*pairs)


def test_many_nested_scopes_cost_steps() -> None:
    bindings = "".join(f"(v{number} 1)" for number in range(20_000))
    body = "car " * 20_000
    with pytest.raises(LimitExceededError):
        _value(f"(let* ({bindings}) (list {body}))")


@pytest.mark.parametrize("number", ["e1e400", "e+inf.0", "e-inf.0", "e+nan.0", "i" + "9" * 400])
def test_a_number_that_cannot_be_held_is_an_error_of_the_text(number: str) -> None:
    with pytest.raises(tokens.TokenError):
        tokens.radix_number_value(number)
    with pytest.raises(ReadError):
        read_all(f"(define x #{number})")


def test_a_macro_with_several_ellipses_is_not_used() -> None:
    names = " ".join(f"a{number} ..." for number in range(5_000))
    text = f"(define-syntax m (syntax-rules () ((_ {names}) 1))) (m {'1 ' * 9_000})"
    assert _value(text) != 1


def test_the_steps_of_a_series_are_counted_together() -> None:
    together = StepCount()
    first, second = _evaluator(together), _evaluator(together)
    _value("(list 1 2)", first)
    before = together.taken
    first.renew()
    _value("(list 1 2)", second)
    assert before > 0
    assert together.taken == 2 * before


def test_a_series_of_endless_packages_ends() -> None:
    fields = " ".join(f"({name} (f))" for name in ("name", "version", "synopsis", "license"))
    lines = ["(define (f) (f))", *(f"(define-public p{n} (package {fields}))" for n in range(50))]
    diff = (
        "diff --git a/gnu/packages/a.scm b/gnu/packages/a.scm\nnew file mode 100644\n"
        "index 0000000000..1111111111\n--- /dev/null\n+++ b/gnu/packages/a.scm\n"
        f"@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)
    )
    limits = Limits(evaluation_steps=1_000, evaluation_steps_per_series=5_000)
    changes = read_diff(diff, "m@example.org", limits).changes
    reading = package_changes(changes, limits=limits)
    reasons = {field.reason for one in reading.changes for field in one.package.unknown}
    assert len(reading.changes) == 50
    assert "the series takes more than 5000 steps" in reasons


def test_a_file_that_is_too_long_is_said_and_the_others_are_read() -> None:
    def diff(path: str, lines: list[str]) -> str:
        head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
        return f"{head}@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)

    text = diff("gnu/packages/a.scm", ["(a b c d)"] * 100)
    text += diff("gnu/packages/b.scm", ['(define-public b (package (name "b")))'])
    limits = Limits(scheme_bytes=500)
    reading = package_changes(read_diff(text, "m@example.org", limits).changes, limits=limits)
    assert [one.package.name for one in reading.changes] == ["b"]
    assert any("1000 characters; the bound is 500" in problem for problem in reading.problems)
