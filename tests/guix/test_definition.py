# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes in which packages are written, each made up after a shape seen in Guix."""

from __future__ import annotations

import pytest

from bot.guix.changes import package_changes
from bot.guix.package import InstallStep, PackageDefinition, PackageOrigin
from tests.guix.patches import whole_change
from tests.guix.reading import HEADER, definition, definitions, with_fields

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_HASH = "0" * 52


def _source(text: str) -> PackageOrigin:
    package = with_fields(f"(source {text})")
    return next(origin for origin in package.origins if origin.role == "source")


def _unknown(package: PackageDefinition) -> set[str]:
    return {unknown.field for unknown in package.unknown}


def _package(name: str, fields: str = "") -> str:
    return f'(package (name "{name}") (version "1.0") (license license:expat) {fields})'


# -- origins -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ('"https://example.org/a.zip"', ("https://example.org/a.zip",)),
        (
            '(string-append "https://example.org/" name "-" version ".zip")',
            ("https://example.org/sample-1.2.3.zip",),
        ),
        (
            '(list "https://example.org/a" (string-append "mirror://gnu/" name))',
            ("https://example.org/a", "mirror://gnu/sample"),
        ),
        ('(string-append "v" (version-major+minor version))', ("v1.2",)),
        ('(format #f "~a/~a" name (version-prefix version 1))', ("sample/1",)),
        ("(pypi-uri name version)", ("pkg:pypi/sample@1.2.3",)),
        ('(pypi-uri name version ".zip")', ("pkg:pypi/sample@1.2.3?extension=.zip",)),
        ('(crate-uri "a-b" version)', ("pkg:cargo/a-b@1.2.3",)),
        ("(rubygems-uri name version)", ("pkg:gem/sample@1.2.3",)),
        ("(hackage-uri name version)", ("pkg:hackage/sample@1.2.3",)),
        ('(hexpm-uri "elixir-a-b" version)', ("pkg:hex/a_b@1.2.3",)),
        (
            "(cran-uri name version)",
            (
                "mirror://cran/src/contrib/sample_1.2.3.tar.gz",
                "mirror://cran/src/contrib/Archive/sample/sample_1.2.3.tar.gz",
            ),
        ),
    ],
)
def test_uris(uri: str, expected: tuple[str, ...]) -> None:
    origin = _source(f'(origin (method url-fetch) (uri {uri}) (sha256 (base32 "{_HASH}")))')
    assert origin.uris == expected
    assert (origin.method, origin.hash, origin.hash_algorithm) == ("url-fetch", _HASH, "sha256")


def test_git_reference() -> None:
    origin = _source(
        '(origin (method git-fetch) (uri (git-reference (url "https://example.org/a.git")'
        ' (commit (string-append "v" version)) (recursive? #t)))'
        f' (file-name (git-file-name name version)) (sha256 (base32 "{_HASH}")))'
    )
    assert origin.uris == ("https://example.org/a.git",)
    assert (origin.commit, origin.recursive) == ("v1.2.3", True)
    assert origin.file_name == "sample-1.2.3-checkout"


@pytest.mark.parametrize(
    ("method", "reference", "uri", "revision"),
    [
        (
            "svn-fetch",
            '(svn-reference (url "svn://example.org/a") (revision 12))',
            "svn://example.org/a",
            "12",
        ),
        (
            "hg-fetch",
            '(hg-reference (url "https://example.org/a") (changeset "abc"))',
            "https://example.org/a",
            "abc",
        ),
    ],
)
def test_other_version_control(method: str, reference: str, uri: str, revision: str) -> None:
    origin = _source(f'(origin (method {method}) (uri {reference}) (sha256 (base32 "{_HASH}")))')
    assert (origin.method, origin.uris, origin.commit) == (method, (uri,), revision)


@pytest.mark.parametrize(
    "text",
    [
        f'(sha256 "{_HASH}")',
        f'(hash (content-hash "{_HASH}"))',
        f'(hash (content-hash (base32 "{_HASH}") sha256))',
    ],
)
def test_ways_to_write_a_hash(text: str) -> None:
    origin = _source(f'(origin (method url-fetch) (uri "https://example.org") {text})')
    assert (origin.hash, origin.hash_algorithm) == (_HASH, "sha256")


def test_a_revision_in_a_let() -> None:
    package = definition(
        f'(define-public sample (let* ((commit "{_COMMIT}") (revision "2"))'
        ' (package (name "sample") (version (git-version "0.1" revision commit))'
        ' (source (origin (method git-fetch) (uri (git-reference (url "https://example.org/a")'
        " (commit commit))))))))\n"
    )
    assert package.version == "0.1-2.0123456"
    assert package.origins[0].commit == _COMMIT


