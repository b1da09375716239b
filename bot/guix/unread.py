# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions that are probably packages but whose value could not be found out."""

from __future__ import annotations

from functools import partial
from typing import Final

from bot.guix.comparison import VALUE_FIELDS
from bot.guix.package import Comment, PackageDefinition, UnknownField
from bot.guix.sides import ReadPackage
from bot.guix.written import Written
from bot.scheme.nodes import List
from bot.scheme.shape import shape
from bot.scheme.values import Unknown

_PUBLIC: Final = frozenset({"define-public", "define-deprecated/public"})
_NO_PACKAGES: Final = frozenset(
    {"lambda", "lambda*", "quote", "quasiquote", "make-parameter", "delay"}
)


def unread_package(written: Written, value: Unknown) -> ReadPackage | None:
    """Return ``(define-public name (procedure …))`` as a package of which only the text is known.

    None where it is not a public definition by a call: most of what is private is no package.
    """
    form = written.form
    deprecated = form.head == "define-deprecated-package"
    if not deprecated and not _is_call(form):
        return None
    definition = PackageDefinition(
        variable=written.variable,
        name=written.variable if deprecated and len(form.items) == 3 else None,
        version=None,
        file=written.file,
        line=written.line,
        end_line=written.end_line,
        partial=False,
        license_statement="unknown",
        licenses=(),
        origins=(),
        build_system=None,
        substitutable="unknown",
        argument_keywords=(),
        install_plan=(),
        inputs=(),
        inherits=(),
        home_page=None,
        synopsis=None,
        description=None,
        hidden=False,
        deprecated=deprecated,
        field_lines=(),
        comments=tuple(Comment(line, text) for line, text in written.comments),
        strings=written.strings,
        unknown=tuple(
            UnknownField(name, value.reason)
            for name in VALUE_FIELDS
            if name != "name" or not deprecated
        ),
    )
    text = written.module.text[form.start : form.end]
    return ReadPackage(definition, dict, partial(shape, form), text)


def _is_call(form: List) -> bool:
    expression = form.items[-1]
    return (
        form.head in _PUBLIC
        and len(form.items) == 3
        and isinstance(expression, List)
        and expression.head is not None
        and expression.head not in _NO_PACKAGES
    )
