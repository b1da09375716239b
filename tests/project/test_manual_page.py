# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page is what the commands say of themselves, and is sound mdoc(7)."""

from __future__ import annotations

import re
import subprocess

import click
from hypothesis import given
from hypothesis import strategies as st

from tests.project.manual_page import PAGE, page, without_date
from tests.project.mdoc import literal, prose, tidy
from tests.project.test_commands_page import COMMANDS
from tests.servers.process import require


def _rendered(source: str) -> str:
    """Return a page as plain text of 78 columns."""
    command = ["mandoc", "-T", "utf8", "-O", "width=78"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    return re.sub(".\b", "", done.stdout)  # bold is printed twice, underlined over a line


def test_it_is_what_the_commands_say() -> None:
    assert without_date(PAGE.read_text("utf-8")) == without_date(page()), "run make manual"


def test_it_is_sound() -> None:
    require("mandoc")
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", PAGE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_reader_finds_each_command_with_its_options() -> None:
    require("mandoc")
    shown = " ".join(_rendered(PAGE.read_text("utf-8")).split())
    for name, command in COMMANDS.items():
        if isinstance(command, click.Group):
            continue
        assert name in shown
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert all(option.opts[0] in shown for option in options)


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1)))
def test_no_text_becomes_a_macro(texts: list[str]) -> None:
    for line in tidy(line for text in texts for line in prose(text)):
        assert not line.startswith((".", "'"))
        assert "\\" not in line.replace("\\e", "").replace("\\(aq", "").replace(
            "\\(ga", ""
        ).replace("\\&", "")


def test_text_is_shown_as_it_was_written() -> None:
    require("mandoc")
    head = ".Dd January 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd x\n.Sh DESCRIPTION\n"
    odd = r".Sh 'a' `b` C:\d --e \fBbold .Em -- x"
    body = "\n".join([*prose(odd), *literal(f"Heading:\n  {odd}\n    .deeper")])
    shown = _rendered(f"{head}{body}\n")
    assert shown.count(odd) == 2
    assert "\n             .deeper\n" in shown
