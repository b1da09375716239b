# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that stand in the text of a mail, and nothing that only looks like one.

Commands stand at the left margin, in the first run of lines that are not quoted.  A mail to the bot
holds bare commands, any other mail only lines that begin with its name.  What is quoted, indented,
fenced, below a signature or part of a diff is never a command; nor are the bot's own instructions,
which it always indents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.diff_text import without_original
from bot.steering.command import Command, Mistake, Reading
from bot.steering.forms import begins_command, form_of, nearest, understand

_STOPS = frozenset({"quit", "stop", "thanks", "thank", "thankyou", "thx", "cheers"})
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|evening|day))\b.{0,40}", re.IGNORECASE
)
_SIGNATURE = re.compile(r"--\s?|_{5,}")
_DIFF = re.compile(r"diff --(?:git|cc|combined) |---(?: \S|\s*$)|Index: |@@ -\d")
_QUOTE = re.compile(r"[>|]")
_RULE = re.compile(r"-{3,40} ?\w[^\n]{0,80}?-{3,40}\s*")
"""``---- Forwarded message ----``, in whatever language a mail program says so."""
_FIELD = re.compile(r"[*_]{0,2}[^\W\d_][\w .-]{0,30}:[*_]{0,2}\s+\S")
"""``From: …`` and its like, also in bold."""
_ATTRIBUTION_LINES = 3


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    kind: str
    """``text``, ``blank``, ``quoted`` or ``aside`` (indented, fenced, an attribution)."""


def mentions(text: str, name: str) -> bool:
    """Say whether any line of ``text`` may begin with ``@name``."""
    return _mark(name).search(text) is not None


def read_commands(text: str, name: str, direct: bool, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Return the commands in ``text``, the decoded text of one mail with LF line ends.

    ``name`` is the bot's, without ``@``.  ``direct`` says that the mail went to the bot and to no
    list, so that bare commands count, and mistakes are told.  Elsewhere mistakes are left out.
    """
    lines = _lines(text, limits)
    found: list[Command] = []
    mistakes: list[Mistake] = []
    mark = _mark(name)
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.kind == "quoted" and (found or mistakes):
            break
        if line.kind != "text":
            position += 1
            continue
        named = mark.match(line.text)
        bare = line.text[named.end() :].strip() if named else line.text.strip()
        if not named and not direct:
            position += 1
            continue
        if _is_stop(bare):
            break
        one, position = _take(lines, position, bare, mark, named=named is not None)
        if isinstance(one, Command):
            found.append(one)
        elif named or not _GREETING.fullmatch(bare):
            if _is_worth_telling(one, named is not None, first=not found):
                mistakes.append(one)
            if not named:
                break  # prose begins here
    kept = found[: limits.commands_per_mail]
    told = tuple(mistakes[: limits.commands_per_mail]) if direct else ()
    return Reading(tuple(kept), told, len(found) - len(kept))


def _is_worth_telling(mistake: Mistake, named: bool, first: bool) -> bool:
    """Prose that follows commands is no mistake, unless it begins like a command."""
    word = mistake.written.split(" ", 1)[0]
    return named or first or form_of(word) is not None or bool(nearest(word))


def _take(
    lines: Sequence[_Line], position: int, bare: str, mark: re.Pattern[str], named: bool
) -> tuple[Command | Mistake, int]:
    """Read the command that begins at ``position``, with the lines that a mail program wrapped."""
    written = " ".join(bare.split())
    one = understand(written, named)
    form = form_of(written.split(" ", 1)[0]) if written else None
    after = position + 1
    while form is not None and after < len(lines) and _continues(lines[after], mark):
        if not form.takes_reason and isinstance(one, Command):
            break
        written = f"{written} {' '.join(lines[after].text.split())}"
        one = understand(written, named)
        after += 1
    return one, after


def _continues(line: _Line, mark: re.Pattern[str]) -> bool:
    if line.kind != "text" or mark.match(line.text) or _is_stop(line.text):
        return False
    return not begins_command(line.text)


def _is_stop(text: str) -> bool:
    words = text.lower().strip(" .,;:!").split()
    return bool(words) and words[0].strip(".,;:!") in _STOPS and len(words) <= 4


def _mark(name: str) -> re.Pattern[str]:
    return re.compile(rf"^@{re.escape(name)}(?=[\s:,])[:,]?[ \t]*", re.IGNORECASE | re.MULTILINE)


def _lines(text: str, limits: Limits) -> list[_Line]:
    """Return the lines that are looked at, up to a signature, a diff or another mail."""
    shown = without_original(text[: limits.command_characters])
    written = shown.split("\n")[: limits.command_lines]
    lines: list[_Line] = []
    fenced = False
    for number, line in enumerate(written):
        if not fenced and (_ends_text(line) or _begins_header(written, number)):
            break
        if line.startswith(("```", "~~~")):
            fenced = not fenced
            lines.append(_Line(line, "aside"))
        else:
            lines.append(_Line(line, _kind(line, fenced)))
    return _without_attributions(lines)


def _ends_text(line: str) -> bool:
    return any(mark.fullmatch(line) for mark in (_SIGNATURE, _RULE)) or bool(_DIFF.match(line))


def _begins_header(lines: Sequence[str], number: int) -> bool:
    """Say whether two lines like ``From: …`` follow each other: somebody else's mail begins.

    Mail programs put what is forwarded or answered below the header of it, and not all of them
    mark its lines.  What stands there is not what the sender says.
    """
    return all(_FIELD.match(line) for line in lines[number : number + 2]) and (
        number + 1 < len(lines)
    )


def _kind(line: str, fenced: bool) -> str:
    if fenced:
        return "aside"
    if not line.strip():
        return "blank"
    if _QUOTE.match(line):
        return "quoted"
    return "aside" if line[0] in " \t" else "text"


def _without_attributions(lines: Sequence[_Line]) -> list[_Line]:
    """Set aside the lines that say who wrote what is quoted below them."""
    kept = list(lines)
    for number, line in enumerate(lines):
        if line.kind != "quoted":
            continue
        above = number - 1
        while above >= 0 and lines[above].kind == "blank":
            above -= 1
        if above < 0 or not lines[above].text.rstrip().endswith(":"):
            continue
        for each in range(above, max(-1, above - _ATTRIBUTION_LINES), -1):
            if lines[each].kind != "text" or _may_be_command(lines[each].text):
                break
            kept[each] = _Line(lines[each].text, "aside")
    return kept


def _may_be_command(text: str) -> bool:
    return text.startswith("@") or begins_command(text)
