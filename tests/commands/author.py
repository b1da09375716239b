# SPDX-License-Identifier: GPL-3.0-or-later
"""A package author's clone of a tree like Guix, with models that pass, are advised on, or fail."""

from __future__ import annotations

from pathlib import Path

from tests.patch.clone import Clone

FILE = "gnu/packages/machine-learning.scm"
_BEGINNING = """\
(define-module (gnu packages machine-learning)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system copy))
"""
_MODEL = """\

(define-public {name}
  (package
    (name "{name}")
    (version "2.0")
    (source
     (origin
       (method url-fetch)
       (uri (string-append "https://huggingface.co/plover/segment/resolve/"
                           "5221dbb3f1f03618874ec6146685070407cd0255/model.safetensors"))
       (sha256
        (base32 "01l30907zbdhvbz7kxw318ly2h325lhwgm1yms68w6wjp1bd6vlv"))))
    (build-system copy-build-system)
    (arguments (list #:substitutable? #f))
    (home-page "https://huggingface.co/plover/segment")
    (synopsis "Pretrained network that outlines objects in photographs")
    (description "This package holds the weights of a network.")
    (license {license})))
"""
FREE, MISSING = "license:asl2.0", "#f"


class AuthorsClone(Clone):
    """``upstream`` is the branch that the author began from; packages are added to ``main``."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.git("config", "user.name", "Ada Example")
        self.git("config", "user.email", "ada@example.org")
        self.commit({FILE: _BEGINNING}, "Begin.")
        self.git("branch", "upstream")

    def write(self, name: str, license_text: str = FREE, file: str = FILE) -> None:
        """Put a model's package at the end of the file (or into a new one)."""
        path = self.path / file
        before = path.read_text("utf-8") if path.exists() else _BEGINNING
        path.write_text(before + _MODEL.format(name=name, license=license_text), "utf-8")

    def add(self, name: str, license_text: str = FREE) -> None:
        """Commit a package as an author does."""
        self.write(name, license_text)
        self.commit({}, f"gnu: Add {name}.")
