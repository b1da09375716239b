# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader agrees with Guile on everything that stands in these texts, and on what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.scheme.reader import ReadError, read_all
from tests.scheme.guile_oracle import dumped, guile_readings, require_guile

pytestmark = pytest.mark.guile

SOUND = [
    "",
    "a b\tc\r\nd\fe",
    "(a (b) [c [d]] ())",
    "(a . b) (a b . c) (a . (b c)) (a . (b . (c . d))) (a . ()) (a . 'b) (. a)",
    "'a `(b ,c ,@d) #'a #`(b #,c #,@d)",
    '#~(list #$output #$@(map f l) #+native-thing #+@things) #$name:lib #$(file-append x "/y")',
    "' a ` ( , b ,@ c )",
    "#:key #:k->v #:1+ #: spaced #:#{odd one}#",
    "-> ... 1+ -1+ + - +a .a ..b a.b a'b a`b a,b a#b a|b| |c d| {x} a:b :c d: %e &f *g* /h <=> ?",
    "#{}# #{a b}# #{a\\x41;b}# #{a\\}b}# #{}}# #{a}b}#",
    "λ été 日本 ﷽ a\u00a0b",
    '"" "a" "a\\nb\\tc\\\\d\\"e" "\\x41;B" "\\x4a" "\\u00e9\\U01F600" "\\a\\b\\f\\r\\v\\0"',
    '"a\\\n   b" "a\\\n" "a\nb\n  c" "\\(a" "\\|" "tab\there" "a;b" "#|a|#" "(a"',
    '#\\a #\\space #\\newline #\\( #\\) #\\; #\\" #\\[ #\\  #\\nul #\\x41 #\\101 #\\x #\\é',
    "#\\alarm #\\tab #\\ESC #\\Delete #\\nl #\\sp #\\linefeed #\\0 #\\7 #\\8 #\\λ #\\#",
    "#t #f #true #false #T #F #TRUE (#t#f) (#true) (#tru) (#fa)",
    "#nil ()",
    "#(1 2 (3)) #() #(a . (b)) #(#(x) y)",
    "#vu8(1 2 255) #u8(0) #s8(-1) #f64(1.5 2.0) #*0110 #*",
    "#2((1 2) (3 4)) #1(a b) #@1(a b)",
    "0 1 -1 +1 007 1.5 -.5 1. .5 1e3 1.5e-3 1/2 -3/6 4/2 1d2 123456789012345678901234567890",
    "#x1F #xff #b101 #o17 #d10 #e1.5 #i1/2 #X-a #x+1 #e1e3",
    "+inf.0 -inf.0 1+2i +i -i 1e 1+ +5a 1/ /2 1/0 1.2.3 e1 --1 +- 0x1 1_000",
    "; comment\na ; b\n;; c\nd;e\nf",
    "a #| b #| c |# d |# e #||# f #|#|#|# |# |# |# g #|;|# h",
    "(a #;b c #;(d e) #; f) #;#;a b c (#;x) #;'y z",
    "#!a b !# c #!/bin/sh\nexec guile\n!#\nd",
    '(define-public x\n  (package\n    (name "x")\n    (arguments\n     `(#:a #f))))\n\n(y\n z)\n',
    '#;(define x\n  "(") y',
    '(a"b"c) (a(b)c) (a;d\n) (#\\a #\\b)',
    "[a . b] '[] `[,@a]",
    "'() '#:k '#t '\"s\" ''a",
    "(quote a) (quote . b) (unquote)",
    "#true#false",
]
BROKEN = [
    "(a",
    ")",
    "(a]",
    "[a)",
    '"a',
    '"\\q"',
    '"\\x4',
    '"\\xzz"',
    "(a . )",
    "(a . b c)",
    "#(a . b)",
    "'",
    "(')",
    "#:",
    "#:5",
    '#:"a"',
    "#;",
    "(a #;)",
    "#|",
    "#| #| |#",
    "#!a",
    "#\\",
    "#\\unknown",
    "#",
    "#)",
    "#z",
    "#<a>",
    "#{a",
    "#nix",
    "#x",
    "#xg",
    "#u9(1)",
    ",@",
    "#\\xD800",
]


def test_sound_texts(tmp_path: Path) -> None:
    require_guile()
    for text, expected in zip(SOUND, guile_readings(SOUND, tmp_path), strict=True):
        reading = read_all(text)
        found = dumped(reading.forms, reading.positions)
        if "\t" in text or "#2(" in text:
            # Guile counts a tab as going on to the next multiple of eight columns, and forgets
            # where the lists in an array stood.
            assert _without_places(found) == _without_places(expected), text
        else:
            assert found == expected, text


def _without_places(lines: list[str]) -> list[str]:
    return [line.split(" ")[0] if line[0] == "(" else line for line in lines]


def test_broken_texts(tmp_path: Path) -> None:
    require_guile()
    for text, expected in zip(BROKEN, guile_readings(BROKEN, tmp_path), strict=True):
        assert expected[-1:] == ["error"], text
        with pytest.raises(ReadError) as caught:
            read_all(text)
        assert caught.value.line == 1
