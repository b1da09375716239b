# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines of a mail are commands, and which only look like it."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from bot.limits import DEFAULT_LIMITS
from bot.steering.answer_text import answer_text
from bot.steering.command import Command, Reading
from bot.steering.forms import FORMS, Form, understand
from bot.steering.questions import answer
from bot.steering.reading import mentions, read_commands
from tests.steering.circumstances import AROUND, MAINTAINER


def direct(text: str) -> Reading:
    return read_commands(textwrap.dedent(text).lstrip("\n"), "weighbridge", direct=True)


def on_list(text: str) -> Reading:
    return read_commands(textwrap.dedent(text).lstrip("\n"), "weighbridge", direct=False)


def names(reading: Reading) -> list[str]:
    return [command.name for command in reading.commands]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("status", {"name": "status"}),
        ("STATUS 62443.", {"name": "status", "issue": 62443}),
        ("status #62443 v2", {"issue": 62443, "revision": 2}),
        ("Report bug#62443!", {"name": "report", "issue": 62443}),
        ("status 62443@debbugs.gnu.org", {"issue": 62443}),
        ("explain License-Missing", {"code": "license-missing"}),
        ("list Mine", {"which": "mine"}),
        ("recheck 62443 please", {"name": "recheck", "issue": 62443}),
        (
            "waive 62443 license-missing the licence stands in README",
            {"code": "license-missing", "package": "", "reason": "the licence stands in README"},
        ),
        (
            "waive 62443 license-missing@my-model-1.2 please see #12.",
            {"package": "my-model-1.2", "reason": "please see #12."},
        ),
        (
            "approve <weighbridge.0a1b2c3d.0@example.org>",
            {"mail_id": "weighbridge.0a1b2c3d.0@example.org"},
        ),
        ("mute 62443", {"reason": ""}),
        ("hold", {"name": "hold"}),
        ("link 62443 62501", {"issue": 62443, "other_issue": 62501}),
    ],
)
def test_a_command_is_understood(written: str, expected: dict[str, object]) -> None:
    (command,) = direct(written + "\n").commands
    assert {key: getattr(command, key) for key in expected} == expected


@pytest.mark.parametrize("name", FORMS)
def test_what_help_shows_of_a_command_has_its_form(name: str) -> None:
    example = {"ISSUE": "62443", "[ISSUE]": "62443", "[vN]": "v2", "CODE": "license-missing"}
    example |= {"CODE[@PACKAGE]": "license-missing@a", "failing|open|mine|held": "open"}
    example |= {"ID": "0a1b2c3d", "REASON...": "because", "[REASON...]": "because"}
    words = [example.get(word, word) for word in FORMS[name].usage.split()]
    understood = understand(" ".join(words), named=False)
    assert isinstance(understood, Command), understood
    assert understood.name == name


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [
        ("statsu 62443", "did you mean"),
        ("recheck", "recheck needs the tracker's number"),
        ("waive 62443 license-missing", "waive needs a reason"),
        ("list everything", "which list"),
        ("status 62443 v2 and more", "does not take"),
        ("status 0", "does not take"),
        ("wibble", "help"),
        ("Hold on a second", "hold does not take"),
    ],
)
def test_a_near_miss_gets_a_suggestion_and_only_in_a_mail_to_the_bot(
    written: str, suggestion: str
) -> None:
    reading = direct(written)
    assert not reading.commands
    assert suggestion in reading.mistakes[0].suggestion
    assert on_list(f"@weighbridge {written}\n") == Reading()


def test_on_a_list_only_a_line_with_the_name_counts() -> None:
    reading = on_list(
        """
        Hello Ada,

        status 62443 is what I would ask.
        @weighbridge recheck 62443
        @WEIGHBRIDGE: status 62443.
        @weighbridges status
        """
    )
    assert names(reading) == ["recheck", "status"]
    assert all(command.named for command in reading.commands)


def test_what_is_quoted_indented_fenced_or_signed_below_is_no_command() -> None:
    reading = on_list(
        """
        > @weighbridge mute 1
        | @weighbridge mute 2
          @weighbridge mute 3
        ```
        @weighbridge mute 4
        ```
        @weighbridge status 62443
        --\x20
        @weighbridge mute 5
        """
    )
    assert names(reading) == ["status"]


def test_reading_ends_where_the_answered_mail_begins() -> None:
    reading = direct(
        """
        status

        -----Original Message-----
        From: Weighbridge
        mute 62443 x
        """
    )
    assert names(reading) == ["status"]
    assert not reading.mistakes


