# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a ``PackageDefinition`` of a package record: every field as far as it can be known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from bot.guix.constants import BuildSystem, LicenseValue
from bot.guix.copies import copied_files
from bot.guix.inputs import ancestors, read_inputs
from bot.guix.keyword_arguments import split_arguments
from bot.guix.license_prefix import license_prefix
from bot.guix.licenses import package_license
from bot.guix.origins import Placed, read_origin
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
from bot.guix.records import UNSET, field, lineage
from bot.guix.written import Written, comments_within, strings_in
from bot.limits import LimitExceededError
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


def read_definition(
    evaluator: Evaluator, record: Record, written: Written, *, partial: bool = False
) -> PackageDefinition:
    """Return what a package record says; ``written`` is the form that makes it."""
    return _Reader(evaluator, record, written).read(partial=partial)


@dataclass(slots=True)
class _Reader:
    evaluator: Evaluator
    record: Record
    written: Written
    unknown: list[UnknownField] = dataclass_field(default_factory=list)

    def read(self, *, partial: bool) -> PackageDefinition:
        statement, licenses = self.licenses()
        arguments = self.value("arguments")
        keywords, substitutable = self.arguments(arguments)
        origins = self.origins()
        names, inherits = self.names()
        hidden, deprecated = self.properties()
        written = self.written
        return PackageDefinition(
            variable=written.variable,
            name=self.text("name"),
            version=self.text("version"),
            file=written.file,
            line=written.line,
            end_line=written.end_line,
            partial=partial,
            license_statement=statement,
            licenses=licenses,
            origins=origins,
            build_system=self.build_system(),
            substitutable=substitutable,
            argument_keywords=keywords,
            install_plan=self.install_plan(arguments),
            inputs=names,
            inherits=inherits,
            home_page=self.text("home-page"),
            synopsis=self.text("synopsis"),
            description=self.text("description"),
            hidden=hidden,
            deprecated=deprecated or written.deprecated,
            field_lines=self.field_lines(),
            comments=tuple(Comment(line, text) for line, text in written.comments),
            strings=written.strings,
            unknown=tuple(self.unknown),
            inherited_strings=self.inherited_strings(),
            copied_files=copied_files(written.form),
            license_prefix=license_prefix(
                written.module.text[written.form.start : written.form.end], written.module.text
            ),
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
            return Unknown(str(error))
        except RecursionError:
            return Unknown("it is nested too deep")

    def note(self, name: str, value: Value, otherwise: str) -> None:
        reason = value.reason if isinstance(value, Unknown | Choice) else otherwise
        self.unknown.append(UnknownField(name, reason))

    def text(self, name: str) -> str | None:
        value = self.value(name)
        if isinstance(value, str):
            return value
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
        return tuple(_step(step) for step in steps if isinstance(step, tuple))

    # -- origins, inputs, the rest -----------------------------------------------------------

    def origins(self) -> tuple[PackageOrigin, ...]:
        found: list[PackageOrigin] = []
        source = self.value("source")
        if isinstance(source, Record) and source.kind == "origin":
            found.append(self.origin(source, "source", source.variable))
        elif source is not UNSET and source is not False:
            self.note("source", source, "it is not an origin")
        inputs = self.guarded(lambda: read_inputs(self.evaluator, self.record))
        if isinstance(inputs, Unknown):
            self.note("inputs", inputs, "")
            return tuple(found)
        for record, role, label in getattr(inputs, "origins", []):
            found.append(self.origin(record, role, label))
        return tuple(found)

    def origin(self, record: Record, role: OriginRole, label: str | None) -> PackageOrigin:
        line, comments = comments_within(record)

        def find() -> Value:
            return read_origin(self.evaluator, record, role, Placed(label, line, comments))

        read = self.guarded(find)
        if isinstance(read, Unknown):
            self.note(f"{role}.uri", read, "")
            return PackageOrigin(role, None, (), label=label, line=line, comments=comments)
        self.unknown.extend(getattr(read, "unknown", ()))
        origin = getattr(read, "origin", None)
        assert isinstance(origin, PackageOrigin)  # noqa: S101
        return origin

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        inputs = self.guarded(lambda: read_inputs(self.evaluator, self.record))
        inherits = self.guarded(lambda: ancestors(self.evaluator, self.record))
        own = tuple(name for name in (inherits if isinstance(inherits, tuple) else ()))
        return tuple(getattr(inputs, "names", ())), tuple(
            str(name) for name in own if name != self.written.variable
        )

    def properties(self) -> tuple[bool, bool]:
        """Tell whether the package is hidden, and whether it is superseded by another one."""
        value = self.value("properties")
        names = [_property(item) for item in (value if isinstance(value, tuple) else ())]
        return "hidden?" in names, "superseded" in names

    def field_lines(self) -> tuple[tuple[str, int], ...]:
        lines: dict[str, int] = {}
        for owner in (self.record, *self.guarded_lineage()):
            if not isinstance(owner, Record) or not self.written.holds(owner):
                continue
            for name, place in owner.places.items():
                lines.setdefault(name, self.written.line_of(place.start))
                if name == "arguments" and (start := _keyword_start(place, "substitutable?")):
                    lines.setdefault("substitutable?", self.written.line_of(start))
        return tuple(lines.items())

    def inherited_strings(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for owner in (self.record, *self.guarded_lineage()):
            if isinstance(owner, Record) and not self.written.holds(owner):
                found.update(dict.fromkeys(strings_in(owner.node)))
            if len(found) > _INHERITED_STRINGS:
                break
        return tuple(found)[:_INHERITED_STRINGS]

    def guarded_lineage(self) -> list[Value]:
        try:
            return lineage(self.evaluator, self.record)
        except LimitExceededError:
            return []


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
