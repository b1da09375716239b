# SPDX-License-Identifier: GPL-3.0-or-later
"""Every special form that package definitions use: Guile's and Guix's."""

from __future__ import annotations

from typing import Final

from bot.guix.keyword_arguments import substitute_form
from bot.guix.records import RECORD_FORMS
from bot.scheme.evaluator import Evaluator, Form, Tail
from bot.scheme.forms import FORMS, opaque
from bot.scheme.nodes import List
from bot.scheme.values import Scope, Unknown, Value


def modify_inputs(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """``(modify-inputs inputs …)``: inputs are read from the text, not from values."""
    del evaluator, node, scope
    return Unknown("inputs are not evaluated")


def location_of(evaluator: Evaluator, node: List, scope: Scope) -> Value:
    """Forms that only annotate: the last item counts."""
    del evaluator
    return Tail(node.items[-1], scope)


GUIX_FORMS: Final[dict[str, Form]] = {
    **FORMS,
    **RECORD_FORMS,
    "substitute-keyword-arguments": substitute_form,
    "modify-inputs": modify_inputs,
    "with-parameters": location_of,
    "mlambda": FORMS["lambda"],
    "mlambdaq": FORMS["lambda"],
    "mlambda*": FORMS["lambda*"],
    "G_": location_of,
    "this-package-input": opaque("an input of the package"),
    "this-package-native-input": opaque("an input of the package"),
    "local-file": opaque("a file of the channel"),
    "search-patches": opaque("patches of the channel"),
}
"""Forms by their heads."""
