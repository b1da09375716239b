# SPDX-License-Identifier: GPL-3.0-or-later
"""The prefix of licences, as each file has it."""

from __future__ import annotations

import pytest

from bot.guix.license_prefix import license_prefix

IMPORT = "(define-module (gnu packages x)\n  #:use-module ((guix licenses) #:prefix l:))\n"


@pytest.mark.parametrize(
    ("definition", "file", "prefix"),
    [
        ("(license license:asl2.0)", IMPORT, "license:"),
        ("(license (list l:asl2.0 l:expat))", "", "l:"),
        ("(license asl2.0)", IMPORT, ""),
        ("(license #f)", IMPORT, "l:"),
        ("(package (name \"x\"))", "(license my:expat) (license other)", "my:"),
        ("(license some-local-one)", "", "license:"),
        ("(license (non-copyleft \"https://example.org\"))", IMPORT, "l:"),
        ("", "", "license:"),
    ],
)  # fmt: skip
def test_prefix(definition: str, file: str, prefix: str) -> None:
    assert license_prefix(definition, file) == prefix