@pytest.mark.parametrize(
    "head",
    [
        "-------- Weitergeleitete Nachricht --------\nBetreff: x",
        "---------- Forwarded message ---------\nFrom: Eve <eve@example.net>",
        "Begin forwarded message:\n\nFrom: Eve <eve@example.net>\nSubject: x",
        "Von: Eve <eve@example.net>\nGesendet: Montag, 1. März 2026\nBetreff: x",
        "*From:* Eve <eve@example.net>\n*Sent:* Monday",
        "De : Eve <eve@example.net>\nEnvoyé : lundi 1 mars 2026\nObjet : x",
    ],
)
def test_what_is_forwarded_is_not_the_senders_word(head: str) -> None:
    text = f"See below.\n\n{head}\n\nHello\n\n@weighbridge hold\n"
    assert on_list(text) == Reading()
    assert direct(f"status\n\n{head}\n\nhold\n").commands[-1].name == "status"


def test_a_line_of_attribution_is_no_mistake() -> None:
    reading = direct(
        """
        status 62443

        On Fri, 7 Nov 2025 at 11:14, Weighbridge
        <weighbridge@example.org> wrote:
        > Verdict: fail
        > recheck 62443
        """
    )
    assert names(reading) == ["status"]
    assert not reading.mistakes


def test_who_answers_below_the_quotation_is_heard() -> None:
    reading = on_list(
        """
        Weighbridge writes:
        > @weighbridge mute 62443
        @weighbridge status 62443
        > more
        @weighbridge mute 62443
        """
    )
    assert names(reading) == ["status"]


@pytest.mark.parametrize(
    "stop", ["quit", "Thanks!", "thank you", "-- ", "--", "diff --git a/x b/x"]
)
def test_commands_end_at(stop: str) -> None:
    assert names(direct(f"status\n{stop}\nrecheck 62443\n")) == ["status"]


def test_a_reason_goes_on_until_a_blank_line_or_the_next_command() -> None:
    reading = direct(
        """
        waive 62443 license-missing the licence stands in
        the README of the repository
        waive 62443 size-large
        it is small enough
        for us

        Greetings from the north
        """
    )
    assert [command.reason for command in reading.commands] == [
        "the licence stands in the README of the repository",
        "it is small enough for us",
    ]


def test_a_wrapped_argument_is_joined_and_prose_is_not() -> None:
    assert direct("recheck\n62443\n").commands[0].issue == 62443
    reading = on_list("@weighbridge recheck 62443\nThat should do it.\n")
    assert names(reading) == ["recheck"]


def test_prose_behind_commands_is_left_alone() -> None:
    reading = direct("Hi there,\n\nstatus\nI wonder how it goes.\nrecheck 62443\n")
    assert names(reading) == ["status"]
    assert not reading.mistakes


def test_prose_alone_gets_one_suggestion() -> None:
    reading = direct("Why does my patch fail?\nIt was good yesterday.\n")
    assert not reading.commands
    assert len(reading.mistakes) == 1


def test_three_commands_a_mail() -> None:
    reading = direct("status\n" * 5)
    assert names(reading) == ["status"] * 3
    assert reading.left_out == 2


def test_the_own_help_is_never_a_command() -> None:
    (command,) = on_list("@weighbridge help\n").commands
    with create_engine("sqlite://").connect() as connection:
        text = answer_text([answer(connection, command, MAINTAINER, AROUND)], (), 0, AROUND)
    for form in FORMS.values():
        assert form.name in text, "the answer to help names every command"
    assert direct(text).commands == ()
    assert on_list(text) == Reading()


def test_a_reading_is_bounded() -> None:
    late = "Hi\n" + "\n" * DEFAULT_LIMITS.command_lines + "status\n"
    assert direct(late) == Reading()
    assert direct("x" * DEFAULT_LIMITS.command_characters + "\nstatus\n").commands == ()
    long = direct("waive 62443 license-missing " + "word " * 10_000)
    assert len(long.commands[0].reason) < 5_000


_LINES = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.sampled_from([form.usage for form in FORMS.values()]),
        st.sampled_from(["@weighbridge status", "> status", "", "```", "-- ", "a:", "status 1"]),
    ),
    max_size=40,
)


@given(_LINES, st.booleans())
def test_any_text_is_read_within_its_bounds(lines: list[str], is_direct: bool) -> None:
    text = "\n".join(lines)
    reading = read_commands(text, "weighbridge", is_direct)
    assert len(reading.commands) <= DEFAULT_LIMITS.commands_per_mail
    assert len(reading.mistakes) <= DEFAULT_LIMITS.commands_per_mail
    for command in reading.commands:
        assert command.name in FORMS
        assert "\n" not in command.written
        if not is_direct:
            assert mentions(text, "weighbridge"), "nothing is heard where nobody calls"


@given(_LINES)
def test_a_quoted_mail_holds_no_command(lines: list[str]) -> None:
    quoted = "\n".join(f"> {line}" for text in lines for line in text.splitlines() or [""])
    for is_direct in (True, False):
        assert read_commands(quoted, "weighbridge", is_direct).commands == ()


def test_every_form_has_a_use() -> None:
    for form in FORMS.values():
        assert isinstance(form, Form)
        assert form.summary