def test_a_uri_that_depends_on_the_system_is_unknown() -> None:
    package = with_fields(
        '(source (origin (method url-fetch) (uri (string-append "https://example.org/"'
        ' (if (target-x86-64?) "a" "b"))) (sha256 (base32 "00"))))'
    )
    assert package.origins[0].uris == ()
    assert _unknown(package) == {"source.uri"}


def test_origins_among_inputs() -> None:
    package = definition(
        f"""
;; The weights are under CC0.
(define weights-b
  (origin (method url-fetch) (uri "https://example.org/b.onnx") (sha256 (base32 "{_HASH}"))))
(define (weights-of name)
  (origin (method url-fetch) (uri (string-append "https://example.org/" name ".onnx"))
          (sha256 (base32 "{_HASH}"))))
(define-public sample
  (package (name "sample") (version "1.0")
    (inputs `(("weights-a" ,(origin (method url-fetch) (uri "https://example.org/a.onnx")
                                    (sha256 (base32 "{_HASH}"))))
              ("zlib" ,zlib)
              #;("not-there" ,(origin (method url-fetch) (uri "https://example.org/no")))))
    (native-inputs (modify-inputs (package-native-inputs zlib) (prepend weights-b)))
    (propagated-inputs (list (weights-of "c") python))))
"""
    )
    assert [(one.role, one.uris, one.label) for one in package.origins] == [
        ("input", ("https://example.org/a.onnx",), "weights-a"),
        ("native-input", ("https://example.org/b.onnx",), "weights-b"),
        ("propagated-input", ("https://example.org/c.onnx",), None),
    ]
    assert package.origins[1].comments == ("The weights are under CC0.",)
    assert {"zlib", "weights-b", "python"} <= set(package.inputs)


@pytest.mark.parametrize("wrapper", ["let", "let*", "letrec"])
def test_comments_of_an_origin_inside_let(wrapper: str) -> None:
    package = definition(
        f"""
;; Of another variable.
(define other (list 1))

(define weights
  ;; CC0, says the page.
  ({wrapper} ((revision "abc"))
    (origin (method url-fetch)
            (uri (string-append "https://example.org/" revision ".nnue")) ;the net
            (sha256 (base32 "{_HASH}")))))
(define-public sample
  (package (name "sample") (version "1.0")
    ;; MIT, but of the package.
    (native-inputs `(("net" ,weights)))))
"""
    )
    assert package.origins[0].comments == ("CC0, says the page.", "the net")


# -- inheritance -------------------------------------------------------------------------------


def test_inheritance_in_a_file() -> None:
    package = definition(
        f"""
(define-public parent {
            _package(
                "parent",
                "(build-system copy-build-system)"
                " (arguments (list #:substitutable? #f #:tests? #f))",
            )
        })
(define-public child
  (package (inherit parent) (name "child") (version "2.0")
    (arguments (substitute-keyword-arguments arguments ((#:tests? _ #t) #t) ((#:x x 1) x)))))
"""
    )
    assert (package.name, package.version, package.build_system) == ("child", "2.0", "copy")
    assert package.substitutable is False
    assert set(package.argument_keywords) == {"substitutable?", "tests?", "x"}
    assert package.inherits == ("parent",)
    assert package.licenses[0].variable == "expat"


def test_this_package_is_the_heir() -> None:
    package = definition(
        """
(define-public parent (package (name "parent") (version "1.0")
  (arguments (list #:version (package-version this-package)
                   #:substitutable? (string=? "2.0" (package-version this-package))))))
(define-public child (package (inherit parent) (version "2.0")))
"""
    )
    assert package.substitutable is True


def test_an_inherited_source_sees_its_own_version() -> None:
    package = definition(
        """
(define-public parent (package (name "parent") (version "1.0")
  (source (origin (method url-fetch) (uri (string-append "https://example.org/" version))))))
(define-public child (package (inherit parent) (version "2.0")))
"""
    )
    assert package.origins[0].uris == ("https://example.org/1.0",)


@pytest.mark.parametrize(
    "form",
    [
        '(package/inherit parent (name "child"))',
        '(package (inherit parent) (name "child"))',
        '(let ((base parent)) (package (inherit base) (name "child")))',
        '((package-input-rewriting \'() (lambda (name) "child")) parent)',
    ],
)
def test_ways_to_inherit(form: str) -> None:
    package = definition(
        f"(define-public parent {_package('parent')})\n(define-public child {form})\n"
    )
    assert (package.name, package.version) == ("child", "1.0")


