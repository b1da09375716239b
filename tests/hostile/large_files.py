# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches with very many packages, files, hunks or parentheses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tests.hostile.mails import (
    MODULE,
    changed_file,
    hunk,
    lines_of,
    multipart_mail,
    new_file,
    patch_mail,
    removed_file,
    renamed_file,
)
from tests.hostile.packages import heir, inputs, model, origin, package

_MANY_FILES = 2_000


def _file(definitions: Iterable[list[str]], head: Iterable[str] = MODULE) -> list[bytes]:
    lines = [*head, *(line for definition in definitions for line in definition)]
    return [patch_mail(new_file(lines))]


def _packages(count: int) -> list[bytes]:
    return _file(package(f"p{number}") for number in range(count))


def _models(count: int) -> list[bytes]:
    return _file(model(f"m{number}") for number in range(count))


def _models_without_licence(count: int) -> list[bytes]:
    return _file(model(f"m{number}", license_field="#f") for number in range(count))


def _models_of_many_origins(count: int) -> list[bytes]:
    nets = [origin(f"net-{number}.onnx") for number in range(20)]
    return _file(model(f"m{number}", inputs(nets)) for number in range(count))


def _packages_of_many_inputs(count: int) -> list[bytes]:
    used = [f"p{number}" for number in range(30)]
    return _file(
        package(f"p{number}", inputs(used), inputs(used, "native-inputs"))
        for number in range(count)
    )


