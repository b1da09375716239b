# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up package files and the changes between two states of one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.patch.change import Basis, ChangeKind, FileChange, FileText, Region

MODULE = """(define-module (gnu packages sample)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system copy))

"""


def package_text(name: str, version: str = "1.0", digest: str = "") -> str:
    """Return a package definition of a made-up model."""
    return f"""(define-public {name}
  (package
    (name "{name}")
    (version "{version}")
    (source (origin
              (method url-fetch)
              (uri (string-append "https://example.org/{name}-" version ".zip"))
              (sha256 (base32 "{digest or name * 4}"))))
    (build-system copy-build-system)
    (arguments '(#:substitutable? #f))
    (home-page "https://example.org")
    (synopsis "Sample")
    (description "Sample model.")
    (license license:asl2.0)))
"""


def line_numbers(before: str, after: str) -> tuple[Region, Region]:
    """Return both texts as regions with the lines that differ."""
    old, new = before.splitlines(), after.splitlines()
    removed: list[int] = []
    added: list[int] = []
    old_touched: list[int] = []
    new_touched: list[int] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            continue
        removed.extend(range(i1 + 1, i2 + 1))
        added.extend(range(j1 + 1, j2 + 1))
        if i1 == i2:
            old_touched.append(i1 + 1)
        if j1 == j2:
            new_touched.append(j1 + 1)
    return (
        Region(1, before, changed=tuple(removed), touched=tuple(old_touched)),
        Region(1, after, changed=tuple(added), touched=tuple(new_touched)),
    )


def whole_change(
    before: str | None, after: str | None, path: str = "gnu/packages/sample.scm"
) -> FileChange:
    """Return the change between two states of a file, both known whole."""
    old, new = line_numbers(before or "", after or "")
    kind = ChangeKind.MODIFIED
    kind = ChangeKind.ADDED if before is None else kind
    kind = ChangeKind.REMOVED if after is None else kind
    return FileChange(
        kind=kind,
        path=path,
        old_path=None,
        before=None if before is None else FileText((old,), complete=True),
        after=None if after is None else FileText((new,), complete=True),
        basis=Basis.VERIFIED,
        message_id="one@example.org",
    )


def hunk_change(
    before: str, after: str, path: str = "gnu/packages/sample.scm", context: int = 3
) -> FileChange:
    """Return the change between two states of a file as its hunks alone show it."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(None, old, new, False)
    befores, afters = [], []
    for group in matcher.get_grouped_opcodes(context):
        befores.append(_region(old, group, 0))
        afters.append(_region(new, group, 1))
        heading = _heading(old, group[0][1])
        befores[-1] = replace(befores[-1], heading=heading)
        afters[-1] = replace(afters[-1], heading=heading)
    return FileChange(
        kind=ChangeKind.MODIFIED,
        path=path,
        old_path=None,
        before=FileText(tuple(befores), complete=False),
        after=FileText(tuple(afters), complete=False),
        basis=Basis.HUNKS,
        message_id="one@example.org",
    )


def _region(lines: list[str], group: Sequence[tuple[str, int, int, int, int]], side: int) -> Region:
    spans = [((i1, i2), (j1, j2)) for _, i1, i2, j1, j2 in group]
    tags = [code[0] for code in group]
    start, end = spans[0][side][0], spans[-1][side][1]
    changed: list[int] = []
    touched: list[int] = []
    for tag, span in zip(tags, spans, strict=True):
        first, last = span[side]
        if tag == "equal":
            continue
        changed.extend(range(first + 1, last + 1))
        if first == last:
            touched.append(first + 1)
    return Region(start + 1, "".join(lines[start:end]), "", tuple(changed), tuple(touched))


def _heading(lines: list[str], before: int) -> str:
    """Return the line that git would write behind the hunk's ``@@``."""
    for line in reversed(lines[:before]):
        if re.match(r"[ \t]*\((?:define|\(define)", line):
            return line.rstrip("\n")
    return ""
