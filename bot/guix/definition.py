# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a ``PackageDefinition`` of a package record: every field as far as it can be known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial
from typing import TypeVar

from bot.guix.constants import BuildSystem, LicenseValue
from bot.guix.copies import copied_files
from bot.guix.inputs import Inputs, ancestors, read_inputs
from bot.guix.keyword_arguments import split_arguments
from bot.guix.license_prefix import license_prefix
from bot.guix.licenses import package_license
from bot.guix.origins import Placed, ReadOrigin, read_origin
from bot.guix.package import (
    Comment,
    InstallStep,
    LicenseStatement,
    OriginRole,
    PackageDefinition,
    PackageLicense,
    PackageOrigin,
    Substitutable,
    UnknownField,
)
from bot.guix.records import TOO_MANY_ANCESTORS, UNSET, field, lineage
from bot.guix.written import Written, comments_within, first_strings
from bot.limits import LimitExceededError, Limits
from bot.scheme.evaluator import Evaluator
from bot.scheme.nodes import Keyword, List, Node, Symbol
from bot.scheme.values import (
    Choice,
    GexpValue,
    Kw,
    Pair,
    Record,
    Splice,
    Sym,
    Unknown,
    Value,
)

_INHERITED_STRINGS = 500
_SPOKEN = frozenset({"synopsis", "description"})
_T = TypeVar("_T")


def read_definition(
    evaluator: Evaluator, record: Record, written: Written, *, partial: bool = False
) -> PackageDefinition:
    """Return what a package record says; ``written`` is the form that makes it."""
    return _Reader(evaluator, record, written).read(in_part=partial)


