# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page weighbridge(1), made of what the commands' own help says.

``python -m tests.project.manual_page`` (or ``make manual``) writes ``docs/weighbridge.1``, which
the wheel installs.  The language is mdoc(7).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import __version__
from bot.cli import main
from bot.hooks.kinds import SKIP_VARIABLE
from tests.project.mdoc import escaped, literal, prose, tidy, words

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "weighbridge.1"
_NAME = "weighbridge"
_DATE = re.compile(r"^\.Dd .*$", re.MULTILINE)
_STATUSES = re.compile(r"^\| status \| meaning \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)

_ENVIRONMENT = {
    "WEIGHBRIDGE_CONFIG": "The configuration file, where --config names none.",
    SKIP_VARIABLE: "Set, and not to 0: the hooks of install-hook let everything pass.",
    "NO_COLOR": "Set, and not empty: no colour on a terminal.",
}
_FILES = {
    "~/.config/weighbridge/weighbridge.toml": "The configuration of an account.",
    "/etc/weighbridge/weighbridge.toml": "The configuration of the machine.",
}
_SEE_ALSO = ("git-format-patch 1", "git-send-email 1", "githooks 5")


def page() -> str:
    """Return the manual page, dated today."""
    today = datetime.now(UTC)
    context = click.Context(main, info_name=_NAME)
    lines = [
        '.\\" SPDX-License-Identifier: GPL-3.0-or-later',
        '.\\" Made by "make manual": change the help of the commands instead.',
        f".Dd {today:%B} {today.day}, {today.year}",
        ".Dt WEIGHBRIDGE 1",
        f".Os Weighbridge {__version__}",
        ".Sh NAME",
        f".Nm {_NAME}",
        f".Nd {_summary()}",
        ".Sh SYNOPSIS",
        f".Nm {_NAME}",
        ".Ar command",
        ".Op Ar option ...",
        ".Op Ar argument ...",
        ".Sh DESCRIPTION",
        *_paragraphs((main.help or "").split("\n\n", 1)[1]),
        ".Pp",
        "Each command has the option",
        ".Fl -help ;",
        "the program has also",
        ".Fl -version .",
        ".Sh COMMANDS",
        *_of_group(main, context),
        ".Sh ENVIRONMENT",
        *_list("Ev", _ENVIRONMENT),
        ".Sh FILES",
        *_list("Pa", _FILES),
        ".Sh EXIT STATUS",
        "Unless a command says otherwise:",
        *_list("", _exit_statuses()),
        ".Sh EXAMPLES",
        *_paragraphs((main.epilog or "").replace("Examples:\n", "")),
        ".Sh SEE ALSO",
        *_references(),
    ]
    return "\n".join(tidy(lines)) + "\n"


def without_date(text: str) -> str:
    """Return a page as it is whatever the day."""
    return _DATE.sub(".Dd", text)


def refresh() -> None:
    """Write the page, unless only its date would change."""
    made = page()
    if not PAGE.exists() or without_date(PAGE.read_text("utf-8")) != without_date(made):
        PAGE.write_text(made, "utf-8")


def _summary() -> str:
    """Return the first sentence of the program's help, as ``.Nd`` wants it."""
    sentence = (main.help or "").split(".")[0]
    return escaped(sentence[0].lower() + sentence[1:])


def _of_group(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield from _of_command(command, inner)
        if isinstance(command, click.Group):
            yield from _of_group(command, inner)


def _of_command(command: click.Command, context: click.Context) -> Iterator[str]:
    path = context.command_path.removeprefix(f"{_NAME} ")
    yield f".Ss {path}"
    if not isinstance(command, click.Group):
        yield from (".Bd -ragged -offset indent", ".Nm", f".Cm {words(path)}")
        pieces = command.collect_usage_pieces(context)
        has_options = any(_own_options(command, context))
        yield from (_piece(piece) for piece in pieces if piece != "[OPTIONS]" or has_options)
        yield ".Ed"
    yield from _paragraphs(command.help or "")
    yield from _options(command, context)
    yield from _paragraphs(command.epilog or "")


def _piece(piece: str) -> str:
    """Return a word of a usage line: ``[OPTIONS]``, ``[FILE|DIR|-]...``, ``{a|b}``, ``ID...``."""
    bare, repeated = piece.removesuffix("..."), " ..." if piece.endswith("...") else ""
    inner = words(bare[1:-1]) if bare[0] in "[{" else words(bare)
    return f".Op Ar {inner}{repeated}" if bare[0] == "[" else f".Ar {inner}{repeated}"


def _own_options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield spelling and help of each option but those that all commands have."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            yield record


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = list(_own_options(command, context))
    if not records:
        return
    yield ".Bl -tag -width Ds"
    for spelling, text in records:
        yield f".It {_spelled(spelling)}"
        yield from prose(text)
    yield ".El"


def _spelled(spelling: str) -> str:
    """Return an option as click spells it: ``--a, -b VALUE`` or ``--a / --b``."""
    parts: list[str] = []
    for word in spelling.split():
        if word == "/":
            parts.append("|")
        elif word.startswith("-"):
            comma = " ," if word.endswith(",") else ""
            parts.append(f"Fl {words(word.rstrip(',')[1:])}{comma}")
        else:
            parts.append(f"Ar {words(word.strip('[]'))}")
    return " ".join(parts)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield help as mdoc: prose is filled, what stands behind a ``\\b`` is set as it is."""
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        for number, part in enumerate(re.split(r"^\s*\x08\n", paragraph, flags=re.MULTILINE)):
            if not part.strip():
                continue
            yield ".Pp"
            if number or paragraph.lstrip().startswith("\b"):
                yield from literal(part)
            else:
                yield from prose(part)


def _list(macro: str, entries: dict[str, str]) -> Iterator[str]:
    yield ".Bl -tag -width Ds"
    for name, text in entries.items():
        yield f".It {macro} {words(name)}".replace("  ", " ")
        yield from prose(text)
    yield ".El"


def _exit_statuses() -> dict[str, str]:
    """Return the table of docs/commands.md that holds for all commands."""
    found = _STATUSES.search((ROOT / "docs" / "commands.md").read_text("utf-8"))
    assert found is not None
    rows = (line.replace("\\|", "\0").strip("|").split("|") for line in found[1].splitlines())
    return {
        status.strip(): _sentence(meaning.strip().replace("\0", "|").replace("`", "'"))
        for status, meaning in rows
    }


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _references() -> Iterator[str]:
    *others, last = _SEE_ALSO
    yield from (f".Xr {name} ," for name in others)
    yield f".Xr {last}"


if __name__ == "__main__":
    refresh()
    sys.exit()
