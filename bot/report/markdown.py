# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as Markdown, for a comment on a pull request (CommonMark with GitHub's tables).

Whatever comes from a stranger stands in code spans or is escaped: no link, image, mention or HTML
of theirs takes effect.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from bot.report.clean import lines, one_line
from bot.report.outline import Group, Item, Outline, Place, missing_patches, outline
from bot.report.report import Report

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
_REFERENCE = re.compile(r"#(?=\d)")
_PLACES = 8


def markdown_text(report: Report) -> str:
    """Return the report as Markdown, LF line ends."""
    said = outline(report)
    blocks = [
        f"**Verdict: {said.verdict.value}** \N{EN DASH} {_escaped(said.headline)}.",
        *_reading(report),
        *(block for group in said.groups for block in _group(group)),
        *_left_out(said),
        *_tasks(said),
        *_questions(said),
        f"Judged by the policy {_code(report.policy)}.",
    ]
    return "\n\n".join(blocks) + "\n"


def _reading(report: Report) -> Iterator[str]:
    if report.missing:
        yield missing_patches(report)
    yield from (_escaped(one_line(note)) for note in report.notes[:5])


def _group(group: Group) -> Iterator[str]:
    names = [f"{_code(f'{title.name} {title.version}'.strip())}" for title in group.titles[:8]]
    more = len(group.titles) - len(names)
    first = group.titles[0]
    where = f" ({_code(first.file)}, line {first.line})" if first.file else ""
    yield f"### {', '.join(names)}{f' and {more} more' if more > 0 else ''}{where}"
    rows = ["| check | status | |", "|---|---|---|"]
    rows += [
        f"| {_escaped(one_line(row.check, 30))} | {row.status.value} "
        f"| {_escaped(one_line(row.message))} |"
        for row in group.rows
    ]
    yield "\n".join(rows)


def _left_out(said: Outline) -> Iterator[str]:
    if said.groups_left_out:
        yield f"{said.groups_left_out} more packages are not shown here."


def _tasks(said: Outline) -> Iterator[str]:
    if said.tasks:
        yield "### To do"
    for number, item in enumerate(said.tasks, 1):
        advice = "" if item.finding.status.value == "fail" else " (advice)"
        parts = [f"{number}. {_places(item.places)}{advice}: {_said(item)}"]
        first = item.places[0]
        if first.quote:
            parts.append(f"   > line {first.line}: {_code(first.quote)}")
        if item.finding.scheme:
            scheme = textwrap.dedent("\n".join(lines(item.finding.scheme)))
            fence = "`" * (_longest_run(scheme) + 3)
            block = f"{fence}scheme\n{scheme}\n{fence}"
            parts.append(textwrap.indent(block, "   "))
        if item.finding.source:
            parts.append(f"   See <{_url(item.finding.source)}>")
        yield "\n\n".join(parts)


def _questions(said: Outline) -> Iterator[str]:
    asked = [f"- {_places(item.places)}: {_said(item)}" for item in said.questions]
    if said.questions_left_out:
        asked.append(f"- {said.questions_left_out} more not shown here.")
    if asked:
        yield "### Not known"
        yield "\n".join(asked)


def _said(item: Item) -> str:
    return _escaped(one_line(f"{item.finding.message}. {item.finding.hint}".strip(), 900))


def _places(places: tuple[Place, ...]) -> str:
    named = [
        f"{_code(place.package)}, line {place.line}" if place.line else _code(place.package)
        for place in places[:_PLACES]
    ]
    more = len(places) - _PLACES
    return "; ".join(named) + (f"; and {more} more" if more > 0 else "")


def _code(text: str) -> str:
    """A code span whose fence is longer than any run of backquotes inside (CommonMark 6.1)."""
    shown = one_line(text, 150) or " "
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    # A pipe ends a cell of a table even inside a code span.
    return f"{fence}{pad}{shown.replace('|', '/')}{pad}{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _escaped(text: str) -> str:
    """Nothing of it formats, links, refers to an issue or calls a person.

    Forges look for ``@name``, ``#12`` and ``https://`` in the finished page, where a backslash no
    longer shows, so these are written differently.
    """
    shown = _REFERENCE.sub("no. ", text).replace("@", "(at)")
    shown = _SPECIAL.sub(r"\\\1", shown)
    return shown.replace("://", ":\\//")


def _url(text: str) -> str:
    return re.sub(r"[^\x21-\x7e]|[<>]", "", one_line(text))
