# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions (``define``, ``define*``, ``define-public`` …) and the parameters of procedures."""

from __future__ import annotations

from dataclasses import dataclass

from bot.scheme.nodes import Keyword, List, Node, String, Symbol
from bot.scheme.values import Delayed, Macro, Parameters, Procedure, Scope, Value

_PLAIN = frozenset(
    {"define", "define-public", "define*", "define*-public", "define-inlinable", "define-once"}
)
_DEPRECATED = frozenset(
    {"define-deprecated", "define-deprecated/public", "define-deprecated/public-alias",
     "define-deprecated/alias"}
)  # fmt: skip
DEFINERS = (
    _PLAIN | _DEPRECATED | {"define-syntax-rule", "define-syntax", "define-deprecated-package"}
)
"""Heads of the forms that ``definition_of`` understands."""
PUBLIC = frozenset(
    {
        "define-public",
        "define*-public",
        "define-deprecated/public",
        "define-deprecated/public-alias",
        "define-deprecated-package",
    }
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A name and what it is defined as."""

    name: str
    value: Node | None
    """The expression; None for a procedure or a macro."""
    parameters: Parameters | None = None
    body: tuple[Node, ...] = ()
    public: bool = False
    form: List | None = None


def definition_of(form: Node) -> Definition | None:
    """Return what a form defines, or None where it is not a definition of a value."""
    if not isinstance(form, List) or form.head not in DEFINERS or len(form.items) < 3:
        return None
    head, target, public = form.head, form.items[1], form.head in PUBLIC
    if head == "define-deprecated-package":
        return _deprecated_package(form, target)
    if head in _DEPRECATED:
        return _deprecated(form, target, public=public)
    if isinstance(target, Symbol):
        return Definition(target.name, form.items[-1], public=public, form=form)
    if isinstance(target, List) and target.items:
        return _procedure(form, target, public=public)
    return None


def _deprecated(form: List, target: Node, *, public: bool) -> Definition | None:
    """Read ``(define-deprecated[/public] name replacement [expression])`` and the alias forms."""
    if not isinstance(target, Symbol):
        return None
    value = form.items[-1] if "alias" not in (form.head or "") else form.items[2]
    return Definition(target.name, value, public=public, form=form)


def _deprecated_package(form: List, target: Node) -> Definition | None:
    """Read ``(define-deprecated-package old new)``: the new package under the old name."""
    if not isinstance(target, Symbol):
        return None
    operator = Symbol("deprecated-package", form.start)
    name: Node = String(target.name, target.start, target.start)
    if len(form.items) > 3:
        name = form.items[2]  # the package's name where it is not the variable's
    call = List([operator, name, form.items[-1]], form.start, form.end)
    return Definition(target.name, call, public=True, form=form)


def _procedure(form: List, target: List, *, public: bool) -> Definition | None:
    """Read ``(define (name . parameters) body …)``; curried definitions are left alone."""
    name = target.items[0]
    if not isinstance(name, Symbol):
        return None
    parameters = parameters_of(target.items[1:], target.tail)
    if parameters is None:
        return None
    return Definition(name.name, None, parameters, tuple(form.items[2:]), public, form)


def parameters_of(items: list[Node], tail: Node | None) -> Parameters | None:
    """Return a ``lambda*`` list's parameters, or None where it is not one."""
    reader = _ParameterReader()
    for item in items:
        if not reader.take(item):
            return None
    rest = tail.name if isinstance(tail, Symbol) else reader.rest
    return Parameters(tuple(reader.required), tuple(reader.optional), tuple(reader.keywords), rest)


class _ParameterReader:
    """Sorts parameters by the marker that they stand behind."""

    def __init__(self) -> None:
        self.required: list[str] = []
        self.optional: list[tuple[str, Node | None]] = []
        self.keywords: list[tuple[str, str, Node | None]] = []
        self.rest: str | None = None
        self._mode = "required"

    def take(self, item: Node) -> bool:
        """Take one item; tell whether it can stand in a parameter list."""
        if isinstance(item, Keyword):
            self._mode = item.name
            return item.name in {"optional", "key", "rest", "allow-other-keys"}
        name: Node = item
        default: Node | None = None
        keyword: str | None = None
        if isinstance(item, List) and item.items:
            name = item.items[0]
            default = item.items[1] if len(item.items) > 1 else None
            third = item.items[2] if len(item.items) > 2 else None
            keyword = third.name if isinstance(third, Keyword) else None
        if not isinstance(name, Symbol):
            return False
        self._place(name.name, default, keyword)
        return True

    def _place(self, name: str, default: Node | None, keyword: str | None) -> None:
        if self._mode == "required":
            self.required.append(name)
        elif self._mode == "optional":
            self.optional.append((name, default))
        elif self._mode == "key":
            self.keywords.append((keyword or name, name, default))
        else:
            self.rest = name


def defined_value(definition: Definition, scope: Scope) -> Value:
    """Return what a definition binds its name to: a procedure, a macro or a delayed value."""
    form = definition.form
    if form is not None and form.head == "define-syntax-rule":
        return _syntax_rule(form, scope)
    if form is not None and form.head == "define-syntax":
        return _syntax_rules(form, scope)
    if definition.parameters is not None:
        return Procedure(definition.parameters, definition.body, scope, definition.name)
    assert definition.value is not None  # noqa: S101  (a definition is a procedure or has a value)
    return Delayed(definition.value, scope)


def bind_definition(form: List, scope: Scope) -> None:
    """Bind what an inner definition defines."""
    definition = definition_of(form)
    if definition is not None:
        scope.bindings[definition.name] = defined_value(definition, scope)


def _syntax_rule(form: List, scope: Scope) -> Macro:
    return Macro(((form.items[1], form.items[-1]),), scope)


def _syntax_rules(form: List, scope: Scope) -> Macro:
    """Return the macro of ``(define-syntax name (syntax-rules (literal …) (pattern template) …))``.

    Any other transformer becomes a macro without rules: its uses stay unknown.
    """
    rules = form.items[2]
    if isinstance(rules, List) and rules.head == "lambda":
        return Macro(_syntax_case(rules), scope)
    if not isinstance(rules, List) or rules.head != "syntax-rules" or len(rules.items) < 2:
        return Macro((), scope)
    pairs = tuple(
        (rule.items[0], rule.items[-1])
        for rule in rules.items[2:]
        if isinstance(rule, List) and len(rule.items) >= 2
    )
    return Macro(pairs, scope, _literals(rules.items[1]))


def _literals(node: Node) -> frozenset[str]:
    items = node.items if isinstance(node, List) else []
    return frozenset(item.name for item in items if isinstance(item, Symbol))


def _syntax_case(transformer: List) -> tuple[tuple[Node, Node], ...]:
    """Return the rules of ``(lambda (x) (syntax-case x () (pattern #'template) …))``.

    A template may stand in ``with-syntax``, which makes names visible that hygiene would hide;
    there is none here.  A rule with a fender is left out: whether it holds is not known.
    """
    body = transformer.items[-1]
    if not isinstance(body, List) or body.head != "syntax-case":
        return ()
    rules = []
    for rule in body.items[3:]:
        if not isinstance(rule, List) or len(rule.items) != 2:
            return ()
        output = rule.items[1]
        while isinstance(output, List) and output.head == "with-syntax":
            output = output.items[-1]
        if not isinstance(output, List) or output.head != "syntax":
            return ()
        rules.append((rule.items[0], output.items[1]))
    return tuple(rules)
