# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches of few definitions that are endless, or that make much of little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.limits import DEFAULT_LIMITS
from tests.hostile.mails import MODULE, changed_file, hunk, lines_of, new_file, patch_mail
from tests.hostile.packages import HUB, heir, inputs, model, origin, package

_USERS = 450
"""Packages that use one large thing: nearly as many as are read of one series."""
_SMALL = 1_000
"""Parts below which there are ten users of a thing, however large it is."""


def _users(count: int) -> int:
    return _USERS if count > _SMALL else 10


def _file(*definitions: list[str]) -> list[bytes]:
    return [patch_mail(new_file([*MODULE, *(line for one in definitions for line in one)]))]


def _names(count: int, form: str) -> str:
    return "\n      ".join(form.format(number) for number in range(count))


def _one(field: Callable[[int], str]) -> Callable[[int], list[bytes]]:
    """One model with an endless field."""
    return lambda count: _file(model("m", field(count)))


def _used(value: Callable[[int], str], *fields: str) -> Callable[[int], list[bytes]]:
    """An endless value that many models use in some field."""

    def make(count: int) -> list[bytes]:
        users = _users(count)
        big = lines_of(f"(define big\n  {value(count)})\n")
        return _file(big, *(model(f"m{number}", *fields) for number in range(users)))

    return make


def _plain(field: Callable[[int], str], large: str = "") -> Callable[[int], list[bytes]]:
    """A model with an endless field, and many heirs of it."""

    def make(count: int) -> list[bytes]:
        users = _users(count)
        parent = model("m", field(count))
        return _file(parent, *(heir(f"h{number}", "m", large) for number in range(users)))

    return make


def _made(field: Callable[[int], str]) -> Callable[[int], list[bytes]]:
    """An endless procedure that many packages are made by."""

    def make(count: int) -> list[bytes]:
        users = _users(count)
        body = package("made", field(count))
        body[0] = "(define (make-made name)"
        body[2] = "    (name name)"
        calls = [[f'(define-public c{number} (make-made "c{number}"))'] for number in range(users)]
        return _file(body, *calls)

    return make


def _let_star(count: int) -> list[bytes]:
    bindings = _names(count, '(v{0} "value of {0}")')
    body = " ".join(f"v{number}" for number in range(0, count, 7))
    return _file(
        lines_of(
            f'(define-public m (let* ({bindings})\n  (package (name "m") (version v0)\n'
            f'    (source (origin (method url-fetch) (uri (list "{HUB}/m.onnx" {body}))))\n'
            "    (build-system copy-build-system) (license license:asl2.0))))"
        )
    )


def _nested_lets(count: int) -> list[bytes]:
    """Definitions of nested bindings, each of the one around it."""

    def nested(number: int) -> list[str]:
        lets = "\n".join(f"(let ((v{n + 1} (string-append v{n} v{n})))" for n in range(150))
        return lines_of(
            f'(define-public m{number} (let ((v0 "a"))\n{lets}\n(package (name "m{number}")'
            f" (version v150) (source (origin (uri v60)))){')' * 152}"
        )

    return _file(*map(nested, range(count)))


def _loops(count: int) -> list[bytes]:
    loop = '(let loop ((i 0)) (if (= i 9000) "1" (loop (+ i 1))))'
    return _file(*(model(f"m{number}", f"    (synopsis {loop})") for number in range(count)))


def _growing_strings(count: int) -> list[bytes]:
    """Short texts that make long ones, each another."""
    grow = '(let loop ((s "model ") (i 0)) (if (= i 14) s (loop (string-append s s) (+ i 1))))'
    return _file(
        lines_of(f"(define big {grow})"),
        *(
            model(
                f"m{number}",
                f'    (synopsis (string-append big "{number}"))',
                f'    (description (string-append "no " big "{number}"))',
            )
            for number in range(count)
        ),
    )


