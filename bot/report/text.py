# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as plain text: the body of a reply, and what a terminal shows.

The verdict comes first, then one compact table for each package, then what to do, with the lines
to write.  A mail is ASCII in 72 columns (RFC 3676, section 4.2, advises 78 at most; the list's
custom is 72), so that quoting it does not break it.  A URL is never broken.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.checks.finding import Status
from bot.report.clean import ascii_only, lines, one_line
from bot.report.comparison import Difference, Point
from bot.report.outline import Group, Item, Outline, Place, Title, missing_patches, outline
from bot.report.report import Report

MAIL_WIDTH = 72
_MINIMUM_WIDTH = 50
_NAMES_IN_A_HEADING = 8
_PLACES_IN_AN_ITEM = 4
_OPENERS = frozenset(
    ("a", "an", "it", "no", "none", "the", "there", "training", "weights", "whether")
)
"""Words that a clause of a check begins with; anything else may be a name."""
_POINTS = 12
_COLOURS = {
    Status.PASS: "32",
    Status.NOTE: "36",
    Status.WARN: "33",
    Status.FAIL: "31;1",
    Status.UNKNOWN: "35",
    Status.NONE: "0",
}


@dataclass(frozen=True, slots=True)
class Closing:
    """The last lines of a mail; an empty one is left out."""

    ask_again: str = "To have it looked at again, send the next version of the series."
    """How to have the series looked at again; told where something is open."""
    commands: str = ""
    """How to ask the bot by mail."""
    operator: str = ""
    """How to reach a person."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How text is put on the page."""

    width: int
    clean: Callable[[str], str]
    paint: Callable[[Status, str], str]


def mail_text(
    report: Report, difference: Difference | None = None, closing: Closing | None = None
) -> str:
    """Return the body of a reply: ASCII, 72 columns (but for URLs), LF line ends.

    ``difference`` against the report of an earlier revision is told before everything else.
    """
    style = _Style(MAIL_WIDTH, ascii_only, lambda _status, text: text)
    return _text(report, difference, closing or Closing(), style)


def terminal_text(report: Report, width: int = 80, colour: bool = False) -> str:
    """Return the report for a terminal of ``width`` columns; ANSI colours only when asked."""
    style = _Style(
        max(_MINIMUM_WIDTH, min(width, 100)), lambda text: text, _painted if colour else _plain
    )
    subject = style.clean(one_line(report.subject, 200))
    revision = f" (version {report.revision})" if report.revision > 1 else ""
    head = _wrap(f"{subject}{revision}", style, "")
    return "\n".join(head) + "\n" + _text(report, None, Closing(ask_again=""), style)


def _plain(_status: Status, text: str) -> str:
    return text


def _painted(status: Status, text: str) -> str:
    return f"\x1b[{_COLOURS[status]}m{text}\x1b[0m"


