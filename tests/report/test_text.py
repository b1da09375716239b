# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as text."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.report.text import Closing, mail_text, terminal_text
from tests.checks.factory import (
    GOOD,
    UNFLAGGED,
    facts,
    known_size,
    model,
    package_report,
    report,
    stated,
)

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = "x\x1b[31m\u202e\r\n.\r\nfrom\x00" + "A" * 100_000


def test_the_verdict_comes_first_and_lines_to_write_are_there() -> None:
    text = mail_text(report(package_report(model(UNFLAGGED), facts(known_size(1000)))))
    assert text.startswith("Verdict: warn - ")
    assert "(arguments\n      (list\n       #:substitutable? #f))\n" in text
    assert "line 22" in text


def test_a_mail_is_ascii_and_narrow() -> None:
    odd = replace(GOOD, name="modèle-\N{SNOWMAN}", version="1")
    text = mail_text(report(package_report(model(odd), facts(known_size(1000)))))
    assert text.isascii()
    assert "modele-? 1" in text
    assert all(len(line) <= 72 or "://" in line for line in text.split("\n"))


def test_nothing_of_a_stranger_reaches_the_terminal_raw() -> None:
    hostile = replace(GOOD, name=HOSTILE, file=HOSTILE, version=HOSTILE, build_system=HOSTILE)
    judged = package_report(model(replace(hostile, substitutable=None)), facts(known_size(1)))
    made = report(judged, subject=HOSTILE, notes=(HOSTILE,), missing=(2,))
    for text in (mail_text(made), terminal_text(made)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert len(text) < 10_000
        assert "\n.\n" not in text


def test_colour_is_put_only_when_asked_and_changes_no_letter() -> None:
    made = report(package_report(model(UNFLAGGED), facts()))
    plain, coloured = terminal_text(made), terminal_text(made, colour=True)
    assert not ESCAPE.search(plain)
    assert ESCAPE.search(coloured)
    assert ESCAPE.sub("", coloured) == plain


def test_the_width_of_the_terminal_is_respected() -> None:
    made = report(package_report(model(UNFLAGGED), facts()))
    for width in (50, 60, 100):
        lines = terminal_text(made, width=width).split("\n")
        assert all(len(line) <= width or "://" in line for line in lines)


def test_the_closing_lines_are_given_by_the_caller() -> None:
    made = report(package_report(model(UNFLAGGED), facts(known_size(1))))
    closing = Closing("Ask again so.", "A person reads operator@example.org.")
    assert mail_text(made, closing=closing).endswith(
        "Ask again so.\nA person reads operator@example.org.\n"
    )
    assert "operator" not in mail_text(made)
    assert "send the next version" in mail_text(made)
    nothing_open = report(package_report(model(), facts(known_size(1))))
    assert "Ask again so." not in mail_text(nothing_open, closing=closing)


def test_many_packages_do_not_make_a_long_mail() -> None:
    same = [
        package_report(model(replace(UNFLAGGED, name=f"net-{n}")), facts(known_size(7)))
        for n in range(300)
    ]
    text = mail_text(report(*same))
    assert text.count("\n") < 60
    assert "and 292 more" in text
    different = [
        package_report(model(replace(UNFLAGGED, name=f"net-{n}")), facts(known_size(2000 * n)))
        for n in range(300)
    ]
    assert "292 more packages not shown here" in mail_text(report(*different))


def test_the_longest_mail_is_bounded_and_says_what_it_leaves_out() -> None:
    packages = [
        package_report(
            model(
                replace(
                    UNFLAGGED,
                    name=f"model-{number}",
                    line=number,
                    license_statement="false",
                    licenses=(),
                    build_system=("copy", "trivial", None)[number % 3],
                )
            ),
            facts(known_size(10**9 + number, license=stated(f"terms-{number}"), gated=True)),
        )
        for number in range(40)
    ]
    text = mail_text(report(*packages))
    assert text.count("\n") < 210
    assert re.search(r"^[0-9]+ more packages not shown here\.$", text, re.MULTILINE)
    assert len(re.findall(r"^[0-9]+ more things not shown here\.$", text, re.MULTILINE)) == 2


def test_patches_that_have_not_come() -> None:
    judged = package_report(model(GOOD), facts(known_size(1)))
    one = mail_text(report(judged, missing=(2,), patches=3))
    assert "Patch 2/3 has not come, and is not judged here." in one
    two = mail_text(report(judged, missing=(1, 2), patches=3))
    assert "Patches 1/3, 2/3 have not come, and are not judged here." in two
    many = mail_text(report(judged, missing=tuple(range(1, 900)), patches=900))
    assert "and 887 more have not come" in " ".join(many.split())