def _growing_uris(count: int) -> list[bytes]:
    """Every model has a list of many long URLs, all made of one."""
    grow = (
        '(let loop ((s "https://huggingface.co/a/b/resolve/x/") (i 0))'
        " (if (= i 11) s (loop (string-append s s) (+ i 1))))"
    )
    many = "(map (lambda (n) big) (iota 500))"
    return _file(
        lines_of(f"(define big {grow})\n(define many {many})"),
        *(package(f"m{number}", uri="many") for number in range(count)),
    )


def _words(*words: str) -> Callable[[int], list[bytes]]:
    """Models whose descriptions nearly say what is looked for, again and again."""

    def make(count: int) -> list[bytes]:
        said = " ".join(" ".join(words) for _ in range(18_000 // (len(" ".join(words)) + 1)))
        text = lines_of(*(said[at : at + 5_000] for at in range(0, len(said), 5_000)))
        joined = "\n".join(text)
        return _file(
            *(
                model(f"m{number}", f'    (synopsis "{joined}")', f'    (description "{joined}")')
                for number in range(count)
            )
        )

    return make


def _origins(count: int) -> str:
    return inputs(
        f";; comment {number}\n      {origin(f'net-{number}.onnx')}" for number in range(count)
    )


def _origins_in_column_0(count: int) -> str:
    return inputs(f"\n{origin(f'net-{number}.onnx')}" for number in range(count))


def _uris(count: int) -> str:
    where = _names(count, f'"{HUB}/net-{{0}}.onnx"')
    return f"    (native-inputs (list (origin (method url-fetch) (uri (list {where})))))"


def _list_of_licences(count: int) -> str:
    return "    (license (list " + _names(count, "license:asl2.0") + "))"


def _install_plan(count: int) -> str:
    steps = _names(count, '("net-{0}.onnx" "share/models/")')
    return f"    (arguments '(#:install-plan '({steps})))"


def _phases(count: int) -> str:
    steps = _names(count, '(install-file "nets/net-{0}.onnx" "share/models")')
    return f"    (arguments (list #:phases #~(modify-phases x {steps})))"


def _comments(count: int) -> str:
    return _names(count, ";; The weights are under a licence of their own, CC-BY-NC {0}.")


def _block_comment(count: int) -> str:
    return "#| " + _names(count, "The weights are under a licence of their own {0}.") + " |#"


def _description(count: int) -> str:
    return '    (description "' + _names(count, "It does not contain any model {0}.") + '")'


def _unknown_fields(count: int) -> str:
    return _names(count, '(field-{0} "value")')


def _strings(count: int) -> str:
    return "    (properties '(" + _names(count, '"share/models/{0}.onnx"') + "))"


def _string_of_escapes(count: int) -> str:
    return "    (properties '(\"" + "\\n\\t" * 10 * count + '"))'


def _keywords(count: int) -> str:
    return "    (arguments (list " + _names(count, "#:key-{0} #t") + "))"


def _substituted(count: int) -> str:
    clauses = _names(count, "((#:key-{0} old '()) (cons 1 old))")
    return f"    (arguments (substitute-keyword-arguments (list #:a 1) {clauses}))"


def _variables(count: int) -> str:
    return inputs(f"input-{number}" for number in range(count))


def _quoted_inputs(count: int) -> str:
    return "    (inputs `(" + _names(count, '("label-{0}" ,input-{0})') + "))"


def _imports(count: int) -> list[bytes]:
    head = "(define-module (gnu packages hostile)" + _names(
        count, "\n  #:use-module ((gnu packages x{0}) #:select (a b c))"
    )
    names = _names(200, "name-{0}")
    return [
        patch_mail(
            new_file(
                [
                    *lines_of(head + ")"),
                    *(
                        line
                        for n in range(50)
                        for line in model(f"m{n}", f"    (inputs (list {names}))")
                    ),
                ]
            )
        )
    ]


def _select(count: int) -> list[bytes]:
    names = _names(count, "name-{0}")
    head = f"(define-module (gnu packages hostile)\n  #:use-module ((x) #:select ({names})))"
    used: Iterable[list[str]] = (
        model(f"m{n}", f"    (arguments (list name-{n} x{n} y{n}))") for n in range(400)
    )
    return [patch_mail(new_file([*lines_of(head), *(line for one in used for line in one)]))]


def _macro(count: int) -> list[bytes]:
    """A macro of many rules, and many uses that fit the last one alone."""
    rules = _names(count, "((_ a{0} b (c ...)) #f)")
    macro = f"(define-syntax m (syntax-rules ()\n {rules}\n ((_ x) (package (name x)))))"
    return _file(lines_of(macro), *([f'(define-public u{n} (m "u{n}"))'] for n in range(450)))


Made = tuple[Callable[[int], list[bytes]], int] | tuple[Callable[[int], list[bytes]], int, int]
_FIELDS: Mapping[str, tuple[Callable[[int], str], int]] = {
    "origins": (_origins, 38_000),
    "origins in column 0": (_origins_in_column_0, 40_000),
    "URLs": (_uris, 90_000),
    "licences": (_list_of_licences, 300_000),
    "install steps": (_install_plan, 200_000),
    "phases": (_phases, 120_000),
    "lines of comment": (_comments, 120_000),
    "lines of a block comment": (_block_comment, 150_000),
    "lines of description": (_description, 200_000),
    "fields that there are not": (_unknown_fields, 250_000),
    "strings": (_strings, 250_000),
    "escapes": (_string_of_escapes, 4_500),
    "keywords": (_keywords, 300_000),
    "substituted keywords": (_substituted, 150_000),
    "variables": (_variables, 250_000),
    "labelled inputs": (_quoted_inputs, 200_000),
}

_DENSE = {"()": 2, "(a)": 2, "((a) b) ": 6, '""': 2, "#t": 1, ",@a ": 3, "#~(a)": 3}
"""Pieces of text in which the most is to be read, and as how many words each counts."""
_A_LINE = 20


def _dense(piece: str, *, whole: bool) -> Callable[[int], list[bytes]]:
    def make(count: int) -> list[bytes]:
        lines = [*package("x")[:-2], "    (inputs (list", *[piece * _A_LINE] * count, "))))"]
        if whole:
            return _file(lines)
        return [patch_mail(changed_file([hunk(1, [f"+{line}" for line in lines])]))]

    return make


CASES: Mapping[str, Made] = {
    **{
        f"a {'file' if whole else 'hunk'} full of {piece.strip()}": (
            _dense(piece, whole=whole),
            DEFAULT_LIMITS.series_words // (_A_LINE * words + 1) - 10,
        )
        for piece, words in _DENSE.items()
        for whole in (False, True)
    },
    **{
        f"a model of many {name}": (_one(field), full, 600)
        for name, (field, full) in _FIELDS.items()
    },
    **{
        f"heirs of a model of many {name}": (_plain(field), full // 6)
        for name, (field, full) in _FIELDS.items()
        if name != "escapes"
    },
    **{
        f"calls of a procedure of many {name}": (_made(field), full // 6)
        for name, (field, full) in _FIELDS.items()
        if name != "escapes"
    },
    "many bindings": (_let_star, 200_000),
    "nested bindings": (_nested_lets, 1_500),
    "loops": (_loops, 490),
    "growing strings": (_growing_strings, 490),
    "growing lists of URLs": (_growing_uris, 490),
    "words: not provide": (_words("not", "provide"), 50),
    "words: models download": (_words("models"), 50),
    "words: whisper trained": (_words("whisper", "trained"), 50),
    "words: contains, of": (_words("contains", "network"), 50),
    "many imports": (_imports, 100_000),
    "an import of many names": (_select, 400_000),
    "a macro of many rules": (_macro, 200_000),
    "many models of one large list": (
        _used(
            lambda count: "(list " + _names(count, f'"{HUB}/{{0}}.onnx"') + ")",
            "    (inputs (list (origin (method url-fetch) (uri big))))",
        ),
        15_000,
    ),
    "many models of one large text": (
        _used(
            lambda count: (
                '"' + _names(count, "No model is included, weights are downloaded.") + '"'
            ),
            "    (description big)",
        ),
        2_000,
    ),
}
"""By name: what makes it, and its full size."""
