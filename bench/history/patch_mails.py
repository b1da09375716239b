# SPDX-License-Identifier: GPL-3.0-or-later
"""Patch mails out of a range of commits, all from one ``git log``.

``git log --pretty=mboxrd --stat --summary -p`` writes what ``git format-patch`` writes, without a
process per commit.  What git writes behind ``@@`` depends on the tree's attributes, which a bare
clone does not apply: they are given here as Guix has them.

Source: git-log(1), git-format-patch(1), gitattributes(5) ("Defining a custom hunk-header").
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

_ENVELOPE = re.compile(rb"From ([0-9a-f]{40}) Mon Sep 17 00:00:00 2001\n")
_ATTRIBUTES = "*.scm diff=scheme\n"
_MANGLED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PatchMail:
    """One commit as a mail."""

    commit: str
    raw: bytes
    """Without the envelope line."""

    @property
    def title(self) -> str:
        """The subject, as far as it stands on its first line."""
        found = re.search(rb"^Subject: (?:\[PATCH\] )?(.*)", self.raw, re.MULTILINE)
        return found[1].decode("utf-8", "replace") if found else ""


def patch_mails(
    repository: Path, revisions: str, paths: Sequence[str], limit: int
) -> Iterator[PatchMail]:
    """Yield the newest ``limit`` commits of a range that touch ``paths``, newest first.

    Raises SystemExit with git's own words where git fails.
    """
    with NamedTemporaryFile("w", suffix=".attributes") as attributes:
        attributes.write(_ATTRIBUTES)
        attributes.flush()
        command = ["git", "-C", str(repository), "-c", f"core.attributesFile={attributes.name}"]
        command += ["log", "--no-merges", f"--max-count={limit}", "--pretty=mboxrd", "--stat"]
        yield from _run([*command, "--summary", "-p", revisions, "--", *paths])


def _run(command: Sequence[str]) -> Iterator[PatchMail]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        if process.stdout is None or process.stderr is None:
            raise SystemExit("git log gave no output")
        yield from _split(process.stdout)
        complaint = process.stderr.read().decode("utf-8", "replace").strip()
        if process.wait():
            raise SystemExit(
                f"{complaint}\nLeave out a path that the clone lacks with --paths ':!PATH'."
            )


def _split(lines: Iterator[bytes] | Sequence[bytes]) -> Iterator[PatchMail]:
    commit = ""
    held: list[bytes] = []
    for line in lines:
        found = _ENVELOPE.fullmatch(line)
        if found is None:
            held.append(line)
            continue
        if commit:
            yield _mail(commit, held)
        commit, held = found[1].decode(), []
    if commit:
        yield _mail(commit, held)


def _mail(commit: str, lines: list[bytes]) -> PatchMail:
    return PatchMail(commit, _MANGLED.sub(rb"\1", b"".join(lines)) + b"-- \n2.39.5\n\n")
