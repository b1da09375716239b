# SPDX-License-Identifier: GPL-3.0-or-later
"""The Scheme that a check advises, written where it says, and read again: here and by Guile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.checks.finding import Finding
from bot.checks.license import check_license
from bot.checks.pinned import check_pinned
from bot.checks.substitutable import check_substitutable
from bot.guix.package import PackageDefinition
from bot.upstream.facts import OriginFacts
from tests.checks.factory import GUIX, facts, known_size, model, stated
from tests.guix.reading import HEADER, definitions
from tests.scheme.guile_oracle import guile_readings, require_guile

pytestmark = pytest.mark.guile

_HASH = "0f6xm8xj5xlxvmmpv6v0d1v1s1p6q1sl4v3b7jpcc1g1cwjsz4yn"
_PACKAGE = f"""(define-public sample
  (package
    (name "sample")
    (version "1.0")
    (source
     (origin
       (method url-fetch)
       (uri "https://huggingface.co/acme/speech/resolve/main/model.bin")
       (sha256
        (base32 "{_HASH}"))))
    (build-system copy-build-system)
    (home-page "https://example.org")
    (synopsis "Model")
    (description "Model.")
    (license license:expat)))
"""
_ARGUMENTS = """    (arguments
     (list
      #:install-plan
      #~'(("model.bin" "share/sample/"))))
"""
_QUOTED = """    (arguments
     '(#:install-plan '(("model.bin" "share/sample/"))))
"""
_CHILD = """
(define-public child
  (package
    (inherit sample)
    (name "child")
    (version "2.0")))
"""
_BUILDER = """    (build-system trivial-build-system)
    (arguments
     (list
      #:builder
      #~(mkdir #$output)))
"""
_COPY = "    (build-system copy-build-system)\n"


class Reader:
    """Reads a package, once Guile has read as many forms as there ought to be."""

    def __init__(self, directory: Path) -> None:
        require_guile()
        self.directory = directory

    def __call__(self, text: str, variable: str = "sample") -> PackageDefinition:
        (lines,) = guile_readings([HEADER + text], self.directory)
        assert "error" not in lines
        assert [line.startswith("( ") for line in lines].count(True) == lines.count(")")
        found = definitions(text)
        assert len(found) == text.count("(define-public ")
        return found[variable]


@pytest.fixture(name="read")
def _read(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def _advice(package: PackageDefinition, code: str) -> Finding:
    (finding,) = check_substitutable(model(package), facts(), GUIX)
    assert finding.code == code
    return finding


def _inserted(text: str, anchor: str, lines: str, *, before: bool = False) -> str:
    assert text.count(anchor) == 1
    new = f"{lines}\n{anchor}" if before else f"{anchor}{lines}\n"
    return text.replace(anchor, new)


def test_a_new_field(read: Reader) -> None:
    finding = _advice(read(_PACKAGE), "substitutable-missing")
    pasted = _inserted(_PACKAGE, _COPY, finding.scheme)
    assert read(pasted).substitutable is False


@pytest.mark.parametrize(
    ("arguments", "keyword"),
    [(_ARGUMENTS, "      #:install-plan\n"), (_QUOTED, "#:install-plan ")],
)
def test_beside_other_arguments(read: Reader, arguments: str, keyword: str) -> None:
    text = _PACKAGE.replace(_COPY, _COPY + arguments)
    finding = _advice(read(text), "substitutable-missing")
    assert "before #:install-plan" in finding.hint
    pasted = read(_inserted(text, keyword, finding.scheme, before=True))
    assert pasted.substitutable is False
    assert [step.source for step in pasted.install_plan] == ["model.bin"]


def test_arguments_of_a_parent(read: Reader) -> None:
    text = _PACKAGE.replace(_COPY, _COPY + _ARGUMENTS) + _CHILD
    finding = _advice(read(text, "child"), "substitutable-missing")
    pasted = read(_inserted(text, "    (inherit sample)\n", finding.scheme), "child")
    assert pasted.substitutable is False
    assert [step.source for step in pasted.install_plan] == ["model.bin"]


def test_copy_build_system_in_place_of_trivial(read: Reader) -> None:
    text = _PACKAGE.replace(_COPY, _BUILDER)
    finding = _advice(read(text), "substitutable-use-copy")
    pasted = read(text.replace(_BUILDER, finding.scheme + "\n"))
    assert (pasted.build_system, pasted.substitutable) == ("copy", False)
    assert [(one.source, one.target) for one in pasted.install_plan] == [
        ("model.bin", "share/sample/")
    ]


def _weights(**known: Any) -> OriginFacts:  # noqa: ANN401
    return known_size(5, **known)


@pytest.mark.parametrize("owner", ["acme", "acme-" + "of-the-far-north-" * 4])
def test_a_revision(read: Reader, owner: str) -> None:
    text = _PACKAGE.replace("/acme/", f"/{owner}/")
    package = read(text)
    revision = "0123456789abcdef" * 2 + "01234567"
    known = facts(_weights(revision=revision))
    (finding,) = check_pinned(model(package), known, GUIX)
    uri = f'       (uri "https://huggingface.co/{owner}/speech/resolve/main/model.bin")'
    pasted = read(text.replace(uri, finding.scheme))
    assert pasted.origins[0].uris == (
        f"https://huggingface.co/{owner}/speech/resolve/{revision}/model.bin",
    )


@pytest.mark.parametrize("identifier", ["apache-2.0", "cc-by-4.0", "gpl-3.0"])
def test_a_licence(read: Reader, identifier: str) -> None:
    known = facts(_weights(license=stated(identifier)))
    (finding,) = check_license(model(read(_PACKAGE)), known, GUIX)
    pasted = read(_PACKAGE.replace("    (license license:expat)", finding.scheme))
    assert pasted.license_statement == "stated"
    codes = [one.code for one in check_license(model(pasted), known, GUIX)]
    assert codes == ["license-ok"]