def test_inheritance_across_files() -> None:
    other = """(define-module (gnu packages other) #:use-module (guix licenses)
  #:use-module (guix packages))
(define-public parent (package (name "parent") (version "3.0") (license (list gpl3+ expat))
  (build-system copy-build-system) (arguments '(#:substitutable? #f))))
(define hidden-from-others (package (name "x") (version "1")))
"""
    text = '(define-public child (package (inherit parent) (name "child")))\n'
    package = definition(text, {"gnu/packages/other.scm": other})
    assert package.version == "3.0"
    assert [one.spdx for one in package.licenses] == ["GPL-3.0-or-later", "MIT"]
    assert package.substitutable is False
    alone = definition(text)
    assert _unknown(alone) >= {"version", "license", "build-system", "arguments", "source"}
    assert (alone.license_statement, alone.substitutable) == ("unknown", "unknown")
    private = definition(
        '(define-public child (package (inherit hidden-from-others) (name "c")))\n',
        {"gnu/packages/other.scm": other},
    )
    assert private.version is None


def test_a_package_that_inherits_from_itself_ends() -> None:
    package = definition(
        '(define-public a (package (inherit b) (name "a")))\n'
        '(define-public b (package (inherit a) (name "b")))\n'
    )
    assert package.version is None
    assert "version" in _unknown(package)


# -- wrappers and procedures -------------------------------------------------------------------


def test_hidden_and_deprecated() -> None:
    found = definitions(
        f"""
(define-public a (hidden-package {_package("a")}))
(define-public b (deprecated-package "b" a))
(define-deprecated-package c a)
(define-public d (package (inherit a) (name "d") (properties '((superseded . #t)))))
(define e {_package("e")})
(define-public f (package (inherit a) (properties '((hidden? . #t)))))
"""
    )
    assert {key: (one.name, one.hidden, one.deprecated) for key, one in found.items()} == {
        "a": ("a", True, False),
        "b": ("b", False, True),
        "c": ("c", False, True),
        "d": ("d", False, True),
        "e": ("e", False, False),
        "f": ("a", True, False),
    }


def test_packages_made_by_a_procedure() -> None:
    found = definitions(
        f"""
(define* (make-net name url hash #:key (licence license:cc0) #:allow-other-keys)
  (package (name (string-append "net-" name)) (version "1")
    (source (origin (method url-fetch) (uri url) (sha256 (base32 hash))))
    (build-system copy-build-system) (license licence)))
(define-public net-a (make-net "a" "https://example.org/a.pb.gz" "{_HASH}"))
(define-public net-b (make-net "b" "https://example.org/b.pb.gz" "{_HASH}" #:licence license:expat))
"""
    )
    assert {key: (one.name, one.origins[0].uris) for key, one in found.items()} == {
        "net-a": ("net-a", ("https://example.org/a.pb.gz",)),
        "net-b": ("net-b", ("https://example.org/b.pb.gz",)),
    }
    assert [found[key].licenses[0].variable for key in found] == ["cc0", "expat"]


def test_packages_made_by_macros() -> None:
    found = definitions(
        """
(define-syntax-rule (define-net variable text)
  (define-public variable (package (name text) (version "1"))))
(define-net net-a "net-a")
(define-syntax make-net
  (lambda (x)
    (syntax-case x ()
      ((_ text field ...)
       (with-syntax ((base (datum->syntax x 'base)))
         #'(let ((base (package (name text) (version "2"))))
             (package (inherit base) field ...)))))))
(define-public net-b (make-net "net-b" (license license:cc0)))
"""
    )
    assert {key: (one.name, one.version) for key, one in found.items()} == {
        "net-a": ("net-a", "1"),
        "net-b": ("net-b", "2"),
    }
    assert found["net-b"].licenses[0].variable == "cc0"


def test_lisp_variants() -> None:
    found = definitions(
        """
(define-public sbcl-a (package (name "sbcl-a") (version "1")
  (build-system asdf-build-system/sbcl) (arguments '(#:tests? #f #:x 1))))
(define-public cl-a (sbcl-package->cl-source-package sbcl-a))
(define-public ecl-a (sbcl-package->ecl-package sbcl-a))
"""
    )
    assert {one.name: (one.build_system, one.argument_keywords) for one in found.values()} == {
        "sbcl-a": ("asdf/sbcl", ("tests?", "x")),
        "cl-a": ("asdf/source", ("x",)),
        "ecl-a": ("asdf/ecl", ("tests?", "x")),
    }


