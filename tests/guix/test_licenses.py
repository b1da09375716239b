# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences in all the ways in which they are written."""

from __future__ import annotations

import pytest

from bot.guix.licenses import known_licenses
from bot.guix.package import PackageDefinition
from tests.guix.reading import definition


def _package(license_text: str, imports: str, more: str = "") -> PackageDefinition:
    header = f"(define-module (gnu packages sample) {imports} #:use-module (guix packages))\n"
    field = f"(license {license_text})" if license_text else ""
    return definition(
        f'{more}\n(define-public sample (package (name "s") (version "1") {field}))\n',
        header=header,
    )


_PREFIX = "#:use-module ((guix licenses) #:prefix license:)"


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("license:asl2.0", _PREFIX),
        ("l:asl2.0", "#:use-module ((guix licenses) #:prefix l:)"),
        ("l:asl2.0", "#:use-module ((guix licenses) #:renamer (symbol-prefix-proc 'l:))"),
        ("asl2.0", "#:use-module (guix licenses)"),
        ("asl2.0", "#:use-module ((guix licenses) #:select (expat asl2.0))"),
        ("apache", "#:use-module ((guix licenses) #:select ((asl2.0 . apache)))"),
        ("x:asl2.0", "#:use-module ((guix licenses) #:select (asl2.0) #:prefix x:)"),
        ("asl2.0", "#:use-module ((guix licenses) #:hide (zlib))"),
        ("(@ (guix licenses) asl2.0)", ""),
        ("(list license:asl2.0)", _PREFIX),
        ("mine", _PREFIX + " #:export (x))(define mine license:asl2.0"),
    ],
)
def test_ways_to_name_a_licence(text: str, imports: str) -> None:
    if ")(" in imports:
        imports, _, more = imports.partition(")(")
        package = _package(text, imports, f"({more})")
    else:
        package = _package(text, imports)
    assert package.license_statement == "stated"
    (license_,) = package.licenses
    assert (license_.variable, license_.spdx, license_.verdict) == ("asl2.0", "Apache-2.0", "free")


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("zlib", "#:use-module ((guix licenses) #:hide (zlib))"),
        ("expat", "#:use-module ((guix licenses) #:select (asl2.0))"),
        ("asl2.0", _PREFIX),
        ("license:nosuch", _PREFIX),
        ("(list license:expat nowhere)", _PREFIX),
    ],
)
def test_names_that_are_no_licence_there(text: str, imports: str) -> None:
    assert _package(text, imports).license_statement == "unknown"


def test_several_licences() -> None:
    package = _package("(list license:gpl3+ license:cc-by-sa4.0)", _PREFIX)
    assert [one.spdx for one in package.licenses] == ["GPL-3.0-or-later", "CC-BY-SA-4.0"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('(license:non-copyleft "https://example.org/l" "see README")', "unclear"),
        ('(license:fsdg-compatible "https://example.org/l" "see README")', "unclear"),
        ('(license:x11-style "https://example.org/l" "see README")', "free"),
        ('(license:fsf-free "https://example.org/l" "see README")', "free"),
        ('(license:nonfree "https://example.org/l" "see README")', "nonfree"),
    ],
)
def test_constructors(text: str, verdict: str) -> None:
    (license_,) = _package(text, _PREFIX).licenses
    assert (license_.uri, license_.comment) == ("https://example.org/l", "see README")
    assert license_.verdict == verdict


def test_a_local_licence() -> None:
    package = _package(
        "mine", "", '(define mine (license "My licence" "https://example.org/mine" "odd"))'
    )
    (license_,) = package.licenses
    assert (license_.variable, license_.name, license_.verdict) == ("mine", "My licence", "unclear")


def test_false_and_absent() -> None:
    assert _package("#f", _PREFIX).license_statement == "false"
    assert _package("", _PREFIX).license_statement == "absent"


def test_a_package_of_the_file_is_not_taken_for_a_licence() -> None:
    package = _package("zlib", "#:use-module (guix licenses)", '(define zlib (package (name "z")))')
    assert package.license_statement == "unknown"


def test_the_table() -> None:
    table = known_licenses()
    assert len(table) > 100
    assert table["expat"].spdx == "MIT"
    assert table["gpl3"].spdx == "GPL-3.0-only"
    assert table["perl-license"].name == "GPL 1+"
    assert {row.verdict for row in table.values()} == {"free", "unclear"}


def test_a_local_licence_by_the_constructor_that_is_not_exported() -> None:
    text = (
        '(define-public p (package (name "p") (version "1") (license'
        ' ((@@ (guix licenses) license) "Ours" "https://example.org/l" ""))))'
    )
    found = definition(text)
    assert found.license_statement == "stated"
    assert [one.verdict for one in found.licenses] == ["unclear"]
