# SPDX-License-Identifier: GPL-3.0-or-later
"""What is folded, what stays unknown, and the bounds."""

from __future__ import annotations

import dataclasses

import pytest

from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.scheme.builtins import BUILTINS
from bot.scheme.evaluator import Evaluator
from bot.scheme.forms import FORMS
from bot.scheme.reader import read_all
from bot.scheme.values import Choice, Kw, Pair, Scope, Splice, Sym, Unknown, Value


class _Top:
    def lookup(self, name: str, evaluator: Evaluator) -> Value:
        del evaluator
        return BUILTINS.get(name, Unknown(f"no {name}"))


def _value(text: str, limits: Limits = DEFAULT_LIMITS) -> Value:
    evaluator = Evaluator(FORMS, limits)
    return evaluator.call_body(list(read_all(text).forms), Scope({}, None, _Top()))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('(string-append "a" "b")', "ab"),
        ('(string-join (list "a" "b") "-")', "a-b"),
        ('(string-join \'("a" "b") ", " \'suffix)', "a, b, "),
        ('(format #f "~a-~a~%" "x" 3)', "x-3\n"),
        ('(substring "abcdef" 1 3)', "bc"),
        ('(string-replace-substring "1.2.3" "." "_")', "1_2_3"),
        ('(string-map (lambda (c) (if (char=? c #\\.) #\\_ c)) "1.2")', "1_2"),
        ('(string-map (match-lambda (#\\. #\\-) (c c)) "1.2")', "1-2"),
        ('(car (string-split "a.b" #\\.))', "a"),
        ('(let ((x "1") (y "2")) (string-append x y))', "12"),
        ('(let* ((x "1") (y (string-append x "2"))) y)', "12"),
        ("(letrec ((f (lambda (n) (if (= n 0) 1 (* n (f (- n 1))))))) (f 5))", 120),
        ("(let loop ((n 3) (sum 0)) (if (= n 0) sum (loop (- n 1) (+ sum n))))", 6),
        ("(define (f a #:optional (b a)) (list a b)) (f 1)", (1, 1)),
        ("(define* (f a #:key (b 2) c) (list a b c)) (f 1 #:c 3)", (1, 2, 3)),
        ("(define x 1) (define (f #:key (x x)) x) (f)", 1),
        ("(define (f . rest) rest) (f 1 2)", (1, 2)),
        ("(cond (#f 1) ((assq 'b '((a . 1) (b . 2))) => cdr) (else 3))", 2),
        ("(case 'b ((a) 1) ((b c) 2) (else 3))", 2),
        ("(match '(1 (2 3)) ((a (b c)) (+ a b c)))", 6),
        ('(match "x" ((or "y" "x") 1) (_ 2))', 1),
        ("(match '(1 2 3) ((a . rest) rest))", (2, 3)),
        ("(match '(1 2) ((a ...) a))", (1, 2)),
        ("(and 1 2)", 2),
        ("(or #f 2)", 2),
        ("`(1 ,(+ 1 1) ,@(list 3 4))", (1, 2, 3, 4)),
        ("`(a . ,(+ 1 2))", Pair(Sym("a"), 3)),
        ("'(#:x #t)", (Kw("x"), True)),
        ("(map (lambda (x) (+ x 1)) (list 1 2))", (2, 3)),
        ("(append '(1) '(2) '())", (1, 2)),
        ('(apply string-append (list "a" "b"))', "ab"),
        ('((cut string-append <> "b") "a")', "ab"),
        ("(define-syntax-rule (twice x) (list x x)) (twice 1)", (1, 1)),
        (
            "(define-syntax f (syntax-rules (of) ((_ of x ...) (list x ...)))) (f of 1 2)",
            (1, 2),
        ),
        ("(force (delay 1))", 1),
    ],
)
def test_folded(text: str, value: Value) -> None:
    assert _value(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "nowhere",
        '(string-append "a" nowhere)',
        "(nowhere 1)",
        "(car '())",
        '(string-append "a" 1)',
        "(let ((x x)) x)",
        "(letrec ((x x)) x)",
        '(substring "abc" 2 9)',
        "((lambda (x) x))",
        "(set! x 1)",
        "(match 1 (2 3))",
    ],
)
def test_unknown(text: str) -> None:
    assert isinstance(_value(text), Unknown)


def test_an_unknown_poisons_only_what_it_touches() -> None:
    value = _value('(list "a" nowhere (string-append "b" nowhere) "c")')
    assert isinstance(value, tuple)
    assert [isinstance(item, Unknown) for item in value] == [False, True, True, False]


def test_a_list_known_in_part() -> None:
    value = _value("(append (list 1) nowhere (list 2))")
    assert value == (1, Splice(Unknown("no nowhere")), 2)


def test_an_unknown_test_leaves_a_choice() -> None:
    assert _value("(if nowhere 1 2)") == Choice((1, 2), "no nowhere")
    assert _value("(if nowhere 1 1)") == 1
    assert isinstance(_value('(string-append "a" (if nowhere "b" "c"))'), Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "(let loop ((n 0)) (loop (+ n 1)))",
        "(define (f x) (list (f x))) (f 1)",
        '(let loop ((s "ab")) (loop (string-append s s)))',
        "(let loop ((l '(1 2))) (loop (append l l)))",
        "(define (f x) (g x)) (define (g x) (f x)) (f 1)",
    ],
)
def test_bounds(text: str) -> None:
    limits = dataclasses.replace(DEFAULT_LIMITS, evaluation_steps=20_000, evaluation_depth=100)
    with pytest.raises(LimitExceededError):
        _value(text, limits)
