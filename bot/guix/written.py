# SPDX-License-Identifier: GPL-3.0-or-later
"""The form that makes a package, as it stands in its file: lines, comments, strings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Protocol, cast

from bot.scheme.nodes import Comment, List, Node, Positions, String
from bot.scheme.values import Record

_WRAPPERS = frozenset(("let", "let*", "letrec", "letrec*", "begin"))
"""Forms whose value is that of their last one."""
_COMMENT_LINES_ABOVE = 30


class Readable(Protocol):
    """One side of a file, whole or in pieces."""

    @property
    def path(self) -> str:
        """The file's path."""
        ...

    @property
    def text(self) -> str:
        """What is there of the text."""
        ...

    @property
    def positions(self) -> Positions:
        """Lines of the offsets of the text."""
        ...

    @property
    def known_comments(self) -> dict[tuple[int, int], tuple[tuple[int, str], ...]]:
        """The comments of forms that were looked at, by where these begin and end."""
        ...

    @property
    def known_strings(self) -> dict[Node, tuple[str, ...]]:
        """The first strings of the nodes that were looked through."""
        ...

    def form_holding(self, offset: int) -> List | None:
        """Return the top-level form that an offset is in."""
        ...

    def comments_in(self, form: List) -> list[Comment]:
        """Return the comments in a form."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """One top-level form of one side of a file."""

    module: Readable
    form: List
    variable: str | None
    deprecated: bool = False

    @property
    def file(self) -> str:
        """The file's path."""
        return self.module.path

    @property
    def line(self) -> int:
        """Line of the form's parenthesis."""
        return self.line_of(self.form.start)

    @property
    def end_line(self) -> int:
        """Line of the form's last character."""
        return self.line_of(max(self.form.end - 1, self.form.start))

    def line_of(self, offset: int) -> int:
        """Return the line of an offset in the file's text."""
        return self.module.positions.line(offset)

    def holds(self, record: Record) -> bool:
        """Tell whether a record is made inside this form."""
        top: object = record.scope.top
        return top is self.module and self.form.start <= record.node.start < self.form.end

    def field_line(self, record: Record, name: str) -> int | None:
        """Return the line at which a record of this form writes a field."""
        place = record.places.get(name)
        return self.line_of(place.start) if place is not None and self.holds(record) else None

    @property
    def comments(self) -> tuple[tuple[int, str], ...]:
        """(line, text) of the comments in the form and right above it."""
        return comments_of(self.module, self.form)

    @property
    def strings(self) -> tuple[str, ...]:
        """Every string literal of the form, in order."""
        return strings_in(self.form)


def strings_in(form: Node) -> tuple[str, ...]:
    """Return every string literal of a form, in order."""
    found: list[str] = []
    stack: list[Node] = [form]
    while stack:
        node = stack.pop()
        if isinstance(node, String):
            found.append(node.value)
        elif isinstance(node, List):
            if node.tail is not None:
                stack.append(node.tail)
            stack.extend(reversed(node.items))
    return tuple(found)


def first_strings(record: Record, bound: int) -> tuple[str, ...]:
    """Return the first different string literals of the form that makes a record.

    Many packages may inherit from it, or be made by it: it is looked through once.
    """
    module, node = _module_of(record), record.node
    known = module.known_strings if module is not None else {}
    if node not in known:
        known[node] = tuple(islice(dict.fromkeys(strings_in(node)), bound))
    return known[node]


def comments_of(module: Readable, form: List) -> tuple[tuple[int, str], ...]:
    """Return (line, text) of the comments in a top-level form and right above it, in order."""
    known = module.known_comments.get((form.start, form.end))
    if known is None:
        line_of = module.positions.line
        inside = [
            (line_of(comment.start), comment.text)
            for comment in module.comments_in(form)
            if comment.text
        ]
        known = (*_above(module.text, form.start, line_of(form.start)), *inside)
        module.known_comments[form.start, form.end] = known
    return known


def _above(text: str, start: int, line: int) -> list[tuple[int, str]]:
    """Return the comment lines that stand directly above an offset at which a line begins."""
    found: list[tuple[int, str]] = []
    end = start
    while len(found) < _COMMENT_LINES_ABOVE and end > 0:
        begin = text.rfind("\n", 0, end - 1) + 1
        content = text[begin : end - 1].strip()
        line -= 1
        if not content.startswith(";"):
            break
        found.append((line, content.lstrip(";").strip()))
        end = begin
    return list(reversed(found))


def comments_within(record: Record) -> tuple[int | None, tuple[str, ...]]:
    """Return a record's line, and the comments in it; those of its whole form where it is one."""
    module = _module_of(record)
    if module is None:
        return None, ()
    line = module.positions.line(record.node.start)
    form = module.form_holding(record.node.start)
    if form is None:
        return line, ()
    last = module.positions.line(max(record.node.start, _end(record.node) - 1))
    first = 0 if _defines(form, record.node) else line
    comments = comments_of(module, form)
    begin = bisect_left(comments, first - 1, key=itemgetter(0))
    end = bisect_right(comments, last, key=itemgetter(0))
    return line, tuple(text for _, text in comments[begin:end])


def _module_of(record: Record) -> Readable | None:
    """Return the side of a file that a record stands in; None for one that a rule makes."""
    top = record.scope.top
    return cast("Readable", top) if hasattr(top, "form_holding") else None


def _defines(form: List, value: Node) -> bool:
    """Tell whether a form defines that value, be it inside ``let`` forms."""
    if not (form.head or "").startswith("define"):
        return False
    last: Node = form.items[-1]
    while isinstance(last, List) and last is not value and last.head in _WRAPPERS:
        last = last.items[-1]
    return last is value


def _end(node: Node) -> int:
    return node.end if isinstance(node, List) else node.start
