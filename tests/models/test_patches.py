# SPDX-License-Identifier: GPL-3.0-or-later
"""From the text of a patch to the answer: each shape as a person would send it."""

from __future__ import annotations

import difflib

import pytest

from bot.guix.changes import package_changes
from bot.models.assess import assess
from bot.models.assessment import ModelPackage
from bot.patch.reading import read_diff
from bot.patch.resolve import resolve
from bot.patch.tree import Tree
from tests.patch.clone import Clone

_HEADER = """\
(define-module (example packages models)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix gexp)
  #:use-module (guix download)
  #:use-module (guix git-download)
  #:use-module (guix build-system copy)
  #:use-module (guix build-system gnu)
  #:use-module (guix build-system pyproject)
  #:use-module (guix build-system trivial))

"""

_HASH = '(sha256 (base32 "0000000000000000000000000000000000000000000000000001"))'

_ZIP = f"""\
(define-public dictation-model-small-xx
  (package
    (name "vosk-model-small-xx")
    (version "0.3")
    (source
     (origin
       (method url-fetch/zipbomb)
       (uri (string-append "https://alphacephei.com/vosk/models/"
                           name "-" version ".zip"))
       {_HASH}))
    (build-system copy-build-system)
    (home-page "https://alphacephei.com/vosk/models")
    (synopsis "Small Xish model")
    (description "This is a small model for Xish.")
    (license license:asl2.0)))
"""

_PROCEDURE = f"""\
(define (make-net name file url hash)
  (package
    (name (string-append "chess-net-" name))
    (version "0")
    (source
     (origin
       (method url-fetch)
       (uri (string-append url file))
       (file-name file)
       (sha256 (base32 hash))))
    (build-system trivial-build-system)
    (arguments
     (list #:builder
           #~(copy-file (assoc-ref %build-inputs "source")
                        (string-append #$output "/share/nets/" #$file))))
    (home-page "https://example.org/nets")
    (synopsis "Pre-trained neural network for a chess program")
    (description "This is a network.")
    (license license:gpl3+)))

(define-public chess-net-t8
  (make-net "t8" "t8-768x15.pb.gz" "https://storage.lczero.org/files/networks-contrib/"
            "{"0" * 52}"))

(define-public chess-net-t9
  (make-net "t9" "t9-768x15.pb.gz" "https://storage.lczero.org/files/networks-contrib/"
            "{"1" * 52}"))
"""

_ENGINE = f"""\
(define-public dried-cod
  (let ((net-revision "0123456789ab"))
    (package
      (name "dried-cod")
      (version "17")
      (source
       (origin
         (method git-fetch)
         (uri (git-reference
               (url "https://github.com/example/dried-cod")
               (commit (string-append "cod_" version))))
         (file-name (git-file-name name version))
         {_HASH}))
      (inputs
       `(("net"
          ,(origin
             (method url-fetch)
             (uri (string-append "https://tests.stockfishchess.org/api/nn/nn-"
                                 net-revision ".nnue"))
             {_HASH}))))
      (build-system gnu-build-system)
      (arguments
       (list #:tests? #f
             #:phases
             #~(modify-phases %standard-phases
                 (add-after 'unpack 'copy-net
                   (lambda* (#:key inputs #:allow-other-keys)
                     (copy-file (assoc-ref inputs "net") "src/nn.nnue"))))))
      (home-page "https://example.org/cod")
      (synopsis "Strong chess engine")
      (description "This is a chess engine.")
      (license license:gpl3+))))
"""

_BUNDLE = f"""\
;;; Weights of example/listener (CC-BY-4.0).
(define %listener-base
  "https://huggingface.co/example/listener/resolve/0123456789012345678901234567890123456789")

(define listener-encoder
  (origin
    (method url-fetch)
    (uri (string-append %listener-base "/encoder.int8.onnx"))
    (file-name "encoder.int8.onnx")
    {_HASH}))

(define-public python-listener
  (package
    (name "python-listener")
    (version "1.0")
    (source
     (origin
       (method url-fetch)
       (uri (pypi-uri "listener" version))
       {_HASH}))
    (build-system pyproject-build-system)
    (arguments
     (list
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'install 'install-weights
            (lambda* (#:key inputs #:allow-other-keys)
              (symlink (assoc-ref inputs "encoder.int8.onnx")
                       (string-append #$output "/lib/listener"
                                      "/encoder.int8.onnx")))))))
    (native-inputs (list listener-encoder))
    (home-page "https://example.org/listener")
    (synopsis "Speech recognition with bundled weights")
    (description "This listens.")
    (license license:expat)))
"""

