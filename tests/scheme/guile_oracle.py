# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks Guile how it reads a text, in a form that can be compared with the reader's nodes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.scheme.nodes import (
    Boolean,
    Character,
    Keyword,
    List,
    Nil,
    Node,
    Number,
    Positions,
    String,
    Symbol,
    Vector,
)

SCRIPT = r"""
(use-modules (ice-9 rdelim) (ice-9 binary-ports) (rnrs bytevectors))
(define (gexp-reader name splicing)
  (lambda (char port)
    (let ((next (peek-char port)))
      (if (and splicing (eqv? next #\@))
          (begin (read-char port) (list splicing (read port)))
          (list name (read port))))))
(read-hash-extend #\~ (gexp-reader 'gexp #f))
(read-hash-extend #\$ (gexp-reader 'ungexp 'ungexp-splicing))
(read-hash-extend #\+ (gexp-reader 'ungexp-native 'ungexp-native-splicing))
(define (out . parts) (for-each display parts) (newline))
(define (hex text)
  (string-concatenate
   (map (lambda (byte) (string-append (if (< byte 16) "0" "") (number->string byte 16)))
        (bytevector->u8-list (string->utf8 text)))))
(define (place datum)
  (let ((line (source-property datum 'line)) (column (source-property datum 'column)))
    (if line (string-append (number->string (+ line 1)) ":" (number->string column)) "")))
(define (elements items) (for-each dump items))
(define (dump datum)
  (cond ((pair? datum)
         (out "( " (place datum))
         (let loop ((rest datum))
           (cond ((pair? rest) (dump (car rest)) (loop (cdr rest)))
                 ((eq? rest '()) (out ")"))
                 (else (out ".") (dump rest) (out ")")))))
        ((eq? datum #nil) (out "nil"))
        ((null? datum) (out "( ") (out ")"))
        ((symbol? datum) (out "s " (hex (symbol->string datum))))
        ((keyword? datum) (out "k " (hex (symbol->string (keyword->symbol datum)))))
        ((string? datum) (out "t " (hex datum)))
        ((char? datum) (out "c " (hex (string datum))))
        ((eq? datum #t) (out "b #t"))
        ((eq? datum #f) (out "b #f"))
        ((and (number? datum) (exact? datum)) (out "n " datum))
        ((and (real? datum)) (out "f " datum))
        ((number? datum) (out "complex"))
        ((bytevector? datum) (out "v") (elements (array->list datum)) (out ")"))
        ((vector? datum) (out "v") (elements (vector->list datum)) (out ")"))
        ((bitvector? datum) (out "v") (elements (bitvector->list datum)) (out ")"))
        ((array? datum) (out "v") (elements (array->list datum)) (out ")"))
        (else (out "? " datum))))
(set-port-encoding! (current-output-port) "UTF-8")
(for-each
 (lambda (file)
   (catch #t
     (lambda ()
       (call-with-input-file file
         (lambda (port)
           (let loop ((datum (read port)))
             (unless (eof-object? datum)
               (dump datum)
               (loop (read port)))))
         #:encoding "UTF-8"))
     (lambda (key . arguments) (out "error")))
   (out "end"))
 (cdr (command-line)))
"""


_SPECIAL = ("+inf", "-inf", "+nan")


def require_guile() -> None:
    """Skip the test where Guile is not installed, fail it where it has to be."""
    if shutil.which("guile") is None:
        if os.environ.get("WEIGHBRIDGE_REQUIRE_SERVERS") == "1":
            pytest.fail("guile is not installed")
        pytest.skip("guile is not installed")


def guile_readings(texts: list[str], directory: Path) -> list[list[str]]:
    """Return what Guile reads in each text, a line for each datum; ``error`` ends a broken one."""
    script = directory / "oracle.scm"
    script.write_text(SCRIPT, encoding="utf-8")
    paths = []
    for index, text in enumerate(texts):
        path = directory / f"{index}.scm"
        path.write_bytes(text.encode())
        paths.append(str(path))
    output = subprocess.run(
        ["guile", "--no-auto-compile", str(script), *paths],
        check=True,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    ).stdout.decode()
    readings: list[list[str]] = [[]]
    for line in output.split("\n")[:-1]:
        if line == "end":
            readings.append([])
        else:
            readings[-1].append(_plain(line))
    return readings[:-1]


def _plain(line: str) -> str:
    if line.startswith("f "):
        return f"f {float(line[2:].removesuffix('.0') if line[-6:-2] in _SPECIAL else line[2:])}"
    return line


def dumped(forms: tuple[Node, ...], positions: Positions) -> list[str]:
    """Return nodes in the form that the script prints."""
    lines: list[str] = []
    stack: list[Node | str] = list(reversed(forms))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            lines.append(node)
        elif isinstance(node, List):
            line, column = positions.line_and_column(node.start)
            lines.append(f"( {line}:{column}" if node.items else "( ")
            stack.append(")")
            if node.tail is not None:
                stack.extend((node.tail, "."))
            stack.extend(reversed(node.items))
        elif isinstance(node, Vector):
            lines.append("v")
            stack.append(")")
            stack.extend(reversed(node.items))
        else:
            lines.append(_atom(node))
    return lines


def _atom(node: Node) -> str:
    if isinstance(node, Nil):
        return "nil"
    if isinstance(node, Symbol | Keyword):
        return f"{'s' if isinstance(node, Symbol) else 'k'} {node.name.encode().hex()}"
    if isinstance(node, String | Character):
        return f"{'t' if isinstance(node, String) else 'c'} {node.value.encode().hex()}"
    if isinstance(node, Boolean):
        return f"b #{'t' if node.value else 'f'}"
    assert isinstance(node, Number)
    if isinstance(node.value, complex):
        return "complex"
    return f"{'f' if isinstance(node.value, float) else 'n'} {node.value}"
