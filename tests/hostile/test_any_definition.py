# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a definition holds, and however it is put together: a report, and no exception."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.guix.changes import package_changes
from bot.guix.guix_forms import GUIX_FORMS
from bot.guix.procedures import PROCEDURES
from bot.models.assess import assess
from bot.patch.reading import read_diff
from tests.hostile.mails import PATH, changed_file, hunk, new_file

_ATOMS = st.sampled_from(
    [
        "x", "this-package", "version", "name", '"1.0"',
        '"https://huggingface.co/a/b/resolve/m/x.onnx"', "1", "-3", "#t", "#f", "#:tests?",
        "#:substitutable?", "...", "_", "<>", "=>", "else", "'a", "#~", "#$output", ",x", ",@x",
        "`", "#;", "#\\a", "#xFF", "()", "license:expat", "url-fetch",
        "copy-build-system", "p", "q", ". y", "#(1)",
    ]
)  # fmt: skip
_BREAKS = st.sampled_from(["", "", "", "", "#!", "#|", '"', ")", "(", "#{", "|#", ";"])
_HEADS = st.one_of(
    st.sampled_from(sorted(GUIX_FORMS)),
    st.sampled_from(sorted(PROCEDURES)),
    st.sampled_from(
        ["define", "define*", "define-syntax", "define-syntax-rule", "syntax-rules",
         "define-module", "use-modules", "inherit", "uri", "method", "source", "list", "f",
         "install-file"]
    ),
)  # fmt: skip
_FORMS = st.recursive(
    _ATOMS,
    lambda inner: (
        st.builds(
            lambda head, items: f"({' '.join([head, *items])})", _HEADS, st.lists(inner, max_size=4)
        )
        | st.builds(lambda items: f"({' '.join(items)})", st.lists(inner, max_size=3))
    ),
    max_leaves=25,
)
_FIELDS = st.sampled_from(
    ["inherit", "name", "version", "source", "arguments", "inputs", "native-inputs", "license",
     "properties", "synopsis", "description", "home-page", "build-system", "x"]
)  # fmt: skip
_PACKAGES = st.builds(
    lambda fields: (
        "(package\n"
        + "\n".join(f"    ({name} {' '.join(values)})" for name, values in fields)
        + ")"
    ),
    st.lists(st.tuples(_FIELDS, st.lists(_FORMS, max_size=2)), max_size=6),
)
_DEFINITIONS = st.builds(
    lambda head, value: f"({head}\n  {value})",
    st.sampled_from(
        ["define-public p", "define p", "define-public q", "define (f x)", "define-syntax f",
         "define-module (a b)", "use-modules", "define-deprecated-package o", "define-public",
         "define-public r (let ((x 1))", "define-public s (f"]
    ),
    _PACKAGES | _FORMS,
)  # fmt: skip
_TEXTS = st.builds(
    lambda definitions, end: "\n".join([*definitions, end]),
    st.lists(_DEFINITIONS, min_size=1, max_size=4),
    _BREAKS,
)

package_changes(())  # raises the bound on recursion, which hypothesis must not see changing


def _read(diff: str) -> None:
    assess(package_changes(read_diff(diff, "m@example.org").changes).changes)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(_TEXTS)
def test_any_new_file(text: str) -> None:
    _read(new_file(text.split("\n")))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(_TEXTS, st.data())
def test_any_hunk(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    first = data.draw(st.integers(0, len(lines) - 1))
    shown = lines[first : data.draw(st.integers(first + 1, len(lines)))]
    marks = data.draw(st.lists(st.sampled_from(" +-"), min_size=len(shown), max_size=len(shown)))
    marked = [mark + line for mark, line in zip(marks, shown, strict=True)]
    heading = data.draw(st.sampled_from(["", *lines[:3]]))
    _read(changed_file([hunk(10, marked, heading)], PATH))
