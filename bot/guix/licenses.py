# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of ``(guix licenses)``: names, SPDX identifiers, and what the name alone says."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from bot.guix.constants import LicenseValue
from bot.guix.package import LicenseVerdict, PackageLicense
from bot.scheme.values import Builtin, Choice, Unknown, Value


@dataclass(frozen=True, slots=True)
class KnownLicense:
    """One row of the table."""

    variable: str
    procedure: bool
    """``(name URI COMMENT)`` makes it."""
    name: str
    spdx: str | None
    verdict: LicenseVerdict
    url: str | None


FOREIGN_NONFREE = frozenset({"nonfree", "undistributable"})
"""Constructors with which channels other than Guix mark what is not free."""


@cache
def known_licenses() -> dict[str, KnownLicense]:
    """Return the table by variable."""
    text = (files("bot.guix") / "licenses.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(
        (line for line in text.splitlines() if not line.startswith("#")), delimiter="\t"
    )
    return {
        row["variable"]: KnownLicense(
            row["variable"],
            row["kind"] == "procedure",
            row["name"],
            row["spdx"] or None,
            cast("LicenseVerdict", row["verdict"]),
            row["url"] or None,
        )
        for row in rows
    }


def license_value(variable: str) -> Value | None:
    """Return what a name exported by (guix licenses) stands for; None for another name."""
    known = known_licenses().get(variable)
    if known is None and variable not in FOREIGN_NONFREE:
        return None
    if known is None or known.procedure:
        return Builtin(variable, _constructor(variable), strict=False)
    return LicenseValue(variable)


def _constructor(variable: str) -> Callable[..., Value]:
    def construct(_: object, uri: Value = None, comment: Value = None) -> Value:
        return LicenseValue(
            variable,
            uri if isinstance(uri, str) else None,
            comment if isinstance(comment, str) else None,
        )

    return construct


def local_license(_: object, name: Value, uri: Value = None, comment: Value = None) -> Value:
    """Return what ``(license name uri comment)`` makes, which Guix does not export."""
    if not isinstance(name, str) or isinstance(uri, Unknown | Choice):
        return Unknown("a licence without a name")
    return LicenseValue(
        "license",
        uri if isinstance(uri, str) else None,
        comment if isinstance(comment, str) else None,
        name,
    )


def package_license(value: LicenseValue, line: int | None) -> PackageLicense:
    """Return a licence as packages carry it."""
    known = known_licenses().get(value.variable)
    if known is None:
        verdict: LicenseVerdict = "nonfree" if value.variable in FOREIGN_NONFREE else "unclear"
        return PackageLicense(
            value.variable, value.name, None, verdict, value.uri, value.comment, line
        )
    uri = value.uri or known.url
    return PackageLicense(
        known.variable, known.name, known.spdx, known.verdict, uri, value.comment, line
    )
