# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.guix.package import PackageLicense
from bot.report.markdown import markdown_text
from bot.report.report import Report
from tests.checks.factory import GOOD, UNFLAGGED, facts, known_size, model, package_report, report


def _named(name: str) -> Report:
    odd = PackageLicense("acme-terms", name, None, "unclear")
    judged = model(replace(GOOD, name=name, file=name, licenses=(odd,)))
    return report(package_report(judged, facts(known_size(1))), notes=(name,))


def test_verdict_table_and_task() -> None:
    text = markdown_text(report(package_report(model(UNFLAGGED), facts(known_size(1)))))
    assert text.startswith("**Verdict: warn** ")
    assert "| license | pass | Apache-2.0 (the package's word alone) |" in text
    assert "   ```scheme\n   (arguments\n    (list\n     #:substitutable? #f))\n   ```" in text
    assert "(advice)" in text


@pytest.mark.parametrize(
    ("hostile", "never"),
    [
        ("<img src=x onerror=alert(1)>", "<img"),
        ("![x](https://evil.example/track.png)", "![x]("),
        ("[click](https://evil.example)", "[click]("),
        ("@everyone look", "@everyone look."),
        ("fixes #12", " #12 "),
        ("a\n\n# heading", "\n# heading"),
        ("x | y | z", "| y |"),
        ("see https://evil.example now", " https://evil.example now is"),
    ],
)
def test_a_stranger_s_markup_has_no_effect(hostile: str, never: str) -> None:
    text = markdown_text(_named(hostile))
    outside = "".join(part for part in text.split("\n") if not part.startswith("###"))
    assert never not in re.sub(r"\\.", "", _without_code(outside))


def _without_code(text: str) -> str:
    return "".join(text.split("`")[::2])


@pytest.mark.parametrize("name", ["`", "``x``", "a`b", "`a", "```"])
def test_backquotes_cannot_leave_their_span(name: str) -> None:
    text = markdown_text(_named(name))
    longest = max(len(run) for run in re.findall("`+", name))
    assert re.search(f"(?<!`)`{{{longest + 1}}}(?!`)", text)


def test_what_is_missing_is_said() -> None:
    made = report(package_report(model(), facts(known_size(1))), patches=3, missing=(2,))
    assert "Patch 2/3 has not come" in markdown_text(made)
