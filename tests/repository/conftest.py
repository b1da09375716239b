# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository with a branch of two commits, and one with every setting that could do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.repository.repository import Repository, open_repository
from tests.patch.clone import Clone

FILE = "gnu/packages/toys.scm"
BASE = (
    '(define-module (gnu packages toys))\n\n(define-public top\n  (package (name "top")))\n\n;; é\n'
)
ADDED = '\n(define-public {0}\n  (package (name "{0}")))\n'


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Return a repository whose branch is two commits ahead of ``upstream``."""
    made = Clone(tmp_path / "clone")
    made.commit({FILE: BASE, "moved.scm": "(define moved 1)\n" * 9, ".gitignore": "*.out\n"})
    made.git("branch", "upstream")
    (made.path / ".git" / "info").mkdir(exist_ok=True)
    (made.path / ".git" / "info" / "attributes").write_text("*.scm diff=scheme\n")
    for name in ("ball", "kite"):
        text = (made.path / FILE).read_text("utf-8")
        made.commit({FILE: text + ADDED.format(name)}, f"gnu: Add {name}.")
    return made


@pytest.fixture
def repository(clone: Clone) -> Repository:
    return open_repository(clone.path)


SETTINGS = (
    "color.ui=always",
    "color.diff=always",
    "core.abbrev=4",
    "core.commentChar=x",
    "core.fsmonitor=/nonexistent/fsmonitor",
    "core.pager=false",
    "core.quotePath=false",
    "diff.algorithm=patience",
    "diff.colorMoved=zebra",
    "diff.context=0",
    "diff.dirstat=files",
    "diff.dstPrefix=there/",
    "diff.external=false",
    "diff.indentHeuristic=false",
    "diff.interHunkContext=20",
    "diff.mnemonicPrefix=true",
    "diff.noprefix=true",
    "diff.orderFile=/nonexistent/order",
    "diff.relative=true",
    "diff.renames=false",
    "diff.scheme.binary=false",
    "diff.scheme.command=false",
    "diff.scheme.textconv=false",
    "diff.srcPrefix=here/",
    "diff.statGraphWidth=1",
    "diff.submodule=log",
    "diff.suppressBlankEmpty=true",
    "diff.wordRegex=.",
    "diff.wsErrorHighlight=all",
    "format.attach=boundary",
    "format.cc=cc@example.org",
    "format.coverLetter=true",
    "format.encodeEmailHeaders=false",
    "format.forceInBodyFrom=true",
    "format.from=Other <other@example.org>",
    "format.headers=Organization: none\n",
    "format.mboxrd=true",
    "format.noprefix=true",
    "format.notes=true",
    "format.numbered=false",
    "format.outputDirectory=outgoing",
    "format.pretty=oneline",
    "format.signature=signed",
    "format.signOff=true",
    "format.subjectPrefix=PATCH guix-artwork",
    "format.suffix=.txt",
    "format.thread=deep",
    "format.to=to@example.org",
    "format.useAutoBase=true",
    "i18n.logOutputEncoding=utf-16",
    "log.date=human",
    "log.showSignature=true",
    "notes.displayRef=refs/notes/*",
)


def configure(clone: Clone) -> None:
    """Change all that a configuration can change of git's output; some of it makes git fail."""
    for setting in SETTINGS:
        name, _, value = setting.partition("=")
        clone.git("config", name, value)