@dataclass(slots=True)
class _Reader:
    evaluator: Evaluator
    record: Record
    written: Written
    unknown: list[UnknownField] = dataclass_field(default_factory=list)
    cut_short: dict[str, None] = dataclass_field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        return self.evaluator.limits

    def read(self, *, in_part: bool) -> PackageDefinition:
        statement, licenses = self.licenses()
        arguments = self.value("arguments")
        keywords, substitutable = self.arguments(arguments)
        inputs = self.inputs()
        origins = self.origins(inputs)
        hidden, deprecated = self.properties()
        written = self.written
        return PackageDefinition(
            variable=written.variable,
            name=self.text("name"),
            version=self.text("version"),
            file=written.file,
            line=written.line,
            end_line=written.end_line,
            partial=in_part,
            license_statement=statement,
            licenses=licenses,
            origins=origins,
            build_system=self.build_system(),
            substitutable=substitutable,
            argument_keywords=keywords,
            install_plan=self.install_plan(arguments),
            inputs=tuple(inputs.names),
            inherits=self.inherits(),
            home_page=self.text("home-page"),
            synopsis=self.text("synopsis"),
            description=self.text("description"),
            hidden=hidden,
            deprecated=deprecated or written.deprecated,
            field_lines=self.field_lines(),
            comments=self.comments(),
            strings=written.strings,
            unknown=tuple(self.unknown),
            inherited_strings=self.inherited_strings(),
            copied_files=copied_files(written.form),
            license_prefix=license_prefix(
                written.module.text[written.form.start : written.form.end], written.module.text
            ),
            cut_short=tuple(self.cut_short),
        )

    # -- one field ---------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        return self.guarded(lambda: field(self.evaluator, self.record, name))

    def guarded(self, find: Callable[[], Value]) -> Value:
        """Return a value, or an Unknown where finding it goes past a bound."""
        try:
            return find()
        except LimitExceededError as error:
            self.evaluator.renew()
            self.cut_short[str(error)] = None
            return Unknown(str(error))
        except RecursionError:
            return Unknown("it is nested too deep")

    def counted(self, steps: int) -> Unknown | None:
        """Count what is done with a value later; return an Unknown past the bound."""
        past = self.guarded(partial(self.evaluator.charge, steps))
        return past if isinstance(past, Unknown) else None

    def note(self, name: str, value: Value, otherwise: str) -> None:
        reason = value.reason if isinstance(value, Unknown | Choice) else otherwise
        self.unknown.append(UnknownField(name, reason))

    def first(self, items: Sequence[_T], bound: int, what: str) -> tuple[_T, ...]:
        """Return items up to a bound, and note where there are more."""
        if len(items) > bound:
            self.cut_short[f"of {len(items)} {what} the first {bound} are looked at"] = None
        return tuple(items[:bound])

    def text(self, name: str) -> str | None:
        value = self.value(name)
        bound = self.limits.name_characters
        if isinstance(value, str) and name in _SPOKEN:
            bound = self.limits.text_characters
            if len(value) > bound:
                self.cut_short[f"of its {name} the first {bound} characters are looked at"] = None
            value, past = value[:bound], self.counted(len(value[:bound]) >> 2)
            if past is None:
                return value
            value = past
        if isinstance(value, str) and len(value) <= bound:
            return value
        if isinstance(value, str):
            value = Unknown(f"it is longer than {bound} characters")
        if value is UNSET and name in {"name", "version"}:
            self.note(name, value, "it is not said")
        elif value is not UNSET and value is not False:
            self.note(name, value, "it is not a string")
        return None

    def build_system(self) -> str | None:
        value = self.value("build-system")
        if isinstance(value, BuildSystem):
            return value.name
        if value is not UNSET:
            self.note("build-system", value, "it is not a build system that Guix defines")
        return None

    # -- licences ----------------------------------------------------------------------------

    def licenses(self) -> tuple[LicenseStatement, tuple[PackageLicense, ...]]:
        value = self.value("license")
        if value is UNSET:
            return "absent", ()
        if value is False:
            return "false", ()
        line = self.written.field_line(self.record, "license")
        values = value if isinstance(value, tuple) else (value,)
        values = self.first(values, self.limits.package_licenses, "licences")
        found = tuple(
            package_license(self.named_license(one), line)
            for one in values
            if isinstance(one, LicenseValue)
        )
        rest = [one for one in values if not isinstance(one, LicenseValue)]
        for one in rest:
            inner = one.value if isinstance(one, Splice) else one
            self.note("license", inner, "it is not a licence that (guix licenses) defines")
        if rest:
            return "unknown", found
        return ("stated", found) if found else ("absent", ())

    def named_license(self, value: LicenseValue) -> LicenseValue:
        """Give a local licence the name of the variable that the field names it by."""
        place = self.record.fields.get("license")
        if value.name is not None and place and isinstance(place[0], Symbol):
            return LicenseValue(place[0].name, value.uri, value.comment, value.name)
        return value

    # -- arguments ---------------------------------------------------------------------------

    def arguments(self, value: Value) -> tuple[tuple[str, ...], Substitutable]:
        keywords: dict[str, None] = {}
        found: list[Value] = []
        doubt: list[str] = []
        stack: list[tuple[Value, bool]] = [(value, False)]
        while stack:
            current, conditional = stack.pop()
            past = self.counted(1 + (len(current) >> 2 if isinstance(current, tuple) else 0))
            if past is not None:
                doubt.append(past.reason)
                break
            if isinstance(current, Unknown):
                doubt.append(current.reason)
                continue
            if isinstance(current, Choice):
                stack.extend((one, True) for one in current.alternatives)
                continue
            for key, item in split_arguments(current):
                if key is None:
                    stack.append((item.value if isinstance(item, Splice) else item, conditional))
                    continue
                keywords.setdefault(key.name)
                if key.name == "substitutable?":
                    found.append(Choice((), "") if conditional else item)
        if doubt:
            self.unknown.append(UnknownField("arguments", doubt[0]))
        return tuple(keywords), _substitutable(found, unknown=bool(doubt))

    def install_plan(self, arguments: Value) -> tuple[InstallStep, ...]:
        plan: Value = None
        for key, value in split_arguments(arguments):
            if key == Kw("install-plan"):
                plan = value
        if isinstance(plan, GexpValue):
            gexp = plan
            plan = self.guarded(lambda: self.evaluator.evaluate(gexp.node, gexp.scope))
        if isinstance(plan, tuple) and plan[:1] == (Sym("quote"),) and len(plan) == 2:
            plan = plan[1]  # ''(…): quoted for the builder as well
        if plan is not None and not isinstance(plan, tuple):
            self.note("install-plan", plan, "it is not a list")
        steps = plan if isinstance(plan, tuple) else ()
        steps = self.first(steps, self.limits.package_steps, "steps of its install plan")
        return tuple(_step(step) for step in steps if isinstance(step, tuple))

    # -- origins, inputs, the rest -----------------------------------------------------------

    def inputs(self) -> Inputs:
        """Return what the inputs are made of, as far as that could be found."""
        found = Inputs()
        past = self.guarded(lambda: read_inputs(self.evaluator, self.record, found))
        if isinstance(past, Unknown):
            self.note("inputs", past, "")
        return found

    def origins(self, inputs: Inputs) -> tuple[PackageOrigin, ...]:
        found: list[PackageOrigin] = []
        source = self.value("source")
        if isinstance(source, Record) and source.kind == "origin":
            found.append(self.origin(source, "source", source.variable))
        elif source is not UNSET and source is not False:
            self.note("source", source, "it is not an origin")
        bound = self.limits.package_origins
        for record, role, label in self.first(inputs.origins, bound, "origins among its inputs"):
            found.append(self.origin(record, role, label))
        return tuple(found)

    def origin(self, record: Record, role: OriginRole, label: str | None) -> PackageOrigin:
        line, comments = comments_within(record)
        comments = self.first(comments, self.limits.origin_comments, "comments of an origin")

        def find() -> Value:
            return read_origin(self.evaluator, record, role, Placed(label, line, comments))

        read = self.guarded(find)
        if isinstance(read, Unknown):
            self.note(f"{role}.uri", read, "")
            return PackageOrigin(role, None, (), label=label, line=line, comments=comments)
        assert isinstance(read, ReadOrigin)  # noqa: S101  (what ``find`` returns)
        self.unknown.extend(read.unknown)
        self.cut_short.update(dict.fromkeys(read.cut_short))
        return read.origin

    def inherits(self) -> tuple[str, ...]:
        names = self.guarded(lambda: ancestors(self.evaluator, self.record))
        found = names if isinstance(names, tuple) else ()
        return tuple(str(name) for name in found if name != self.written.variable)

    def properties(self) -> tuple[bool, bool]:
        """Tell whether the package is hidden, and whether it is superseded by another one."""
        value = self.value("properties")
        names = [_property(item) for item in (value if isinstance(value, tuple) else ())]
        return "hidden?" in names, "superseded" in names

    def comments(self) -> tuple[Comment, ...]:
        found = self.first(self.written.comments, self.limits.package_comments, "comments")
        return tuple(Comment(line, text) for line, text in found)

    def field_lines(self) -> tuple[tuple[str, int], ...]:
        lines: dict[str, int] = {}
        form = self.written.form
        says = "substitutable?" in self.written.module.text[form.start : form.end]
        for owner in (self.record, *self.guarded_lineage()):
            if not isinstance(owner, Record) or not self.written.holds(owner):
                continue
            for name, place in owner.places.items():
                lines.setdefault(name, self.written.line_of(place.start))
                if (
                    says
                    and name == "arguments"
                    and (start := _keyword_start(place, "substitutable?"))
                ):
                    lines.setdefault("substitutable?", self.written.line_of(start))
        return tuple(lines.items())

    def inherited_strings(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for owner in (self.record, *self.guarded_lineage()):
            if isinstance(owner, Record) and not self.written.holds(owner):
                found.update(dict.fromkeys(first_strings(owner, _INHERITED_STRINGS)))
            if len(found) > _INHERITED_STRINGS:
                break
        return tuple(found)[:_INHERITED_STRINGS]

    def guarded_lineage(self) -> tuple[Value, ...]:
        found = self.guarded(lambda: lineage(self.evaluator, self.record))
        ancestors = found if isinstance(found, tuple) else ()
        if Unknown(TOO_MANY_ANCESTORS) in ancestors[-1:]:
            self.cut_short[TOO_MANY_ANCESTORS] = None
        return ancestors


def _property(item: Value) -> str | None:
    """Return the name of a property that is set: ``((hidden? . #t) (superseded . ,p))``."""
    if isinstance(item, Pair) and isinstance(item.car, Sym):
        return item.car.name if item.cdr is not False else None
    first = item[0] if isinstance(item, tuple) and item else None
    return first.name if isinstance(first, Sym) else None


def _substitutable(found: list[Value], *, unknown: bool) -> Substitutable:
    if not found:
        return "unknown" if unknown else None
    value = found[0]
    if isinstance(value, bool):
        return value
    return "conditional"  # written as an expression


def _step(step: tuple[Value, ...]) -> InstallStep:
    texts = [item if isinstance(item, str) else None for item in step[:2]]
    return InstallStep(*[*texts, None, None][:2])


def _keyword_start(node: Node, name: str) -> int | None:
    stack: list[Node] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Keyword) and current.name == name:
            return current.start
        if isinstance(current, List):
            stack.extend(current.items)
    return None