def test_a_call_of_something_unknown_is_kept_with_its_strings() -> None:
    package = definition('(define-public net (make-net "https://example.org/net.onnx"))\n')
    assert package.variable == "net"
    assert package.strings == ("https://example.org/net.onnx",)
    assert _unknown(package) >= {"name", "version", "license", "source"}


def test_a_bare_package_at_top_level() -> None:
    package = definition(_package("bare") + "\n")
    assert (package.variable, package.name) == (None, "bare")


def test_what_is_commented_out_is_not_there() -> None:
    found = definitions(f"#;(define-public a {_package('a')})\n#|\n(define-public b 1)\n|#\n")
    assert found == {}


def test_a_definition_in_a_string_is_not_there() -> None:
    found = definitions('(define text "\n(define-public a (package (name \\"a\\")))\n")\n')
    assert found == {}


# -- arguments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'(#:substitutable? #f)", False),
        ("`(#:tests? #f #:substitutable? #f)", False),
        ("(list #:substitutable? #f #:phases #~(modify-phases %standard-phases))", False),
        ("(list #:substitutable? #false)", False),
        ("(list #:substitutable? #t)", True),
        ("(list #:tests? #f)", None),
        ("(list #:substitutable? (target-x86-64?))", "conditional"),
        ("(if (target-x86-64?) '(#:substitutable? #f) '())", "conditional"),
        ("`(,@(if (target-x86-64?) '(#:substitutable? #f) '()) #:x 1)", "conditional"),
        ("(list #:phases #~(list #:substitutable? #f))", None),
        ("(cons* #:substitutable? #f (list #:tests? #f))", False),
        ("(append (list #:tests? #f) nowhere)", "unknown"),
        ("nowhere", "unknown"),
        ("(substitute-keyword-arguments nowhere ((#:tests? _) #f))", "unknown"),
        (
            "(substitute-keyword-arguments '(#:substitutable? #f) ((#:substitutable? x) (not x)))",
            True,
        ),
        ("(ensure-keyword-arguments '(#:a 1) '(#:substitutable? #f))", False),
        ("(strip-keyword-arguments '(#:substitutable?) '(#:substitutable? #f))", None),
        ("`(#:phases ,@(if (target-x86-64?) '(a) '(b)) #:substitutable? #f)", False),
    ],
)
def test_substitutable(arguments: str, expected: object) -> None:
    package = with_fields(f"(build-system copy-build-system) (arguments {arguments})")
    assert package.substitutable == expected
    assert ("arguments" in _unknown(package)) == (expected == "unknown")


@pytest.mark.parametrize(
    "plan",
    [
        """'(("a.onnx" "share/") ("b"))""",
        """#~'(("a.onnx" "share/") ("b"))""",
        """`'(("a.onnx" "share/") ("b"))""",
        """#~(list (list "a.onnx" (string-append "share" "/")) '("b"))""",
        """''(("a.onnx" "share/") ("b"))""",
    ],
)
def test_install_plan(plan: str) -> None:
    quoted = f"(arguments (list #:install-plan {plan}))"
    assert with_fields(quoted).install_plan == (
        InstallStep("a.onnx", "share/"),
        InstallStep("b", None),
    )


def test_lines_comments_and_strings() -> None:
    package = definition(
        """;; Above.
(define-public sample
  ;; Inside.
  (package
    (name "sample")
    (version "1")
    (arguments
     '(#:tests? #f
       #:substitutable? #f))
    (license license:expat)))            ;really
""",
        header="",
    )
    assert (package.line, package.end_line) == (2, 10)
    assert package.line_of("name") == 5
    assert package.line_of("arguments") == 7
    assert package.line_of("substitutable?") == 9
    assert package.line_of("license") == package.licenses[0].line == 10
    assert [(one.line, one.text) for one in package.comments] == [(1, "Above."), (3, "Inside.")]
    assert package.strings == ("sample", "1")


def test_an_endless_definition_is_unknown_and_says_so() -> None:
    text = """(define-public sample
  (package (name "sample") (version "1.2.3")
    (source (let loop ((n 0)) (loop (+ n 1)))) (license license:expat)))
"""
    reading = package_changes([whole_change(None, HEADER + text)])
    package = reading.changes[0].package
    assert "source" in _unknown(package)
    assert reading.problems == (f"sample is not read to the end: {package.cut_short[0]}",)
    assert "steps" in next(one.reason for one in package.unknown if one.field == "source")
    assert package.license_statement == "stated"
