# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one package out of made-up files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.guix.changes import package_changes
from bot.guix.package import PackageDefinition
from tests.guix.patches import whole_change

HEADER = """(define-module (gnu packages sample)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (gnu packages other)
  #:use-module (guix packages))

"""


@dataclass
class Library:
    """Other files of a made-up tree; remembers what was asked for."""

    files: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def text(self, path: str) -> str | None:
        self.asked.append(path)
        return self.files.get(path)


def definitions(
    text: str, files: Mapping[str, str] | None = None, header: str = HEADER
) -> dict[str | None, PackageDefinition]:
    """Return the packages of a file that a patch adds, by variable."""
    library = Library(files) if files is not None else None
    reading = package_changes([whole_change(None, header + text)], library)
    assert reading.problems == ()
    return {change.package.variable: change.package for change in reading.changes}


def definition(
    text: str, files: Mapping[str, str] | None = None, header: str = HEADER
) -> PackageDefinition:
    """Return the last package of a file that a patch adds."""
    return list(definitions(text, files, header).values())[-1]


def with_fields(fields: str, files: Mapping[str, str] | None = None) -> PackageDefinition:
    """Return a package with a name, a version and some fields."""
    return definition(
        f'(define-public sample\n  (package (name "sample") (version "1.2.3")\n    {fields}))\n',
        files,
    )
