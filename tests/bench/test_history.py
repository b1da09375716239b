# SPDX-License-Identifier: GPL-3.0-or-later
"""The mails that the history bench makes are git's own, and it counts what is in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.history.patch_mails import patch_mails
from tests.patch.clone import Clone

_ROOT = Path(__file__).parents[2]

_MODEL = """\
(define-module (example models)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages))

(define-public listener-model
  (package
    (name "listener-model")
    ;; One.
    ;; Two.
    ;; Three.
    (version "1.0")
    (source
     (origin
       (method url-fetch)
       (uri (string-append "https://alphacephei.com/vosk/models/" name ".zip"))
       (sha256 (base32 "0000000000000000000000000000000000000000000000000001"))))
    (build-system copy-build-system)
    (synopsis "Speech recognition model")
    (description "From here it is a model.
>From time to time.
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:01 2001
")
    (home-page "https://example.org")
    (license license:asl2.0)))
"""


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    clone = Clone(tmp_path / "clone")
    clone.commit({".gitattributes": "*.scm diff=scheme\n"})
    clone.commit({"a/models.scm": _MODEL}, "Add a model.\n\nFrom here on: a model.")
    clone.commit({"a/models.scm": _MODEL.replace("1.0", "1.1")}, "Update a model.")
    clone.commit({"b/other.scm": "(hello)\n"}, "Add another file.")
    return clone


def test_mails_are_what_format_patch_writes(clone: Clone) -> None:
    mails = list(patch_mails(clone.path, "main", ["a"], 10))
    written = clone.git("format-patch", "--stdout", "--root", "main", "--", "a")
    assert [mail.title for mail in mails] == ["Update a model.", "Add a model."]
    for mail in mails:
        diff = mail.raw.decode().partition("\n---\n")[2].partition("\n-- \n")[0]
        assert "diff --git" in diff
        assert diff in written
        assert mail.commit in written


def test_headings_are_those_of_a_checkout(clone: Clone) -> None:
    (mail,) = patch_mails(clone.path, "main~1", ["a"], 1)
    assert b"@@ (define-public listener-model\n" in mail.raw


def test_ranges_and_limits_are_kept(clone: Clone) -> None:
    assert len(list(patch_mails(clone.path, "main", ["."], 1))) == 1
    assert len(list(patch_mails(clone.path, "main~1..main", ["."], 10))) == 1


def test_gits_complaint_is_told(clone: Clone) -> None:
    with pytest.raises(SystemExit, match="nothing"):
        list(patch_mails(clone.path, "nothing", ["a"], 1))


def test_the_bench_prints_the_model(clone: Clone) -> None:
    command = [sys.executable, "-m", "bench.history", "--repo", str(clone.path), "--paths", "a"]
    done = subprocess.run(
        [*command, "--mode", "tree"], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert "== tree: 2 mails" in done.stdout
    assert "errors: 0" in done.stdout
    assert "models: 2, of which 1 need a report" in done.stdout
    assert "added, report: listener-model 1.0 [model-host +100" in done.stdout