def _files_of_one_package(count: int) -> list[bytes]:
    files = min(count, _MANY_FILES)
    each = max(count // files, 1)
    diffs = (
        new_file(
            [
                *MODULE,
                *(line for one in range(each) for line in model(f"m{number}-{one}")),
            ],
            f"gnu/packages/f{number}.scm",
        )
        for number in range(files)
    )
    return [patch_mail("".join(diffs))]


_PROCEDURE = lines_of(
    """(define* (make-net name url #:key (hash "0"))
  (package
    (name name)
    (version "1.0")
    (source (origin (method url-fetch) (uri (string-append url name ".onnx"))
                    (sha256 (base32 hash))))
    (build-system copy-build-system)
    (home-page "https://example.org")
    (synopsis "Net")
    (description (string-append "Trained network " name))
    (license license:asl2.0)))
"""
)


def _made_by_a_procedure(count: int) -> list[bytes]:
    made = (
        [
            f'(define-public n{number} (make-net "n{number}" "https://huggingface.co/a/b/resolve/x/"))'
        ]
        for number in range(count)
    )
    return _file([_PROCEDURE, *made])


def _chain_of_heirs(count: int) -> list[bytes]:
    chain = (heir(f"m{number}", f"m{number - 1}") for number in range(1, count))
    return _file([model("m0"), *chain])


def _chain_of_heirs_upwards(count: int) -> list[bytes]:
    chain = (heir(f"m{number}", f"m{number + 1}") for number in range(count))
    return _file([*chain, model(f"m{count}")])


def _heirs_of_one(count: int) -> list[bytes]:
    heirs = (heir(f"h{number}", "m0", '(version "2")') for number in range(count))
    return _file([model("m0"), *heirs])


def _hunk_of_a_package(number: int) -> str:
    lines = [
        *(" " + line for line in package(f"p{number}")[1:3]),
        '-    (version "1.0")',
        '+    (version "1.1")',
        "     (source (origin",
    ]
    return hunk(number * 20 + 1, lines, f"(define-public p{number}")


def _hunks_of_packages(count: int) -> list[bytes]:
    return [patch_mail(changed_file(map(_hunk_of_a_package, range(count))))]


def _hunk_of_one_package(number: int) -> str:
    lines = [
        f"     (native-inputs (list a{number}",
        f'-                         "old-{number}"',
        f'+                         "new-{number}.safetensors"',
        "                          b))",
    ]
    return hunk(number * 10 + 1, lines, "(define-public big-model")


def _hunks_of_one_package(count: int) -> list[bytes]:
    return [patch_mail(changed_file(map(_hunk_of_one_package, range(count))))]


def _hunks_of_users(count: int) -> list[bytes]:
    """Every definition uses another one."""
    hunks = (
        hunk(
            number * 10 + 1,
            [
                f"+(define v{number} (list v{number + 1} v{number + 2}))",
                f' (define-public u{number} (package (name "u{number}") (source v{number})))',
                " ",
            ],
            shift=number,
        )
        for number in range(count)
    )
    return [patch_mail(changed_file(hunks))]


def _hunks_that_begin_in_strings(count: int) -> list[bytes]:
    hunks = (
        hunk(
            number * 50 + 1,
            [
                " of this text, that began above (define-public x (package (name ",
                f"-by old {number}",
                f"+by new {number}",
                ' and ends here.")',
                "     (license license:expat)))",
                " ",
            ],
            f"(define-public p{number}",
        )
        for number in range(count)
    )
    return [patch_mail(changed_file(hunks))]


def _renames(count: int) -> list[bytes]:
    renamed = (
        renamed_file(f"gnu/packages/a{n}.scm", f"gnu/packages/b{n}.scm") for n in range(count)
    )
    return [patch_mail("".join(renamed))]


def _moves(count: int) -> list[bytes]:
    lines = [line for number in range(count) for line in model(f"m{number}")]
    return [patch_mail(removed_file(lines, "gnu/packages/old.scm") + new_file([*MODULE, *lines]))]


def _changed_files(count: int) -> list[bytes]:
    diffs = (
        changed_file([_hunk_of_a_package(0)], f"gnu/packages/f{number}.scm")
        for number in range(count)
    )
    return [patch_mail("".join(diffs))]


def _attachments(count: int) -> list[bytes]:
    """Many patches in one mail, all of the same files."""
    patches = max(min(count // 10, 100), 1)
    diff = "".join(
        changed_file(
            [_hunk_of_a_package(one) for one in range(count // patches)],
            f"gnu/packages/f{number}.scm",
        )
        for number in range(3)
    )
    return [multipart_mail([diff] * patches)]


def _lines(text: str) -> Callable[[int], list[bytes]]:
    """A new file of one line, again and again."""
    return lambda count: [patch_mail(new_file([text] * count))]


def _lines_in_a_hunk(text: str) -> Callable[[int], list[bytes]]:
    return lambda count: [
        patch_mail(changed_file([hunk(1, [f"+{text}"] * count, "(define-public x")]))
    ]


def _deep(count: int) -> list[bytes]:
    text = "(list " * 15_000
    return [patch_mail(new_file([f"(define-public x {text}"] * count))]


_TOKENS = {
    "parentheses": "(",
    "packages without end": '(define-public x (package (name "x")',
    "nested lists without end": "(define a (list " + "(b c d) " * 11_000,
    "quotes": "'" * 90,
    "sharp braces": "#{" * 10,
    "sharp braces in long lines": "#{" * 45_000,
    "string quotes": '"',
    "digits": "1" * 90_000 + "x",
    "digits and dots": "1.1" * 30_000,
    "digits with exponents": "1e1" * 30_000,
    "block comments without end": "#|" * 20,
    "datum comments": "#;(a)",
    "semicolons": ";;; a comment that is as long as a comment is, and says nothing",
    "semicolons in long lines": ";" * 90_000,
    "backslashes in strings": '"' + "\\\\" * 45_000 + '"',
    "empty definitions": "(define)",
    "imports": "(use-modules (gnu packages a) (gnu packages b))",
    "symbols": "model",
    "arrays": "#1@1" * 20_000,
}

_NEVER_CLOSED = frozenset({"parentheses", "packages without end"})
_NEVER_CLOSED_SMALL = 4_000
"""So many lines that each definition cannot be read to the end of the text."""

Made = tuple[Callable[[int], list[bytes]], int] | tuple[Callable[[int], list[bytes]], int, int]


def _of_lines(name: str, text: str) -> Made:
    full = min(9_900_000 // (len(text) + 2), 480_000)
    if name in _NEVER_CLOSED:
        return _lines(text), full, _NEVER_CLOSED_SMALL
    return _lines(text), full


CASES: Mapping[str, Made] = {
    "packages in a new file": (_packages, 21_000),
    "models in a new file": (_models, 18_500),
    "models without a licence": (_models_without_licence, 19_000),
    "models of many origins": (_models_of_many_origins, 1_900),
    "packages of many inputs": (_packages_of_many_inputs, 5_000),
    "files of packages": (_files_of_one_package, 12_000),
    "packages made by a procedure": (_made_by_a_procedure, 90_000),
    "a chain of heirs": (_chain_of_heirs, 70_000),
    "a chain of heirs, the last first": (_chain_of_heirs_upwards, 70_000),
    "heirs of one model": (_heirs_of_one, 70_000),
    "hunks of packages": (_hunks_of_packages, 20_000),
    "hunks of one package": (_hunks_of_one_package, 20_000),
    "hunks of users": (_hunks_of_users, 20_000, 300),
    "hunks that begin in strings": (_hunks_that_begin_in_strings, 20_000),
    "renamed files": (_renames, 2_000),
    "models moved to another file": (_moves, 9_200),
    "changed files": (_changed_files, 2_000),
    "patches attached to one mail": (_attachments, 10_000),
    "nested deep": (_deep, 100),
    **{f"a new file of {name}": _of_lines(name, text) for name, text in _TOKENS.items()},
    **{
        f"a hunk of {name}": (_lines_in_a_hunk(text), min(9_900_000 // (len(text) + 2), 480_000))
        for name, text in _TOKENS.items()
    },
}
"""By name: what makes it, and its full size."""