_HIDDEN = f"""\
(define-public python-zz-sent-tiny
  ;; For a translator.
  (hidden-package
   (package
     (name "python-zz-sent-tiny")
     (version "3.8.0")
     (source
      (origin
        (method url-fetch)
        (uri (string-append "https://github.com/explosion/spacy-models"
                            "/releases/download/zz_sent_tiny-" version
                            "/zz_sent_tiny-" version ".tar.gz"))
        {_HASH}))
     (build-system pyproject-build-system)
     (home-page "https://example.org/zz")
     (synopsis "Sentence boundaries")
     (description "This finds sentences.")
     (license license:cc-by-sa3.0))))
"""

_INHERITING = f"""\
(define-public handwriting-model-xx
  (package
    (name "handwriting-model-xx")
    (version "1")
    (source
     (origin
       (method url-fetch)
       (uri "https://example.org/handwriting-xx.zip")
       {_HASH}))
    (build-system copy-build-system)
    (arguments
     '(#:install-plan '(("." "share/zinnia/model" #:include-regexp ("model$")))))
    (home-page "https://example.org/handwriting")
    (synopsis "Handwriting recognition model for Zinnia")
    (description "This package provides a trained model.")
    (license license:bsd-3)))

(define-public handwriting-yy
  (package
    (inherit handwriting-model-xx)
    (name "handwriting-yy")
    (source
     (origin
       (method url-fetch)
       (uri "https://example.org/yy.zip")
       {_HASH}))
    (license license:lgpl2.1+)))
"""

_SHAPES = {
    "a zip, copied": (_ZIP, ["vosk-model-small-xx"]),
    "made by a procedure": (_PROCEDURE, ["chess-net-t8", "chess-net-t9"]),
    "embedded in a program": (_ENGINE, ["dried-cod"]),
    "bound to variables": (_BUNDLE, ["python-listener"]),
    "a hidden Python package": (_HIDDEN, ["python-zz-sent-tiny"]),
    "inheriting": (_INHERITING, ["handwriting-model-xx", "handwriting-yy"]),
}


def _diff(before: str, after: str, path: str = "example/packages/models.scm") -> str:
    old = f"a/{path}" if before else "/dev/null"
    old_lines, new_lines = (text.splitlines(keepends=True) for text in (before, after))
    return "".join(difflib.unified_diff(old_lines, new_lines, old, f"b/{path}"))


def _judge(diff: str, tree: Tree | None = None) -> list[ModelPackage]:
    reading = read_diff(diff, "one@example.org")
    return list(assess(package_changes(resolve([reading], tree.tip() if tree else None)).changes))


def _models(judged: list[ModelPackage]) -> list[str | None]:
    return [model.change.package.name for model in judged if model.is_model]


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_new_file_of_models(shape: str) -> None:
    definitions, names = _SHAPES[shape]
    judged = _judge(_diff("", _HEADER + definitions))
    assert sorted(filter(None, _models(judged))) == names
    assert all(model.needs_report for model in judged if model.is_model)


@pytest.mark.parametrize("shape", _SHAPES)
def test_definitions_added_to_a_file_read_from_the_hunk_alone(shape: str) -> None:
    definitions, names = _SHAPES[shape]
    others = "".join(f"(define-public hello-{n}\n  (+ 1 {n}))\n\n" for n in range(9))
    judged = _judge(_diff(_HEADER + others, _HEADER + others + definitions))
    assert sorted(filter(None, _models(judged))) == names


