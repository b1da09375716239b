# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of packages as modules: what a name means in them.

A name is looked up as Guile does it: the file's own definitions, then what it imports -- rules for
Guix's own modules, other files through a ``PackageLibrary``.  A definition is read and evaluated
when somebody asks for it, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from bot.guix.constants import constant
from bot.guix.guix_forms import GUIX_FORMS
from bot.guix.imports import Import, ModuleHeader, Name, header_of
from bot.guix.licenses import license_value
from bot.guix.procedures import PROCEDURES
from bot.guix.ranking import Ranking, in_order
from bot.limits import DEFAULT_LIMITS, LimitExceededError, Limits
from bot.scheme.definitions import DEFINERS, PUBLIC, Definition, defined_value, definition_of
from bot.scheme.evaluator import Evaluator, StepCount
from bot.scheme.macros import expansion
from bot.scheme.nodes import Comment, List, Node, Positions
from bot.scheme.outline import Outline, keep, outline_of
from bot.scheme.reader import ReadError, Reading
from bot.scheme.values import Macro, Scope, Unknown, Value

LICENSES: Name = ("guix", "licenses")
_RULED = {("guix",), ("guile",), ("ice-9",), ("srfi",), ("rnrs",)}


class PackageLibrary(Protocol):
    """Other files of the tree that a patch is for."""

    def text(self, path: str) -> str | None:
        """Return the text of a file (``gnu/packages/base.scm``); None where there is none."""
        ...


@dataclass(slots=True)
class Work(StepCount):
    """What is done for one series: steps of its evaluators, and definitions read."""

    data: int = 0
    """Data read in whole files."""
    places: set[tuple[int, int]] = field(default_factory=set)
    """(identity of the outline, offset) of each form that was read."""
    outlines: dict[str, Outline] = field(default_factory=dict)
    """By text: one for a series, so that what it takes never depends on what is kept."""

    def outline(self, text: str, limits: Limits) -> Outline:
        """Return the outline of a file's text."""
        outline = self.outlines.get(text)
        if outline is None:
            outline = self.outlines[text] = outline_of(text, limits)
        return outline


class Modules:
    """The files that one evaluation looks at, each read at most once."""

    def __init__(
        self,
        library: PackageLibrary | None = None,
        limits: Limits = DEFAULT_LIMITS,
        work: Work | None = None,
    ) -> None:
        """``work`` counts what is done for all that belongs to one series."""
        self._library = library
        self._limits = limits
        self._modules: dict[str, Module | None] = {}
        self._work = work or Work()
        self.evaluator = Evaluator(GUIX_FORMS, limits, self._work)
        self.evaluator.tree = self._variable

    def add(self, path: str, text: str) -> Module:
        """Take a file's text as given (a side of a patch) and return it as a module."""
        module = Module(path, text, self, self._limits)
        self._modules[path] = module
        return module

    def read(self, outline: Outline, start: int) -> Reading:
        """Read the form at an offset; it counts once for a series, whoever read it before.

        Raises what ``Outline.read`` raises, and LimitExceededError past the bounds on a series.
        """
        work, limits = self._work, self._limits
        if (id(outline), start) in work.places:
            return outline.read(start)
        if work.data > limits.data_per_series:
            raise LimitExceededError("the series needs more definitions than are read for one")
        work.places.add((id(outline), start))
        try:
            return outline.read(start)
        finally:
            work.data += outline.data_at(start)

    def outline(self, text: str) -> Outline:
        """Return the outline of a file's text."""
        return self._work.outline(text, self._limits)

    def named(self, name: Name) -> Module | None:
        """Return the module of a name, or None where its file is not there."""
        return self.at(_path(name))

    def at(self, path: str) -> Module | None:
        """Return the module of a path, or None where there is no such file."""
        if path not in self._modules:
            text = self._library.text(path) if self._library else None
            try:
                self._modules[path] = (
                    None if text is None else Module(path, text, self, self._limits)
                )
            except LimitExceededError:
                self._modules[path] = None
        return self._modules[path]

    def reachable(self, imports: Sequence[Import]) -> Sequence[Import]:
        """Return the imports of a file of which a name may be found; all, where there is a tree."""
        if self._library is not None:
            return imports
        return [
            one
            for one in imports
            if one.module[-1:] == LICENSES[-1:] or self._modules.get(_path(one.module)) is not None
        ]

    def _variable(self, name: Name, variable: str) -> Value:
        module = self.named(name)
        if module is None:
            return Unknown(f"{variable} is defined in a file that is not there")
        return self.evaluator.variable(variable, module.scope)

    def exported(
        self, module: Name, name: str, evaluator: Evaluator, importer: Module | None = None
    ) -> Value | None:
        """Return what a module exports under a name, None where that is not known."""
        evaluator.charge(1)
        if module[-1:] == LICENSES[-1:]:
            return ruled(name) if name == "license" else license_value(name)
        if module[:1] in _RULED and (value := ruled(name)) is not None:
            return value
        found = self.named(module)
        if found is None or found is importer or not found.exports(name):
            return None
        return found.lookup(name, evaluator)