def _text(report: Report, difference: Difference | None, closing: Closing, style: _Style) -> str:
    said = outline(report)
    blocks = [
        _verdict(said, style),
        _difference(difference, report.revision, style) if difference else [],
        _reading(report, style),
        *(_group(group, style) for group in said.groups),
        _left_out(said.groups_left_out, "package", style),
        _tasks(said, style),
        _questions(said, style),
        _closing(report, closing, style, is_open=bool(said.tasks or said.questions)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _verdict(said: Outline, style: _Style) -> list[str]:
    word = said.verdict.value
    first, *rest = _wrap(f"Verdict: {word} - {said.headline}.", style, "")
    return [first.replace(word, style.paint(said.verdict, word), 1), *rest]


def _difference(difference: Difference, revision: int, style: _Style) -> list[str]:
    again = difference.previous_revision == revision
    block = [
        "Since the last report:" if again else f"Since version {difference.previous_revision}:"
    ]
    for word, points in (
        ("fixed", difference.fixed),
        ("waived", difference.waived),
        ("new", difference.new),
        ("remains", difference.remaining),
    ):
        block += [line for point in points[:_POINTS] for line in _point(word, point, style)]
        if len(points) > _POINTS:
            block.append(f"  {word:<9}and {len(points) - _POINTS} more")
    if len(block) == 1:
        block.append("  nothing to change then, and nothing now")
    return block


def _point(word: str, point: Point, style: _Style) -> Iterator[str]:
    text = style.clean(one_line(f"{point.package or 'the series'}: {point.message}"))
    yield from _wrap(text, style, f"  {word:<9}", " " * 11)


def _reading(report: Report, style: _Style) -> list[str]:
    """What the reader must know of how the series was read."""
    said = []
    if report.missing:
        said.append(missing_patches(report))
    said += [style.clean(one_line(note, 200)) for note in report.notes[:5]]
    return [line for text in said for line in _wrap(text, style, "")]


def _group(group: Group, style: _Style) -> list[str]:
    block = _heading(group.titles, style)
    width = max(len(one_line(row.check, 20)) for row in group.rows)
    previous = ""
    for row in group.rows:
        check = one_line(row.check, 20)
        shown = "" if check == previous else check
        lead = f"  {shown:<{width}}  {row.status.value:<7}  "
        text = style.clean(one_line(row.message))
        first, *rest = _wrap(text, style, lead, " " * len(lead))
        word = f"{row.status.value:<7}"
        head, tail = first[: width + 4], first[width + 11 :]
        block += [head + style.paint(row.status, word) + tail, *rest]
        previous = check
    return [line.rstrip() for line in block]


def _heading(titles: Sequence[Title], style: _Style) -> list[str]:
    first = titles[0]
    if len(titles) == 1 and not first.file:
        return _wrap(style.clean(one_line(first.name)), style, "")
    if len(titles) == 1:
        name = style.clean(one_line(f"{first.name} {first.version}".strip(), 100))
        place = style.clean(one_line(f"{first.file}, line {first.line}", 150))
        joined = f"{name}  ({place})"
        if len(joined) <= style.width:
            return [joined]
        return [*_wrap(name, style, ""), *_wrap(f"({place})", style, "  ")]
    shown = [one_line(f"{title.name} {title.version}".strip(), 100) for title in titles]
    more = len(shown) - _NAMES_IN_A_HEADING
    names = ", ".join(shown[:_NAMES_IN_A_HEADING]) + (f" and {more} more" if more > 0 else "")
    files = ", ".join(dict.fromkeys(one_line(title.file, 150) for title in titles[:5]))
    return _wrap(style.clean(f"{names}  ({files})"), style, "")


def _left_out(count: int, what: str, style: _Style) -> list[str]:
    if not count:
        return []
    plural = "" if count == 1 else "s"
    return _wrap(f"{count} more {what}{plural} not shown here.", style, "")


def _tasks(said: Outline, style: _Style) -> list[str]:
    if not said.tasks:
        return []
    block = ["To do"]
    for number, item in enumerate(said.tasks, 1):
        block += ["", *_task(number, item, style)]
    return [
        *block,
        *([""] if said.tasks_left_out else []),
        *_left_out(said.tasks_left_out, "thing", style),
    ]


def _task(number: int, item: Item, style: _Style) -> list[str]:
    finding = item.finding
    lead = f"{number}. "
    indent = " " * len(lead)
    advice = "" if finding.status is Status.FAIL else " (advice)"
    text = f"{_places(item.places)}{advice}: {_sentence(finding.message)} {finding.hint}".strip()
    block = _wrap(style.clean(one_line(text, 900)), style, lead, indent)
    shown = _quote(item.places[0], indent, style)
    if finding.scheme:
        shown += ["", *_scheme(finding.scheme, f"{indent}  ", style)]
    block += [*shown, ""] if shown else []
    if finding.learnt_from:
        block.append(style.clean(f"{indent}Learnt from {one_line(finding.learnt_from)}"))
    if finding.source:
        block.append(style.clean(f"{indent}See {one_line(finding.source)}"))
    return block


def _quote(place: Place, indent: str, style: _Style) -> list[str]:
    """The author's line as a mail quotes it; only the first place's, and cut to one line."""
    if not place.quote or place.line is None:
        return []
    lead = f"{indent}> {place.line}: "
    return ["", style.clean(lead + one_line(place.quote, style.width - len(lead)))]


def _scheme(scheme: str, indent: str, style: _Style) -> list[str]:
    shown = textwrap.dedent("\n".join(lines(scheme))).split("\n")
    return [style.clean(f"{indent}{line}").rstrip() for line in shown]


def _places(places: Sequence[Place]) -> str:
    """``a, line 3; b, line 9``; many packages at one line (a procedure's) share its mention."""
    shown = places[:_PLACES_IN_AN_ITEM]
    more = f" and {len(places) - len(shown)} more" if len(places) > len(shown) else ""
    numbers = {place.line for place in places}
    if len(numbers) == 1:
        names = ", ".join(place.package for place in shown)
        line = places[0].line
        return f"{names}{more}, line {line}" if line else f"{names}{more}"
    named = (
        f"{place.package}, line {place.line}" if place.line else place.package for place in shown
    )
    return "; ".join(named) + more


def _sentence(text: str) -> str:
    """A clause as a sentence; a name or an identifier that begins it keeps its case."""
    word = text.split(" ", 1)[0]
    shown = text[:1].upper() + text[1:] if word in _OPENERS else text
    return shown if shown.endswith((".", "!")) else f"{shown}."


def _questions(said: Outline, style: _Style) -> list[str]:
    if not said.questions:
        return []
    block = ["Not known", ""]
    for item in said.questions:
        finding = item.finding
        text = f"{_places(item.places)}: {_sentence(finding.message)} {finding.hint}".strip()
        block += _wrap(style.clean(one_line(text, 900)), style, "- ", "  ")
    left_out = _left_out(said.questions_left_out, "thing", style)
    return [*block, "", *left_out] if left_out else block


def _closing(report: Report, closing: Closing, style: _Style, *, is_open: bool) -> list[str]:
    policy = f'Judged by the policy "{one_line(report.policy, 60)}".'
    again = closing.ask_again if is_open else ""
    said: Iterable[str] = (policy, again, closing.operator, closing.commands)
    return [
        line for text in said if text for line in _wrap(style.clean(one_line(text, 300)), style, "")
    ]


def _wrap(text: str, style: _Style, first: str, later: str | None = None) -> list[str]:
    wrapped = textwrap.wrap(
        text,
        style.width,
        initial_indent=first,
        subsequent_indent=first if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped or [first.rstrip()]