@pytest.mark.parametrize(
    ("definitions", "old", "new", "names"),
    [
        (_ZIP, '(version "0.3")', '(version "0.4")', ["vosk-model-small-xx"]),
        (_ZIP, "license:asl2.0", "license:cc-by4.0", ["vosk-model-small-xx"]),
        (_PROCEDURE, "t9-768x15", "t9-768x16", ["chess-net-t9"]),
        (_PROCEDURE, "license:gpl3+", "license:gpl3", ["chess-net-t8", "chess-net-t9"]),
        (_ENGINE, "0123456789ab", "ba9876543210", ["dried-cod"]),
        (_BUNDLE, "/encoder.int8.onnx", "/encoder.fp16.onnx", ["python-listener"]),
        (_BUNDLE, "resolve/0123", "resolve/3210", ["python-listener"]),
        (_HIDDEN, '(version "3.8.0")', '(version "3.8.1")', ["python-zz-sent-tiny"]),
        (_INHERITING, "yy.zip", "yy-2.zip", ["handwriting-yy"]),
    ],
)
def test_with_a_tree_a_changed_line_is_found_wherever_it_stands(
    clone: Clone, definitions: str, old: str, new: str, names: list[str]
) -> None:
    before = _HEADER + definitions
    clone.commit({"example/packages/models.scm": before})
    clone.commit({"example/packages/models.scm": before.replace(old, new, 1)})
    with Tree(clone.path, "main") as tree:
        judged = _judge(clone.mail(), tree)
    told = [model.change.package.name for model in judged if model.needs_report]
    assert sorted(filter(None, told)) == names


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(description ", "(description\n     "),
        ('(description "This', '(description "Now this'),
        ("(home-page", ";; A comment.\n    (home-page"),
    ],
)
def test_with_a_tree_what_changes_nothing_shipped_needs_no_report(
    clone: Clone, shape: str, old: str, new: str
) -> None:
    before = _HEADER + _SHAPES[shape][0]
    clone.commit({"models.scm": before})
    clone.commit({"models.scm": before.replace(old, new)})
    with Tree(clone.path, "main") as tree:
        judged = _judge(clone.mail(), tree)
    assert [model for model in judged if model.needs_report] == []


_BRUSH = f"""\
(define-public brush-japanese
  (package
    (name "brush-japanese")
    (version "0.3")
    (source
     (origin
       (method url-fetch)
       (uri (string-append "https://example.org/" name ".zip"))
       {_HASH}))
    (build-system gnu-build-system)
    (native-search-paths
     (list (search-path-specification
            (variable "BRUSH_MODEL_PATH")
            (files '("share/brush/models")))))
    (home-page "https://example.org/brush")
    (synopsis "Japanese handwriting recognition (model)")
    (description "Brush recognises handwriting.")
    (license license:lgpl2.1)))
"""

_LIGHT = f"""\
(define-public brush-japanese-light
  (package
    (inherit brush-japanese)
    (name "brush-japanese-light")
    (source
     (origin
       (method url-fetch)
       (uri "https://example.org/light.zip")
       {_HASH}))
    (license license:lgpl2.1+)))
"""


def test_with_a_tree_one_that_inherits_from_a_model_in_the_tree_is_one(clone: Clone) -> None:
    clone.commit({"a.scm": _HEADER + _BRUSH})
    clone.commit({"a.scm": _HEADER + _BRUSH + "\n" + _LIGHT})
    with Tree(clone.path, "main") as tree:
        assert _models(_judge(clone.mail(), tree)) == ["brush-japanese-light"]


def test_removed_and_moved_models_need_no_report(clone: Clone) -> None:
    clone.commit({"a.scm": _HEADER + _ZIP + "\n" + _HIDDEN, "b.scm": _HEADER})
    clone.commit({"a.scm": _HEADER + _HIDDEN, "b.scm": _HEADER + _ZIP})
    with Tree(clone.path, "main") as tree:
        moved = _judge(clone.mail(), tree)
        assert [model.needs_report for model in moved if model.is_model] == [False] * len(
            [model for model in moved if model.is_model]
        )
        clone.commit({"a.scm": _HEADER})
        removed = _judge(clone.mail(), tree)
    assert [(model.change.kind, model.needs_report) for model in removed] == [("removed", False)]


def test_what_a_later_patch_of_the_series_puts_right_is_right() -> None:
    wrong = _HEADER + _ZIP
    right = wrong.replace("license:asl2.0", "license:expat")
    readings = [read_diff(_diff("", wrong), "1@example.org")]
    readings.append(read_diff(_diff(wrong, right), "2@example.org"))
    (model,) = assess(package_changes(resolve(readings, None)).changes)
    assert (model.change.kind, model.needs_report) == ("added", True)
    assert [item.variable for item in model.change.package.licenses] == ["expat"]


def test_a_form_that_is_commented_out_is_no_model() -> None:
    judged = _judge(_diff("", _HEADER + "#;" + _ZIP))
    assert _models(judged) == []