def _path(name: Name) -> str:
    return "/".join(name) + ".scm"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the files of one series are read with."""

    library: PackageLibrary | None = None
    limits: Limits = DEFAULT_LIMITS
    ranking: Ranking = in_order
    work: Work = field(default_factory=Work)

    def is_short_of_time(self) -> bool:
        """Tell whether the rest of the work is kept for urgent definitions: the last quarter."""
        limits, work = self.limits, self.work
        return (
            4 * work.taken > 3 * limits.evaluation_steps_per_series
            or 4 * work.data > 3 * limits.data_per_series
        )

    def is_urgent(self, text: str) -> bool:
        """Tell whether a definition is one of those that are read first."""
        return self.ranking(text)(text) == 0

    def modules(self) -> Modules:
        """Return a new set of files: of one side of the patches."""
        return Modules(self.library, self.limits, self.work)

    def keep(self) -> None:
        """Keep what was read of a tree for the next series: most of its files are the same."""
        if self.library is not None:
            keep(self.work.outlines.values())


class Module:
    """One file: its own definitions and what it imports."""

    def __init__(self, path: str, text: str, modules: Modules, limits: Limits) -> None:
        if len(text) > limits.scheme_bytes:
            raise LimitExceededError(
                f"{path}: {len(text)} characters; the bound is {limits.scheme_bytes}"
            )
        self.path = path
        self.scope = Scope({}, None, self)
        self._text = text
        self._limits = limits
        self._modules = modules
        self._values: dict[str, Value] = {}
        self.known_comments: dict[tuple[int, int], tuple[tuple[int, str], ...]] = {}
        self.known_strings: dict[Node, tuple[str, ...]] = {}

    @cached_property
    def outline(self) -> Outline:
        """The file's top-level forms."""
        return self._modules.outline(self._text)

    @cached_property
    def header(self) -> ModuleHeader:
        """What the file imports and exports."""
        return self._read_header()

    def _read_header(self) -> ModuleHeader:
        imports: list[Import] = []
        exports: set[str] = set()
        name: Name = ()
        for start in self.outline.starts:
            if not self.outline.text.startswith(
                ("(define-module", "(use-modules", "(export", "(re-export"), start
            ):
                continue
            try:
                form = self.form(start)
            except (ReadError, LimitExceededError):
                continue
            if form is None:
                continue
            if form.head in {"export", "re-export"}:
                exports.update(item.name for item in form.items[1:] if hasattr(item, "name"))
                continue
            header = header_of(form)
            name = name or header.name
            imports.extend(header.imports)
            exports.update(header.exports)
        return ModuleHeader(name, tuple(imports), frozenset(exports))

    @property
    def positions(self) -> Positions:
        """Lines of the offsets of the file's text."""
        return self.outline.positions

    @property
    def text(self) -> str:
        """The file's text."""
        return self._text

    def form_holding(self, offset: int) -> List | None:
        """Return the top-level form that an offset is in."""
        start = self.outline.start_at(offset)
        form = None if start is None else self.form(start)
        return form if form is not None and form.end > offset else None

    def comments_in(self, form: List) -> list[Comment]:
        """Return the comments in a top-level form."""
        return [one for one in self.outline.read(form.start).comments if one.start >= form.start]

    def form(self, start: int) -> List | None:
        """Return the top-level form that begins at an offset.

        Raises ReadError, and LimitExceededError past the bounds on what is read.
        """
        forms = self._modules.read(self.outline, start).forms
        return forms[0] if forms and isinstance(forms[0], List) else None

    def lookup(self, name: str, evaluator: Evaluator) -> Value:
        """Return what a name means at top level of this file."""
        value = self._values.get(name)
        if value is None:
            value = self._find(name, evaluator)
            self._values[name] = value
        return value

    def own(self, name: str) -> Value | None:
        """Return what the file itself defines a name as; None where it does not."""
        start = self.outline.definitions().get(name)
        if start is None:
            return None
        try:
            definition = self._definition(start)
        except ReadError as error:
            return Unknown(f"its definition cannot be read: {error.reason}")
        if definition is None or definition.name != name:
            return Unknown("its definition is of a kind that is not looked into")
        return defined_value(definition, self.scope)

    def _definition(self, start: int) -> Definition | None:
        """Return what the form at an offset defines, itself or by a macro of the file."""
        form = self.form(start)
        definition = definition_of(form) if form is not None else None
        if definition is not None or form is None or form.head is None or form.head in DEFINERS:
            return definition
        macro = self.own(form.head) if form.head in self.outline.definitions() else None
        expanded = (
            expansion(macro, form, self._modules.evaluator.charge)
            if isinstance(macro, Macro)
            else None
        )
        return definition_of(expanded) if expanded is not None else None

    def exports(self, name: str) -> bool:
        """Tell whether the file makes a name of its own visible to others."""
        start = self.outline.definitions().get(name)
        if start is None:
            return False
        head = self.outline.text[start + 1 : start + 80].split(maxsplit=1)[0]
        if head in PUBLIC or name in self.header.exports:
            return True
        definition = None if head in DEFINERS else self._definition(start)
        return definition is not None and definition.public

    def _find(self, name: str, evaluator: Evaluator) -> Value:
        if name.startswith("@("):
            return self._qualified(name, evaluator)
        own = self.own(name)
        if own is not None:
            return own
        value = ruled(name)
        if value is not None:
            return value
        for imported in self._modules.reachable(self.header.imports):
            value = self._imported(imported, name, evaluator)
            if value is not None:
                return value
        return self._not_defined(name)

    def _imported(self, imported: Import, name: str, evaluator: Evaluator) -> Value | None:
        exported = imported.exported_name(name)
        if exported is None:
            return None
        return self._modules.exported(imported.module, exported, evaluator, self)

    def _qualified(self, name: str, evaluator: Evaluator) -> Value:
        module, _, exported = name[2:].partition(")")
        value = self._modules.exported(tuple(module.split()), exported, evaluator)
        return Unknown(f"{exported} of ({module}) is not known") if value is None else value

    def _not_defined(self, name: str) -> Value:
        if self.header.imports:
            return Unknown(f"{name} is not defined in what is seen")
        value = guessed_license(name)
        return Unknown(f"{name} is not defined in what is seen") if value is None else value


def ruled(name: str) -> Value | None:
    """Return what Guile's and Guix's own modules define a name as, as far as that is known."""
    value = constant(name)
    return PROCEDURES.get(name) if value is None else value


def guessed_license(name: str) -> Value | None:
    """Return the licence that ``prefix:name`` is where a file's imports are not seen."""
    _, colon, rest = name.rpartition(":")
    return license_value(rest) if colon else None
